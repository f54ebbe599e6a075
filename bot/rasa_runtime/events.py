"""Rasa's events as the state database holds them: ids and numbers, no text.

Allow-lists throughout: an event, a key or a value that is not named here is not stored.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

logger = logging.getLogger(__name__)

UNDERSTANDING = "understanding"
"""The key of the parse data under which our own NLU components put what they understood, as ids."""

KEPT: Mapping[str, frozenset[str]] = {
    "user": frozenset({"input_channel", "message_id"}),
    "bot": frozenset(),
    "action": frozenset({"name", "policy", "confidence", "hide_rule_turn"}),
    "slot": frozenset({"name", "value"}),
    "session_started": frozenset(),
    "restart": frozenset(),
    "reset_slots": frozenset(),
    "rewind": frozenset(),
    "undo": frozenset(),
    "pause": frozenset(),
    "resume": frozenset(),
    "followup": frozenset({"name"}),
    "active_loop": frozenset({"name"}),
    "loop_interrupted": frozenset({"is_interrupted"}),
    "action_execution_rejected": frozenset({"name", "policy", "confidence"}),
    "user_featurization": frozenset({"use_text_for_featurization"}),
}
"""The types of events that are stored, each with the keys it keeps besides `event` and `timestamp`."""

ENTITY_KEYS = ("entity", "id", "role", "group", "confidence_entity", "extractor")
METADATA_SLOT = "session_started_metadata"
LONGEST_ID = 120
_ID = re.compile(r"\S*")


def stripped(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """`events`, each as Rasa's `Event.as_dict()` gives it, without texts and without those that are not kept."""
    kept = (_stripped_event(event) for event in events)
    return [event for event in kept if event is not None]


def ids_only(value: Any) -> Any:
    """`value` with every text that is no id (no space in it, at most `LONGEST_ID` characters) made None."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_ID and _ID.fullmatch(value) else None
    if isinstance(value, Mapping):
        return {key: ids_only(inner) for key, inner in value.items() if ids_only(key) is not None}
    if isinstance(value, (list, tuple)):
        return [ids_only(inner) for inner in value]
    return value if isinstance(value, (bool, int, float)) else None


def slot_ids(slots: Mapping[str, Any]) -> dict[str, Any]:
    """The slots that hold something, as ids. The log names a slot that held more than ids."""
    kept = {}
    for name, value in slots.items():
        if value is None or name == METADATA_SLOT:
            continue
        kept[name] = ids = ids_only(value)
        if json.dumps(ids) != json.dumps(value, default=str):
            logger.warning("The slot %s holds more than ids: the rest of it is not stored.", name)
    return kept


def _stripped_event(event: Mapping[str, Any]) -> dict[str, Any] | None:
    kind = event["event"]
    if kind not in KEPT or event.get("name") == METADATA_SLOT:
        return None
    kept = {"event": kind, "timestamp": event.get("timestamp"), "metadata": _metadata(event)}
    kept |= {key: ids_only(event[key]) for key in KEPT[kind] if event.get(key) is not None}
    if kind == "slot":
        kept.setdefault("value", None)
    if kind == "user":
        kept |= {"text": None, "parse_data": _parse_data(event.get("parse_data") or {})}
    if kind == "bot":
        kept |= {"text": None, "data": _bot_data(event.get("data") or {})}
    return kept


def _metadata(event: Mapping[str, Any]) -> dict[str, Any]:
    given = event.get("metadata") or {}
    return {key: given[key] for key in ("model_id", "assistant_id", "utter_action") if key in given}


def _parse_data(given: Mapping[str, Any]) -> dict[str, Any]:
    intent = given.get("intent") or {}
    entities = [
        {key: ids_only(entity[key]) for key in ENTITY_KEYS if key in entity} | {"value": ids_only(entity.get("id"))}
        for entity in given.get("entities") or ()
    ]
    kept: dict[str, Any] = {"text": None}
    kept["intent"] = {key: intent[key] for key in ("name", "confidence") if key in intent}
    kept["entities"] = entities
    if given.get(UNDERSTANDING) is not None:
        kept[UNDERSTANDING] = ids_only(given[UNDERSTANDING])
    return kept


def _bot_data(given: Mapping[str, Any]) -> dict[str, Any]:
    answer = (given.get("custom") or {}).get("answer") or {}
    key = ids_only(answer.get("key"))
    return {"custom": {"answer": {"key": key}}} if key else {}
