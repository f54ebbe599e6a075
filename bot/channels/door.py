"""The one door: what every channel does with a message before Rasa reads it, and with the answer after.

text → length → empty → button → command → rate → personal data → Rasa → one Reply
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot import privacy
from bot.answers import Answer, Choice
from bot.channels.limits import RateLimit, Turns
from bot.channels.memory import Buttons, Hasher, SeenMessages
from bot.channels.texts import Texts
from bot.logs import message_in_hand
from bot.settings import Settings
from bot.state.database import open_state

LONGEST_MESSAGE = 1000
MOST_CHOICES = 4
_COMMAND = re.compile(r"\s*[/\\]")
_INVISIBLE = {"Cc", "Cf", "Co", "Cs"}

Ask = Callable[[str, str], Awaitable[list[dict[str, Any]]]]
"""Asks Rasa: (conversation, text) → its messages, each with `text`, `buttons` and `custom`."""


@dataclass(frozen=True)
class Incoming:
    """A message as a channel got it. message_id: the channel's own id for it, or "" if it has none."""

    channel: str
    sender: str
    text: str
    message_id: str = ""


@dataclass(frozen=True)
class Reply:
    """What a channel sends: `answer` to render, in `conversation` (a hash, which buttons are bound to).

    outcome: what became of the message: "answered", or a key of `texts.KEYS` without "utter_".
    """

    answer: Answer
    conversation: str
    outcome: str = "answered"


class Door:
    """Checks messages, asks Rasa, and makes one reply of what it says."""

    def __init__(self, settings: Settings, *, rate: int | None = None) -> None:
        """`rate` goes before the settings' own: 0 for a channel that only developers use."""
        engine = open_state(settings.state)
        self.texts = Texts.load(settings.data)
        self.known: Container[str] = read_names(settings.names)
        self.hash = Hasher(settings.secret_key())
        self.seen = SeenMessages(engine, self.hash)
        self.buttons = Buttons(engine, self.hash)
        self.rate = RateLimit(settings.rate if rate is None else rate)
        self.turns = Turns()
        self.seen.forget_old()
        self.buttons.forget_old()

    async def receive(self, incoming: Incoming, ask: Ask) -> Reply | None:
        """The one reply to `incoming`, or None if this very message was answered before.

        What `ask` raises goes through: the channel's boundary answers with `error()`.
        """
        conversation = self.conversation(incoming)
        if not self.seen.is_new(incoming.channel, incoming.sender, incoming.message_id):
            return None
        async with self.turns.of(conversation):
            with message_in_hand():
                return await self._reply(conversation, incoming.text, ask)

    def conversation(self, incoming: Incoming) -> str:
        """The name under which Rasa and the state database know the sender: a keyed hash."""
        return self.hash("sender", incoming.channel, incoming.sender)[:40]

    def error(self, incoming: Incoming) -> Reply:
        """The reply for a message that something failed on."""
        return self._own(self.conversation(incoming), "error")

    async def _reply(self, conversation: str, text: str, ask: Ask) -> Reply:
        if not self.rate.allows(conversation):
            return self._own(conversation, "rate_limited")
        # Before anything else reads the text: 1 MB of it would keep everybody waiting for seconds.
        if len(text) > LONGEST_MESSAGE:
            return self._own(conversation, "too_long")
        text = clean(text)
        payload = self.buttons.payload(conversation, text)
        if payload is not None:
            return await self._answered(conversation, payload, ask)
        if not any(character.isalnum() for character in text):
            return self._own(conversation, "empty")
        if _COMMAND.match(text):
            return self._own(conversation, "command")
        return await self._without_personal_data(conversation, text, ask)

    async def _without_personal_data(self, conversation: str, text: str, ask: Ask) -> Reply:
        spans = privacy.find(text, self.known)
        if not spans:
            return await self._answered(conversation, text, ask)
        masked = privacy.mask(text, spans)
        if not any(character.isalpha() for character in masked):
            return self._own(conversation, "privacy")
        reply = await self._answered(conversation, masked, ask)
        warned = replace(reply.answer, text=f"{self.texts['utter_privacy']}\n\n{reply.answer.text}")
        return replace(reply, answer=warned, outcome="privacy")

    async def _answered(self, conversation: str, text: str, ask: Ask) -> Reply:
        answer = one_answer(await ask(conversation, text))
        return self._own(conversation, "error") if answer is None else Reply(answer, conversation)

    def _own(self, conversation: str, outcome: str) -> Reply:
        answer = Answer(text=self.texts[f"utter_{outcome}"], key=f"door.{outcome}")
        return Reply(answer, conversation, outcome)


def clean(text: str) -> str:
    """`text` in composed form, without invisible characters and space around it."""
    text = unicodedata.normalize("NFC", text)
    visible = (c for c in text if c in "\n\t" or unicodedata.category(c) not in _INVISIBLE)
    return "".join(visible).strip()


def one_answer(messages: Iterable[Mapping[str, Any]]) -> Answer | None:
    """The answers in Rasa's `messages` as one, or None if there are none."""
    answers = [answer for message in messages if (answer := _answer(message)).text]
    if len(answers) < 2:
        return answers[0] if answers else None
    choices = dict.fromkeys(choice for answer in answers for choice in answer.choices)
    return Answer(
        text="\n\n".join(answer.text for answer in answers),
        citations=tuple(dict.fromkeys(citation for answer in answers for citation in answer.citations)),
        caveat="\n\n".join(dict.fromkeys(answer.caveat for answer in answers if answer.caveat)),
        choices=tuple(choices)[:MOST_CHOICES],
        missing="; ".join(answer.missing for answer in answers if answer.missing),
        key=" ".join(answer.key for answer in answers if answer.key),
    )


def read_names(file: Path) -> frozenset[str]:
    """The public names in `file`, one a line, casefolded; none where there is no file."""
    if not file.exists():
        return frozenset()
    return frozenset(name.strip().casefold() for name in file.read_text("utf-8").splitlines() if name.strip())


def _answer(message: Mapping[str, Any]) -> Answer:
    handed_over = (message.get("custom") or {}).get("answer")
    if handed_over:
        return Answer.from_json(handed_over)
    choices = tuple(Choice(button["title"], button["payload"]) for button in message.get("buttons") or ())
    return Answer(text=(message.get("text") or "").strip(), choices=choices)
