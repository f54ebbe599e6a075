"""The Swedish texts of this channel: data/phrases/teams.yml."""

from __future__ import annotations

from bot.channels.texts import ChannelTexts

KEYS = (
    "welcome",
    "welcome_group",
    "try_first",
    "try_second",
    "try_third",
    "source",
    "sources",
    "according_to_one",
    "according_to_several",
    "sources_left_out",
    "cut",
    "asked",
    "place_lines",
    "stale_button",
    "short_name",
    "full_name",
    "short_description",
    "full_description",
    "command",
    "command_description",
)


class TeamsTexts(ChannelTexts):
    """The texts by key; see `KEYS`."""

    file = "teams.yml"
    keys = KEYS
