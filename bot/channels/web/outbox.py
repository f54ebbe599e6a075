"""Answers on their way to the page: kept for an hour, so that a dropped connection loses and repeats none.

They are in the state database, so that another worker, or the same one after a restart, can go on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.state.tables import WEB_ANSWERS

KEPT = 3600.0
LOOK_AGAIN = 3.0
BEATS = 5
"""A sign of life follows after this many looks without an answer: proxies close what is silent."""

Listeners = dict[str, set["Listener"]]


class Listener:
    """One open connection of a page."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self.open = True

    def close(self) -> None:
        """Let the connection end."""
        self.open = False
        self.news.set()

    async def wait(self, seconds: float) -> None:
        """Wait for news, at most `seconds`."""
        try:
            await asyncio.wait_for(self.news.wait(), seconds)
        except TimeoutError:
            return


class Outbox:
    """The answers of each conversation, numbered."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock
        self._listeners: Listeners = {}

    def put(self, conversation: str, data: str) -> None:
        """Keep `data`, one line, for `conversation`, and wake whoever listens in this process."""
        row = {"conversation": conversation, "data": data, "made": self._clock()}
        with self._engine.begin() as connection:
            connection.execute(sa.delete(WEB_ANSWERS).where(WEB_ANSWERS.c.made < self._clock() - KEPT))
            connection.execute(sa.insert(WEB_ANSWERS).values(**row))
        for listener in self._listeners.get(conversation, ()):
            listener.news.set()

    def newest(self, conversation: str) -> int:
        """The number of the last answer, or 0."""
        query = sa.select(sa.func.max(WEB_ANSWERS.c.id)).where(WEB_ANSWERS.c.conversation == conversation)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() or 0

    def after(self, conversation: str, number: int) -> list[tuple[int, str]]:
        """(number, data) of each answer after `number`."""
        query = (
            sa.select(WEB_ANSWERS.c.id, WEB_ANSWERS.c.data)
            .where(WEB_ANSWERS.c.conversation == conversation, WEB_ANSWERS.c.id > number)
            .order_by(WEB_ANSWERS.c.id)
        )
        with self._engine.connect() as connection:
            return [(row.id, row.data) for row in connection.execute(query)]

    def forget(self, conversation: str) -> None:
        """Drop the answers of `conversation` and end its connections."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(WEB_ANSWERS).where(WEB_ANSWERS.c.conversation == conversation))
        for listener in self._listeners.get(conversation, ()):
            listener.close()

    async def close(self) -> None:
        """End all connections: the server stops. Returns when they have ended, or after a second."""
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.close()
        for _ in range(100):
            # Also after the last one: its response still has to say that it ends.
            await asyncio.sleep(0.01)
            if not self._listeners:
                break
        await asyncio.sleep(0.05)

    def connections(self, conversation: str) -> int:
        """How many connections the conversation has to this process."""
        return len(self._listeners.get(conversation, ()))

    async def events(self, conversation: str, last: int | None) -> AsyncIterator[str]:
        """Server-Sent Events: every answer after the number `last`, then each as it comes; None: from now on."""
        number = self.newest(conversation) if last is None else last
        with self._listening(conversation) as listener:
            yield event("hello", number, "{}")
            quiet = 0
            while listener.open:
                # Cleared before looking: an answer that comes meanwhile wakes the next wait.
                listener.news.clear()
                for number, data in self.after(conversation, number):  # noqa: B020 - goes on from the last one
                    yield event("answer", number, data)
                    quiet = 0
                quiet += 1
                if quiet % BEATS == 0:
                    yield ": \n\n"
                if listener.open:
                    await listener.wait(LOOK_AGAIN)

    @contextmanager
    def _listening(self, conversation: str) -> Iterator[Listener]:
        listener = Listener()
        self._listeners.setdefault(conversation, set()).add(listener)
        try:
            yield listener
        finally:
            listeners = self._listeners[conversation]
            listeners.discard(listener)
            if not listeners:
                del self._listeners[conversation]


def event(kind: str, number: int, data: str) -> str:
    """One Server-Sent Event."""
    return f"id: {number}\nevent: {kind}\ndata: {data}\n\n"
