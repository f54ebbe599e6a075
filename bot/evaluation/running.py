"""Asks a running assistant over HTTP: each item in a conversation of its own."""

from __future__ import annotations

import asyncio
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TextIO

import aiohttp

from bot.evaluation.questions import Item
from bot.evaluation.scoring import Score, score

PARALLEL = 2
TIMEOUT = aiohttp.ClientTimeout(total=60)
REST = "/webhooks/rest/webhook"


class Unreachable(RuntimeError):
    """Nothing answers at the address given."""


@dataclass(frozen=True)
class Heard:
    """What was answered to one turn: its text with the titles of its buttons, and the key of what answered it."""

    text: str
    key: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Case:
    """An item, the answer to its last turn, and the score. `seconds` is the mean of its turns."""

    item: Item
    heard: Heard
    score: Score

    @classmethod
    def of(cls, item: Item, heard: Heard) -> Case:
        """The case of `item` answered with `heard`, scored."""
        return cls(item, heard, score(item, heard.text))


class Progress:
    """One line that tells how far the work is; nothing where nobody watches."""

    def __init__(self, what: str, total: int, output: TextIO = sys.stderr) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._output = output if output.isatty() else None

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        if self._output is not None:
            end = "\n" if self._done == self._total else ""
            print(f"\r{self._what}: {self._done} of {self._total}", end=end, file=self._output, flush=True)


def ask_all(url: str, items: Sequence[Item], what: str) -> list[Case]:
    """The cases of all items, asked of the assistant at `url`. Unreachable when nothing answers there."""
    return asyncio.run(_ask_all(url, items, Progress(what, len(items))))


async def _ask_all(url: str, items: Sequence[Item], progress: Progress) -> list[Case]:
    gate = asyncio.Semaphore(PARALLEL)
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:

        async def ask(item: Item) -> Case:
            async with gate:
                case = Case.of(item, await _converse(session, url, item))
            progress.step()
            return case

        return await asyncio.gather(*map(ask, items))


async def _converse(session: aiohttp.ClientSession, url: str, item: Item) -> Heard:
    sender = uuid.uuid4().hex
    started = time.perf_counter()
    heard = Heard("")
    try:
        for turn in item.turns:
            heard = await _say(session, url, sender, turn)
    except aiohttp.ClientConnectorError as error:
        raise Unreachable(f"{url}: no assistant answers here ({error.strerror})") from error
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        # A crash is a failed answer, not the evaluation's end.
        heard = Heard(f"<{type(error).__name__}: {error}>")
    return replace(heard, seconds=(time.perf_counter() - started) / len(item.turns))


async def _say(session: aiohttp.ClientSession, url: str, sender: str, text: str) -> Heard:
    async with session.post(url + REST, json={"sender": sender, "message": text}) as reply:
        reply.raise_for_status()
        return read(await reply.json())


def read(messages: Sequence[Mapping[str, Any]]) -> Heard:
    """What the JSON list of a REST channel says."""
    lines = [message["text"] for message in messages if message.get("text")]
    lines += [button.get("title", "") for message in messages for button in message.get("buttons") or ()]
    keys = [(message.get("custom") or {}).get("key", "") for message in messages]
    return Heard("\n".join(lines), next(filter(None, keys), ""))
