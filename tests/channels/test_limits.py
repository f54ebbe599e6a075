from __future__ import annotations

import asyncio
import gc

from bot.channels import limits
from bot.channels.limits import RateLimit, Turns


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_sender_may_write_so_often_in_a_minute() -> None:
    clock = Clock()
    limit = RateLimit(2, clock)
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    assert limit.allows("b")
    clock.now = 60.0
    assert limit.allows("a")


def test_zero_is_no_limit() -> None:
    limit = RateLimit(0)
    assert all(limit.allows("a") for _ in range(1000))


def test_old_senders_are_forgotten(monkeypatch: object) -> None:
    clock = Clock()
    limit = RateLimit(1, clock)
    for number in range(limits.MANY_SENDERS + 1):
        limit.allows(str(number))
    clock.now = 61.0
    limit.allows("new")
    assert list(limit._moments) == ["new"]


async def test_one_senders_messages_are_answered_in_turn() -> None:
    turns, order = Turns(), list[str]()

    async def message(sender: str, name: str) -> None:
        async with turns.of(sender):
            order.append(f"{name} in")
            await asyncio.sleep(0.01)
            order.append(f"{name} out")

    await asyncio.gather(message("a", "1"), message("a", "2"), message("b", "3"))
    assert order.index("1 out") < order.index("2 in")
    assert order.index("3 in") < order.index("1 out")
    gc.collect()
    assert len(turns._locks) == 0
