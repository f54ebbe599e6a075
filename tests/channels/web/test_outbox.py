from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channels.web import outbox as module
from bot.channels.web.outbox import KEPT, Outbox, event
from bot.settings import Settings
from bot.state.database import open_state


@pytest.fixture
def outbox(own_settings: Settings) -> Outbox:
    return Outbox(open_state(own_settings.state))


async def heard(events: AsyncIterator[str], count: int) -> list[str]:
    return [await asyncio.wait_for(anext(events), 5) for _ in range(count)]


async def test_a_new_connection_hears_what_comes_from_now_on(outbox: Outbox) -> None:
    outbox.put("a", "old")
    events = outbox.events("a", None)
    assert await heard(events, 1) == [event("hello", 1, "{}")]
    outbox.put("a", "new")
    assert await heard(events, 1) == [event("answer", 2, "new")]


async def test_a_connection_goes_on_where_it_left_off(outbox: Outbox) -> None:
    for data in ("one", "two", "three"):
        outbox.put("a", data)
    assert await heard(outbox.events("a", 1), 3) == [
        event("hello", 1, "{}"),
        event("answer", 2, "two"),
        event("answer", 3, "three"),
    ]


async def test_nobody_hears_what_is_said_to_another(outbox: Outbox) -> None:
    outbox.put("a", "for a")
    outbox.put("b", "for b")
    assert await heard(outbox.events("b", 0), 2) == [event("hello", 0, "{}"), event("answer", 2, "for b")]
    assert outbox.after("c", 0) == []
    assert (outbox.newest("a"), outbox.newest("c")) == (1, 0)


async def test_what_another_worker_answers_is_found(
    outbox: Outbox, own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_AGAIN", 0.01)
    events = outbox.events("a", None)
    await heard(events, 1)
    Outbox(open_state(own_settings.state)).put("a", "from afar")
    assert await heard(events, 1) == [event("answer", 1, "from afar")]


async def test_a_quiet_connection_gives_signs_of_life(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_AGAIN", 0.001)
    assert (await heard(outbox.events("a", None), 2))[1] == ": \n\n"


async def test_forgetting_drops_the_answers_and_ends_the_connections(outbox: Outbox) -> None:
    outbox.put("a", "mine")
    outbox.put("b", "theirs")
    events = outbox.events("a", None)
    await heard(events, 1)
    assert outbox.connections("a") == 1
    outbox.forget("a")
    assert [one async for one in events] == []
    assert (outbox.after("a", 0), len(outbox.after("b", 0)), outbox.connections("a")) == ([], 1, 0)


async def test_a_number_is_never_used_again(outbox: Outbox) -> None:
    outbox.put("a", "one")
    outbox.forget("a")
    outbox.put("a", "two")
    assert outbox.after("a", 0) == [(2, "two")]


async def test_stopping_ends_every_connection(outbox: Outbox) -> None:
    async def listen(conversation: str) -> list[str]:
        return [one async for one in outbox.events(conversation, None)]

    listening = [asyncio.create_task(listen(name)) for name in ("a", "b", "b")]
    await asyncio.sleep(0.01)
    await outbox.close()
    assert [len(await task) for task in listening] == [1, 1, 1]


def test_answers_are_kept_for_an_hour(own_settings: Settings) -> None:
    now = [0.0]
    outbox = Outbox(open_state(own_settings.state), clock=lambda: now[0])
    outbox.put("a", "old")
    now[0] = KEPT + 1
    outbox.put("b", "new")
    assert outbox.after("a", 0) == []
