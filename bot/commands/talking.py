"""Talks with the assistant in this process, without a server."""

from __future__ import annotations

import asyncio
import uuid

from bot.answers import Choice
from bot.channels.door import Door, Incoming, Reply
from bot.commands.serving import ENDPOINTS, check_files, prepare_rasa
from bot.settings import Settings

PROMPT = "> "


class Talk:
    """One conversation in the terminal, behind the same door as every channel."""

    def __init__(self, settings: Settings) -> None:
        check_files(settings)
        prepare_rasa()
        self._settings = settings
        self._door = Door(settings, rate=0)
        self._sender = uuid.uuid4().hex

    async def open(self) -> None:
        """Load the model."""
        from rasa.core.agent import load_agent
        from rasa.core.utils import AvailableEndpoints

        from bot.channels.asking import asking

        endpoints = AvailableEndpoints.read_endpoints(ENDPOINTS)
        agent = await load_agent(str(self._settings.models), endpoints=endpoints)
        self._ask = asking(agent.handle_message, "terminal")

    async def say(self, text: str) -> Reply:
        """The reply to `text`."""
        incoming = Incoming("terminal", self._sender, text)
        reply = await self._door.receive(incoming, self._ask)
        return reply or self._door.error(incoming)

    async def pick(self, choice: Choice) -> Reply:
        """The reply to the suggestion `choice`."""
        conversation = self._door.conversation(Incoming("terminal", self._sender, ""))
        return await self.say(self._door.buttons.token(conversation, choice.payload))


def ask(settings: Settings, question: str) -> None:
    """Print the answer to `question`."""

    async def once() -> Reply:
        talk = Talk(settings)
        await talk.open()
        return await talk.say(question)

    print(asyncio.run(once()).answer.plain_text())


def chat(settings: Settings) -> None:
    """Talk until the user leaves with Ctrl-C or Ctrl-D."""
    talk = Talk(settings)
    try:
        asyncio.run(_chat(talk))
    except (KeyboardInterrupt, EOFError):
        print()


async def _chat(talk: Talk) -> None:
    await talk.open()
    print("Ctrl-C leaves. The number of a suggestion picks it.")
    choices: tuple[Choice, ...] = ()
    while True:
        # Read on this thread: nothing else has to run meanwhile, and Ctrl-C ends it at once.
        typed = input(PROMPT)  # noqa: ASYNC250
        choice = picked(typed, choices)
        reply = await (talk.pick(choice) if choice else talk.say(typed))
        choices = reply.answer.choices
        print(f"\n{shown(reply)}\n")


def picked(typed: str, choices: tuple[Choice, ...]) -> Choice | None:
    """The suggestion whose number was typed, or None."""
    number = typed.strip()
    return choices[int(number) - 1] if number.isdecimal() and 1 <= int(number) <= len(choices) else None


def shown(reply: Reply) -> str:
    """`reply` as text, with its suggestions numbered."""
    numbered = [f"  {number}. {choice.title}" for number, choice in enumerate(reply.answer.choices, 1)]
    return "\n".join([reply.answer.plain_text(), *([""] if numbered else []), *numbered])
