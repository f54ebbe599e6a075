"""Answers in this process for the evaluation: the door, Rasa's understanding and the knowledge, but no server."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from actions.answer import questions_of
from bot.channels.door import Door, Incoming
from bot.commands.serving import check_files, prepare_rasa
from bot.evaluation.questions import Item
from bot.evaluation.running import Heard
from bot.knowledge.answering import Assistant
from bot.knowledge.conversation import Context, Question
from bot.knowledge.shared import assistant
from bot.settings import Settings


class Rehearsal:
    """Conversations as on any channel, each text understood once. Use it in a `with` statement."""

    def __init__(self, settings: Settings) -> None:
        check_files(settings)
        prepare_rasa()
        from rasa.core.agent import Agent

        self.assistant: Assistant = assistant()
        self._agent = Agent.load(str(settings.models))
        self._understood: dict[str, list[Question]] = {}
        self._contexts: dict[str, Context] = {}
        self._runner = asyncio.Runner()
        self._folder = TemporaryDirectory(prefix="stodlots-rehearsal-")
        state = f"sqlite:///{Path(self._folder.name) / 'state.db'}"
        self._door = Door(replace(settings, state=state), rate=0)

    def __enter__(self) -> Rehearsal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.close()
        self._folder.cleanup()

    def converse(self, item: Item) -> Heard:
        """What is answered to the last turn of `item`."""
        return self._runner.run(self._converse(item))

    async def _converse(self, item: Item) -> Heard:
        self._contexts.clear()
        heard = Heard("")
        for turn in item.turns:
            incoming = Incoming("rehearsal", item.id, turn)
            reply = await self._door.receive(incoming, self._ask) or self._door.error(incoming)
            titles = [choice.title for choice in reply.answer.choices]
            heard = Heard("\n".join([reply.answer.plain_text(), *titles]), reply.answer.key)
        return heard

    async def _ask(self, conversation: str, text: str) -> list[dict[str, Any]]:
        if text not in self._understood:
            self._understood[text] = questions_of(await self._agent.parse_message(text))
        reply = self.assistant.reply(self._understood[text], self._contexts.get(conversation, Context()))
        self._contexts[conversation] = reply.context
        return [{"text": reply.answer.plain_text(), "custom": {"answer": reply.answer.to_json()}}]
