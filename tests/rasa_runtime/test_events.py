from __future__ import annotations

import inspect
import json
import logging

import pytest
from rasa.shared.core import events as rasa_events
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered, deserialise_events
from rasa.shared.utils.common import all_subclasses

from bot.rasa_runtime.events import KEPT, ids_only, slot_ids, stripped

TEXT = "Min klient Kalle Testsson har adhd"
NOT_KEPT = {
    "agent",
    "entities",
    "export",
    "reminder",
    "cancel_reminder",
    "warning_predicted",
    "form",
    "form_validation",
}
"""Types of events that Rasa has and that are not stored: they carry texts, or nothing that we use."""


def test_every_event_of_rasa_is_kept_or_left_on_purpose() -> None:
    known = {kind.type_name for kind in all_subclasses(Event) if inspect.getmodule(kind) is rasa_events}
    assert known - {"event"} - set(KEPT) <= NOT_KEPT | {None}


def user() -> UserUttered:
    entity = {"entity": "place", "value": "Kungälv", "id": "municipality:1482", "start": 0, "end": 7, "role": "own"}
    parse_data = {
        "text": TEXT,
        "intent": {"name": "contact", "confidence": 0.9, "text": TEXT},
        "entities": [entity],
        "intent_ranking": [{"name": TEXT}],
        "text_tokens": [[0, 3]],
        "understanding": {"kind": "contact", "refs": ["municipality:1482"], "score": 0.5, "parts": [{"text": TEXT}]},
        "response_selector": {"text": TEXT},
    }
    metadata = {"model_id": "m", "said": TEXT}
    return UserUttered(TEXT, parse_data["intent"], [entity], parse_data, 1.0, "rest", "id-1", metadata)


def test_what_a_user_said_is_kept_as_ids() -> None:
    (event,) = stripped([user().as_dict()])
    assert event == {
        "event": "user",
        "timestamp": 1.0,
        "metadata": {"model_id": "m"},
        "input_channel": "rest",
        "message_id": "id-1",
        "text": None,
        "parse_data": {
            "text": None,
            "intent": {"name": "contact", "confidence": 0.9},
            "entities": [
                {"entity": "place", "id": "municipality:1482", "role": "own", "value": "municipality:1482"},
            ],
            "understanding": {
                "kind": "contact",
                "refs": ["municipality:1482"],
                "score": 0.5,
                "parts": [{"text": None}],
            },
        },
    }


def test_an_answer_is_kept_by_its_key() -> None:
    answer = {"text": TEXT, "key": "pilot:tidigt-stod"}
    bot = BotUttered(TEXT, {"custom": {"answer": answer}, "buttons": [{"title": TEXT}]}, {"utter_action": "utter_x"})
    (event,) = stripped([bot.as_dict()])
    assert event["text"] is None
    assert event["data"] == {"custom": {"answer": {"key": "pilot:tidigt-stod"}}}
    assert event["metadata"] == {"utter_action": "utter_x"}


def test_stripped_events_are_events_that_rasa_can_read() -> None:
    given = [user(), BotUttered(TEXT), SlotSet("place", "municipality:1482"), SlotSet("place", None)]
    read = deserialise_events(stripped(event.as_dict() for event in given))
    assert [type(event) for event in read] == [type(event) for event in given]
    assert read[2:] == given[2:]


def test_no_event_carries_the_text() -> None:
    carriers: list[Event] = [
        user(),
        BotUttered(TEXT),
        SlotSet("said", TEXT),
        SlotSet("session_started_metadata", {"id": "x"}),
        rasa_events.AgentUttered(TEXT),
        rasa_events.EntitiesAdded([{"entity": "name", "value": TEXT}]),
        rasa_events.ActionExecuted(action_text=TEXT),
    ]
    kept = stripped(event.as_dict() for event in carriers)
    assert "Kalle" not in json.dumps(kept)
    assert [event["event"] for event in kept] == ["user", "bot", "slot", "action"]


def test_ids_only() -> None:
    value = {
        "a": "rss:gr",
        "b": ["x", 1, None, True, "two words"],
        "two words": 1,
        "c": "",
        "d": "x" * 121,
        "e": object(),
    }
    assert ids_only(value) == {"a": "rss:gr", "b": ["x", 1, None, True, None], "c": "", "d": None, "e": None}


def test_a_slot_with_a_text_is_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert slot_ids({"place": "municipality:1", "said": {"x": TEXT}, "none": None}) == {
            "place": "municipality:1",
            "said": {"x": None},
        }
    assert "The slot said holds more than ids" in caplog.text
    assert "Kalle" not in caplog.text
