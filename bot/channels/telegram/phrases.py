"""The channel's own replies, in the words of `data/phrases/telegram.yml`."""

from __future__ import annotations

from bot.channels.texts import ChannelTexts

SUGGESTIONS = ("try_1", "try_2", "try_3")
MENU = ("help", "kommun", "glom", "start")
KEYS = (
    *("start", "help", "municipality", "which_municipality", "forgotten", "attachment", "not_yours", "privacy"),
    *SUGGESTIONS,
    *(f"menu_{command}" for command in MENU),
)


class Phrases(ChannelTexts):
    """The replies by key; see `KEYS`."""

    file = "telegram.yml"
    keys = KEYS
