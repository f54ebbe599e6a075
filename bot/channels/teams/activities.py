"""What Teams sends, read once into what the channel needs of it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_AT = re.compile(r"</?at\b[^>]*>", re.IGNORECASE)
_GROUPS = frozenset({"groupChat", "channel"})


class ActivityError(ValueError):
    """The body is not an activity."""


@dataclass(frozen=True)
class Reference:
    """Where an answer goes. conversation: a chat, or a thread of a channel. reply_to: what it answers, or ""."""

    service_url: str
    conversation: str
    bot: Mapping[str, Any] = field(default_factory=dict)
    user: Mapping[str, Any] = field(default_factory=dict)
    reply_to: str = ""


@dataclass(frozen=True)
class Activity:
    """One activity of the Bot Framework.

    tenants: every tenant that it names. user: the id of who sent it. value: what a button or an invoke carries.
    mentioned: whether it mentions the bot. added: whether it says that the bot was added to the conversation.
    """

    type: str
    id: str
    name: str
    action: str
    channel: str
    tenants: frozenset[str]
    user: str
    text: str
    value: Any
    reply_to: str
    is_group: bool
    mentioned: bool
    added: bool
    reference: Reference

    @property
    def service_url(self) -> str:
        """The address that answers go to."""
        return self.reference.service_url

    @property
    def conversation(self) -> str:
        """Teams' id of the chat, or of the thread in a channel."""
        return self.reference.conversation

    @property
    def chat(self) -> str:
        """Teams' id of the chat or the channel, without the thread."""
        return self.conversation.partition(";")[0]


def read(body: bytes) -> Activity:
    """The activity in `body`. ActivityError when it is none; what is not as it should be is read as missing."""
    try:
        given = json.loads(body)
    except ValueError:
        raise ActivityError("no JSON") from None
    if not isinstance(given, dict):
        raise ActivityError("no JSON object")
    conversation, bot, user = (_object(given, key) for key in ("conversation", "recipient", "from"))
    reference = Reference(
        service_url=_text(given, "serviceUrl"),
        conversation=_text(conversation, "id"),
        bot=bot,
        user=user,
        reply_to=_text(given, "id"),
    )
    return Activity(
        type=_text(given, "type"),
        id=_text(given, "id"),
        name=_text(given, "name"),
        action=_text(given, "action"),
        channel=_text(given, "channelId"),
        tenants=frozenset(_tenants(given, conversation)),
        user=_text(user, "id"),
        text=without_mentions(_text(given, "text"), list(_own_mentions(given, bot))),
        value=given.get("value"),
        reply_to=_text(given, "replyToId"),
        is_group=conversation.get("isGroup") is True or conversation.get("conversationType") in _GROUPS,
        mentioned=any(True for _ in _own_mentions(given, bot)),
        added=_text(bot, "id") in _ids(given, "membersAdded"),
        reference=reference,
    )


def without_mentions(text: str, own: list[str]) -> str:
    """`text` without the mentions in `own`, the bot's; of the others the names are left, without their tags."""
    for mention in own:
        text = text.replace(mention, " ")
    # What Teams escapes, it escapes once.
    return html.unescape(_AT.sub("", text)).replace("\N{NO-BREAK SPACE}", " ").strip()


def unpacked(value: Any) -> Mapping[str, Any]:
    """`value` as an object: Teams sends some as JSON inside a string. Empty when it is neither."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}


def _own_mentions(given: Mapping[str, Any], bot: Mapping[str, Any]) -> Iterator[str]:
    """The texts of the mentions of the bot, as they stand in the message."""
    for entity in _objects(given, "entities"):
        if entity.get("type") == "mention" and _object(entity, "mentioned").get("id") == bot.get("id"):
            yield _text(entity, "text") or f"<at>{_text(_object(entity, 'mentioned'), 'name')}</at>"


def _tenants(given: Mapping[str, Any], conversation: Mapping[str, Any]) -> Iterator[str]:
    for tenant in (conversation.get("tenantId"), _object(_object(given, "channelData"), "tenant").get("id")):
        if tenant is not None:
            yield str(tenant)


def _ids(given: Mapping[str, Any], key: str) -> set[str]:
    return {id_ for member in _objects(given, key) if (id_ := _text(member, "id"))}


def _objects(given: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = given.get(key)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _object(given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = given.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    return value if isinstance(value, str) else ""
