"""Sends replies to Telegram, again and again where it does not take them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.channels.door import Reply
from bot.channels.memory import Buttons
from bot.channels.telegram.hearing import Place
from bot.channels.telegram.rendering import render

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each new attempt."""

PATIENCE = 2.0
"""How long an answer waits for what is only nice to have."""

Result = TypeVar("Result")


class Sender:
    """Sends what the bot says."""

    def __init__(self, bot: Bot, buttons: Buttons) -> None:
        self._bot = bot
        self._buttons = buttons

    async def send(self, place: Place, reply: Reply, heading: str = "") -> None:
        """Send `reply`, its choices under the last message."""
        *first, last = render(reply.answer, heading)
        for html in first:
            await self._message(place, html, None)
        await self._message(place, last, self._keyboard(reply))

    async def typing(self, place: Place) -> None:
        """Show that the bot is typing; not in a group, where it would use up what the bot may send in a minute."""
        if place.chat > 0:
            await _briefly(self._bot.send_chat_action(place.chat, ChatAction.TYPING, message_thread_id=place.thread))

    async def release(self, query: str) -> None:
        """Let a pressed button come up again."""
        await _briefly(self._bot.answer_callback_query(query))

    async def refuse(self, query: str, alert: str) -> None:
        """Say why nothing comes of a pressed button."""
        await self.persistently(lambda: self._bot.answer_callback_query(query, alert, show_alert=True))

    async def persistently(self, call: Callable[[], Awaitable[Result]]) -> Result:
        """What `call` gives, tried anew when Telegram is out of order; 429 is the rate limiter's to wait for."""
        for pause in PAUSES:
            try:
                return await call()
            except BadRequest:
                raise
            except NetworkError:
                await asyncio.sleep(pause)
        return await call()

    async def _message(self, place: Place, html: str, keyboard: InlineKeyboardMarkup | None) -> None:
        under = place.under
        options: dict[str, Any] = {
            "parse_mode": ParseMode.HTML,
            "link_preview_options": LinkPreviewOptions(is_disabled=True),
            "message_thread_id": place.thread,
            "reply_parameters": ReplyParameters(under, allow_sending_without_reply=True) if under else None,
            "reply_markup": keyboard,
        }
        await self.persistently(lambda: self._bot.send_message(place.chat, html, **options))

    def _keyboard(self, reply: Reply) -> InlineKeyboardMarkup | None:
        # A token of the door's, 30 bytes: Telegram carries 64, and a user could change what he sends back.
        rows = [
            [InlineKeyboardButton(choice.title, callback_data=self._buttons.token(reply.conversation, choice.payload))]
            for choice in reply.answer.choices
        ]
        return InlineKeyboardMarkup(rows) if rows else None


async def _briefly(call: Coroutine[Any, Any, object]) -> None:
    """Wait for `call`, but not long, and whatever becomes of it."""
    with suppress(TelegramError, TimeoutError):
        await asyncio.wait_for(call, PATIENCE)
