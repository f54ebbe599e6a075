"""Takes a message from the page, asks, and puts the answer where the page fetches it."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.channels.door import Ask, Door, Incoming, Reply
from bot.channels.feedback import Answered, Feedback
from bot.channels.forgetting import forget
from bot.channels.web.outbox import Outbox
from bot.channels.web.rendering import Rendering
from bot.knowledge.answering import Assistant
from bot.knowledge.conversation import Context
from bot.knowledge.pages import Background, background, name_of, version
from bot.knowledge.shared import assistant
from bot.logs import describe
from bot.settings import Settings
from bot.state.database import open_state
from bot.state.tables import CONVERSATIONS

logger = logging.getLogger(__name__)

CHANNEL = "web"


@dataclass(frozen=True)
class Knowledge:
    """What the page needs of the knowledge, besides answers."""

    path: Path
    content: Path

    @property
    def assistant(self) -> Assistant:
        """The assistant of this process; the first call makes it, where the actions run elsewhere."""
        return assistant()

    def version(self) -> str:
        """The version of the knowledge, or "" where there is none."""
        return version(self.path) if self.path.exists() else ""

    def background(self, reply: Reply) -> Background:
        """What is behind a reply."""
        answer = reply.answer
        if not answer.citations:
            return Background()
        return background(self.assistant, answer.key, [citation.fact for citation in answer.citations])


class Conversations:
    """The conversations that the page leads, each known by the id of its session."""

    def __init__(self, settings: Settings, door: Door, rendering: Rendering, knowledge: Knowledge) -> None:
        self._engine: Engine = open_state(settings.state)
        self._door = door
        self._rendering = rendering
        self._knowledge = knowledge
        self._tasks = set[asyncio.Task[None]]()
        self.outbox = Outbox(self._engine)
        self.feedback = Feedback(self._engine, door.hash, CHANNEL)

    def name(self, session: str) -> str:
        """The hash that Rasa and the state database know the session by."""
        return self._door.conversation(Incoming(CHANNEL, session, ""))

    def take(self, incoming: Incoming, ask: Ask) -> None:
        """Answer `incoming`, whether or not the page that sent it stays connected."""
        task = asyncio.create_task(self.answer(incoming, ask))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def answer(self, incoming: Incoming, ask: Ask) -> None:
        """Put the answer to `incoming` in the outbox; nothing for a message that came before."""
        try:
            reply = await self._door.receive(incoming, ask)
            data = None if reply is None else self._rendered(reply, incoming)
        except Exception as error:  # noqa: BLE001 - the boundary of this channel: never silence, never a stack trace
            # Not logger.exception: the message of an error may quote the user.
            logger.error("A message could not be answered: %s", describe(error))  # noqa: TRY400
            data = self._plain(self._door.error(incoming), incoming)
        if data is not None:
            self.outbox.put(self.name(incoming.sender), json.dumps(data, ensure_ascii=False))

    def place(self, conversation: str) -> str:
        """The municipality that the user has chosen, or ""."""
        query = sa.select(CONVERSATIONS.c.slots).where(CONVERSATIONS.c.id == conversation)
        with self._engine.connect() as connection:
            slots = connection.execute(query).scalar()
        chosen = Context.from_json(json.loads(slots).get("context")).municipality if slots else ""
        return name_of(self._knowledge.assistant, chosen) if chosen else ""

    async def forget(self, session: str) -> None:
        """Delete the conversation and everything that goes with it."""
        conversation = self.name(session)
        async with self._door.turns.of(conversation):
            forget(self._engine, conversation)
            self.outbox.forget(conversation)

    def _rendered(self, reply: Reply, incoming: Incoming) -> dict[str, Any]:
        return {
            **self._plain(reply, incoming),
            **self._rendering.answer(reply.answer, self._knowledge.background(reply)),
            "choices": [
                {"title": choice.title, "token": self._door.buttons.token(reply.conversation, choice.payload)}
                for choice in reply.answer.choices
            ],
            "receipt": self._receipt(reply),
            "place": self.place(reply.conversation),
        }

    def _plain(self, reply: Reply, incoming: Incoming) -> dict[str, Any]:
        return {"to": incoming.message_id, "outcome": reply.outcome, "text": reply.answer.text}

    def _receipt(self, reply: Reply) -> str:
        cited = (citation.fact for citation in reply.answer.citations)
        facts = tuple(dict.fromkeys(fact for fact in cited if fact))
        answered = Answered(reply.answer.key, facts, self._knowledge.version(), secrets.token_hex(8))
        return self.feedback.receipt(reply.conversation, answered)
