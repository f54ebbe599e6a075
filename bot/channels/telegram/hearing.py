"""What an update says to the bot, if it says anything."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatType

from bot.channels.door import Incoming

CHANNEL = "telegram"
_COMMAND = re.compile(r"/(\w+)(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True)
class Place:
    """Where a reply goes: to a chat, to a thread of it, under a message."""

    chat: int
    thread: int | None = None
    under: int | None = None


@dataclass(frozen=True)
class Heard:
    """What somebody said or pressed.

    command: a command's name without its slash, or "" (its argument is the text then). query: the id of a
    press, or "". heading: what the pressed button says. attachment: something else than text.
    """

    incoming: Incoming
    place: Place
    command: str = ""
    query: str = ""
    heading: str = ""
    attachment: bool = False


def heard(update: Update, me: User) -> Heard | None:
    """What `update` says to the bot `me`; None if it is not for it, or says nothing."""
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query)
    message = update.message or update.edited_message
    if message is None or not _from_a_person(message) or not _to(me, message):
        return None
    incoming = Incoming(CHANNEL, _sender(message.chat.id, message.from_user), "", str(update.update_id))
    under = message.message_id if update.edited_message or _is_group(message) else None
    return _said(message, me, incoming, Place(message.chat.id, _thread(message), under))


def _said(message: Message, me: User, incoming: Incoming, place: Place) -> Heard | None:
    if _joins(me, message):
        return Heard(incoming, place, command="start")
    text = _without_mentions(message, me)
    if not message.text:
        # A shared place is edited every few seconds, as long as it is shared.
        is_news = message.effective_attachment is not None and message.edit_date is None
        return Heard(incoming, place, attachment=True) if is_news else None
    found = _COMMAND.fullmatch(text)
    if found is None:
        return Heard(_with(incoming, text), place)
    if found[2] and found[2].casefold() != _name(me):
        return None
    return Heard(_with(incoming, found[3] or ""), place, command=found[1].lower())


def _pressed(update_id: int, query: CallbackQuery) -> Heard | None:
    message = query.message
    if message is None or query.data is None:
        return None
    readable = message if isinstance(message, Message) else None
    in_group = message.chat.type != ChatType.PRIVATE
    place = Place(message.chat.id, _thread(readable), message.message_id if in_group else None)
    incoming = Incoming(CHANNEL, _sender(message.chat.id, query.from_user), query.data, str(update_id))
    return Heard(incoming, place, query=query.id, heading=_title(readable, query.data))


def _title(message: Message | None, data: str) -> str:
    if message is None or message.reply_markup is None:
        return ""
    buttons = (button for row in message.reply_markup.inline_keyboard for button in row)
    return next((button.text for button in buttons if button.callback_data == data), "")


def _from_a_person(message: Message) -> bool:
    user = message.from_user
    # An administrator who writes anonymously comes as a bot with the group as its chat.
    is_bot = user is not None and user.is_bot and message.sender_chat is None
    return user is not None and not is_bot and not message.is_automatic_forward


def _to(me: User, message: Message) -> bool:
    if not _is_group(message):
        return True
    replied = message.reply_to_message
    is_reply = replied is not None and replied.from_user is not None and replied.from_user.id == me.id
    return is_reply or _joins(me, message) or bool(_mentions(message, me)) or _is_own_command(message, me)


def _is_own_command(message: Message, me: User) -> bool:
    found = _COMMAND.fullmatch(message.text or "")
    return found is not None and found[2] is not None and found[2].casefold() == _name(me)


def _joins(me: User, message: Message) -> bool:
    return bool(message.group_chat_created) or any(user.id == me.id for user in message.new_chat_members)


def _mentions(message: Message, me: User) -> list[tuple[int, int]]:
    """(start, end), in UTF-16 units, of each mention of the bot."""
    texts = {**message.parse_entities(), **message.parse_caption_entities()}
    return [
        (entity.offset, entity.offset + entity.length)
        for entity, text in texts.items()
        if (entity.type == "mention" and text.casefold() == f"@{_name(me)}")
        or (entity.type == "text_mention" and entity.user is not None and entity.user.id == me.id)
    ]


def _without_mentions(message: Message, me: User) -> str:
    text = message.text or ""
    spans = _mentions(message, me) if text and _is_group(message) else []
    if not spans:
        return text
    # Telegram counts in UTF-16 units, Python in characters.
    encoded = text.encode("utf-16-le", "surrogatepass")
    for start, end in sorted(spans, reverse=True):
        encoded = encoded[: 2 * start] + encoded[2 * end :]
    return re.sub(r"  +", " ", encoded.decode("utf-16-le", "surrogatepass")).strip(" ,:")


def _is_group(message: Message) -> bool:
    return message.chat.type != ChatType.PRIVATE


def _thread(message: Message | None) -> int | None:
    return message.message_thread_id if message is not None and message.is_topic_message else None


def _sender(chat: int, user: User | None) -> str:
    return f"{chat}:{user.id if user else ''}"


def _name(me: User) -> str:
    return (me.username or "").casefold()


def _with(incoming: Incoming, text: str) -> Incoming:
    return Incoming(incoming.channel, incoming.sender, text, incoming.message_id)
