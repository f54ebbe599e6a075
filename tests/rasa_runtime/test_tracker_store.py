from __future__ import annotations

import time
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore, check_if_tracker_store_async
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import AllSlotsReset
from rasa.utils.endpoints import EndpointConfig

from bot.rasa_runtime.tracker_store import StateTrackerStore
from bot.settings import Settings
from bot.state.tables import EVENTS


async def say(agent: Agent, text: str, sender: str = "someone") -> list[dict[str, Any]]:
    return await agent.handle_message(UserMessage(text, sender_id=sender)) or []


def test_rasa_makes_the_store_that_endpoints_yml_names(own_settings: Settings) -> None:
    name = f"{StateTrackerStore.__module__}.{StateTrackerStore.__name__}"
    inner = TrackerStore.create(EndpointConfig(url=own_settings.state, type=name, turns=3), Domain.empty())
    assert isinstance(inner, StateTrackerStore)
    assert inner.turns == 3
    assert check_if_tracker_store_async(inner)


async def test_a_conversation_survives_a_restart(tiny_agent: Agent, own_settings: Settings) -> None:
    await say(tiny_agent, "minns")
    store = StateTrackerStore(tiny_agent.domain, host=own_settings.state)
    tracker = await store.retrieve("someone")
    assert tracker is not None
    assert tracker.get_slot("place") == {"id": "municipality:1481", "said": "minns"}
    assert tracker.latest_message is not None
    assert tracker.latest_message.intent_name == "remember"
    assert tracker.latest_message.text is None
    assert tracker.latest_action_name == "action_listen"


async def test_unknown_conversations_are_none(tiny_agent: Agent) -> None:
    assert await tiny_agent.tracker_store.retrieve("nobody") is None
    assert not list(await tiny_agent.tracker_store.keys())


async def test_conversations_do_not_mix(tiny_agent: Agent) -> None:
    await say(tiny_agent, "minns", "a")
    assert (await say(tiny_agent, "minns", "b"))[0]["text"].startswith("None")
    assert sorted(await tiny_agent.tracker_store.keys()) == ["a", "b"]


async def test_only_the_last_turns_are_read_and_the_slots_stay(tiny_agent: Agent, own_settings: Settings) -> None:
    await say(tiny_agent, "minns")
    for _ in range(15):
        await say(tiny_agent, "svara")
    tracker = await StateTrackerStore(tiny_agent.domain, host=own_settings.state, turns=2).retrieve("someone")
    assert tracker is not None
    assert sum(event.type_name == "user" for event in tracker.events) == 2
    assert [event.type_name for event in list(tracker.events)[:3]] == ["slot", "action", "user"]
    assert tracker.get_slot("place")["id"] == "municipality:1481"


async def test_events_are_stored_once(tiny_agent: Agent) -> None:
    for _ in range(3):
        await say(tiny_agent, "svara")
    store = tiny_agent.tracker_store
    before = count(store)
    tracker = await store.retrieve("someone")
    assert tracker is not None
    await store.save(tracker)
    await store.save(tracker)
    assert count(store) == before
    await say(tiny_agent, "svara")
    # The message, its featurization, the action, the answer, and listening again.
    assert count(store) == before + 5


async def test_a_message_costs_the_same_late_in_a_conversation(tiny_agent: Agent) -> None:
    await say(tiny_agent, "svara")
    for _ in range(60):
        await say(tiny_agent, "svara")
    tracker = await tiny_agent.tracker_store.retrieve("someone")
    assert tracker is not None
    assert len(tracker.events) < 70
    started = time.perf_counter()
    for _ in range(10):
        await say(tiny_agent, "svara")
    assert time.perf_counter() - started < 1.0


async def test_a_slot_that_is_emptied_stays_empty(tiny_agent: Agent) -> None:
    await say(tiny_agent, "minns")
    store = tiny_agent.tracker_store
    tracker = await store.retrieve("someone")
    assert tracker is not None
    tracker.update(AllSlotsReset())
    await store.save(tracker)
    reread = await store.retrieve("someone")
    assert reread is not None
    assert reread.get_slot("place") is None


def test_a_broken_database_is_an_error(tmp_path: Any) -> None:
    with pytest.raises(sa.exc.OperationalError):
        StateTrackerStore(host=f"sqlite:///{tmp_path}")


def count(store: FailSafeTrackerStore) -> int:
    with store._tracker_store.engine.connect() as connection:
        found: int = connection.execute(sa.select(sa.func.count()).select_from(EVENTS)).scalar_one()
    return found
