"""Answers what is heard: through the door, each sender's messages in turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from telegram import Update, User
from telegram.error import Forbidden, TelegramError

from bot.answers import Answer, Choice
from bot.channels.door import Ask, Door, Incoming, Reply
from bot.channels.limits import Turns
from bot.channels.telegram.hearing import Heard, heard
from bot.channels.telegram.phrases import SUGGESTIONS, Phrases
from bot.channels.telegram.sending import Sender
from bot.logs import describe, message_in_hand

logger = logging.getLogger(__name__)

Forget = Callable[[str], None]
"""Deletes what is known of a conversation."""


class Answering:
    """Answers in the name of the bot."""

    def __init__(self, door: Door, ask: Ask, sender: Sender, phrases: Phrases, forget: Forget) -> None:
        self._door = door
        self._ask = ask
        self._sender = sender
        self._say = phrases
        self._forget = forget
        self._turns = Turns()

    async def take(self, update: Update, me: User) -> None:
        """Answer `update`. The boundary of this channel: whatever fails ends here."""
        with message_in_hand():
            try:
                said = heard(update, me)
            except Exception as error:  # noqa: BLE001 - see below
                _log(error)
                return
            # The door has turns too; these last until the answer is sent, so that answers do not overtake each other.
            if said is not None:
                async with self._turns.of(said.incoming.sender):
                    await self._answer_or_apologise(said)

    async def _answer_or_apologise(self, said: Heard) -> None:
        try:
            await self._answer(said)
        except Forbidden:
            logger.info("Telegram: the bot may not write in a chat.")
        except Exception as error:  # noqa: BLE001 - never silence, never a stack trace
            _log(error)
            await self._apologise(said)

    async def _answer(self, heard: Heard) -> None:
        if heard.query and not self._is_own(heard):
            await self._sender.refuse(heard.query, self._say("not_yours"))
            return
        incoming, ask = self._asking(heard)
        reply = await self._door.receive(incoming, self._typing(heard, ask))
        if heard.query:
            await self._sender.release(heard.query)
        if reply is not None:
            await self._sender.send(heard.place, self._with_advice(reply), heard.heading)

    async def _apologise(self, heard: Heard) -> None:
        with suppress(TelegramError):
            await self._sender.send(heard.place, self._door.error(heard.incoming))

    def _is_own(self, heard: Heard) -> bool:
        conversation = self._door.conversation(heard.incoming)
        return self._door.buttons.payload(conversation, heard.incoming.text) is not None

    def _asking(self, heard: Heard) -> tuple[Incoming, Ask]:
        """What goes to the door, and whom the door asks."""
        said = heard.incoming.text.strip()
        if heard.attachment:
            return replace(heard.incoming, text="bilaga"), self._saying("attachment")
        match heard.command:
            case "":
                return heard.incoming, self._ask
            case "start":
                # What follows /start comes from a link that anybody can make; it is not read.
                return replace(heard.incoming, text="start"), self._welcoming()
            case "help":
                return replace(heard.incoming, text="help"), self._saying("help")
            case "glom":
                return replace(heard.incoming, text="glom"), self._forgetting()
            case "kommun" if said:
                return replace(heard.incoming, text=self._say("municipality", municipality=said)), self._ask
            case "kommun":
                return replace(heard.incoming, text=self._say("which_municipality")), self._ask
        return replace(heard.incoming, text=f"/{heard.command}"), self._ask

    def _typing(self, heard: Heard, ask: Ask) -> Ask:
        """`ask`, with a sign that the bot is at it. In here, so that a repeated delivery gives none."""

        async def asked(conversation: str, text: str) -> list[dict[str, Any]]:
            shown = asyncio.create_task(self._sender.typing(heard.place))
            try:
                return await ask(conversation, text)
            finally:
                # Shown after the answer it would last for seconds.
                await shown

        return asked

    def _saying(self, key: str) -> Ask:
        async def ask(_conversation: str, _text: str) -> list[dict[str, Any]]:
            return _said(Answer(self._say(key), key=f"telegram.{key}"))

        return ask

    def _welcoming(self) -> Ask:
        async def ask(_conversation: str, _text: str) -> list[dict[str, Any]]:
            choices = tuple(Choice(self._say(key), self._say(key)) for key in SUGGESTIONS)
            return _said(Answer(self._say("start"), choices=choices, key="telegram.start"))

        return ask

    def _forgetting(self) -> Ask:
        async def ask(conversation: str, _text: str) -> list[dict[str, Any]]:
            self._forget(conversation)
            return _said(Answer(self._say("forgotten"), key="telegram.forgotten"))

        return ask

    def _with_advice(self, reply: Reply) -> Reply:
        """A warning of personal data says what to do about them in Telegram, too."""
        if reply.outcome != "privacy":
            return reply
        caveat = "\n\n".join(part for part in (reply.answer.caveat, self._say("privacy")) if part)
        return replace(reply, answer=replace(reply.answer, caveat=caveat))


def _said(answer: Answer) -> list[dict[str, Any]]:
    return [{"custom": {"answer": answer.to_json()}}]


def _log(error: Exception) -> None:
    # Not logger.exception: the message of an error may quote the user, or the bot's token.
    logger.error("A message could not be answered: %s", describe(error))
