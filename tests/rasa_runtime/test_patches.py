"""Each patch, and a check that Rasa's side of it is what it was written for."""

from __future__ import annotations

import hashlib
import inspect
import os
from typing import Any

import pytest
import rasa
import sentry_sdk
from jsonschema import ValidationError
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.events import Event, UserUttered
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection as SdkRejection

from bot.rasa_runtime import patches

PATCHED = {
    "Agent.handle_message": (Agent.handle_message, "ba53507e"),
    "RemoteAction.__init__": (RemoteAction.__init__, "69103389"),
    "RemoteAction.run": (RemoteAction.run, "ccabf6f1"),
    "RemoteAction.action_response_format_spec": (RemoteAction.action_response_format_spec, "091b74aa"),
    "ActionExecutor.run": (ActionExecutor.run, "e7b92764"),
    "Event.resolve_by_type": (Event.resolve_by_type, "b5cf570f"),
    "FailSafeTrackerStore.save": (FailSafeTrackerStore.save, "8426dc08"),
    "EndpointConfig.__init__": (EndpointConfig.__init__, "07e0715d"),
}
CALL = {"next_action": "action_tiny_silence", "sender_id": "x", "tracker": {"sender_id": "x"}}


@pytest.mark.parametrize("name", PATCHED)
def test_rasa_is_as_the_patches_expect(name: str) -> None:
    function, expected = PATCHED[name]
    source = inspect.getsource(inspect.unwrap(function))
    found = hashlib.sha256(source.encode()).hexdigest()[:8]
    assert found == expected, f"{name} has changed in Rasa {rasa.__version__}: check bot/rasa_runtime/patches.py"


def test_rasa_is_the_version_that_the_patches_are_for() -> None:
    assert rasa.__version__ == "3.6.21"


def test_applying_again_changes_nothing() -> None:
    before = (Agent.handle_message, RemoteAction.__init__, RemoteAction._validate_action_result)
    patches.apply()
    assert before == (Agent.handle_message, RemoteAction.__init__, RemoteAction._validate_action_result)


def test_no_reports_are_sent() -> None:
    assert os.environ["RASA_TELEMETRY_ENABLED"] == "false"
    client = sentry_sdk.Hub.current.client
    assert client is None or client.transport is None


def test_actions_run_in_process_unless_a_server_is_named() -> None:
    assert isinstance(RemoteAction("action_x", None).action_endpoint, patches.InProcessEndpoint)
    named = EndpointConfig("http://localhost:5055/webhook")
    assert RemoteAction("action_x", named).action_endpoint is named
    assert patches.action_endpoint("http://localhost:5055/webhook").url == "http://localhost:5055/webhook"


async def test_an_action_that_rejects_is_rejected_by_rasa(monkeypatch: pytest.MonkeyPatch) -> None:
    async def reject(self: Any, call: Any) -> None:
        raise SdkRejection("action_x", "no")

    monkeypatch.setattr(ActionExecutor, "run", reject)
    with pytest.raises(ActionExecutionRejection, match="no"):
        await patches.InProcessEndpoint().request(json=CALL)


async def test_an_action_of_the_tiny_bot_runs_in_process(tiny_agent: Agent) -> None:
    assert await patches.InProcessEndpoint().request(json=CALL) == {"events": [], "responses": []}


@pytest.mark.parametrize(
    ("result", "valid"),
    [
        ({"events": [], "responses": []}, True),
        ({"events": [{"event": "slot", "name": "place", "value": "x"}], "responses": [{"text": "a"}]}, True),
        ({"events": [{"event": "no such event"}], "responses": []}, False),
        ({"events": [], "responses": "text"}, False),
    ],
)
def test_results_are_checked_as_before(result: dict[str, Any], valid: bool) -> None:
    action = RemoteAction("action_x", None)
    if valid:
        assert action._validate_action_result(result)
    else:
        with pytest.raises(ValidationError):
            action._validate_action_result(result)


def test_event_types_are_found_as_before() -> None:
    assert Event.resolve_by_type("user") is UserUttered
    assert Event.resolve_by_type("no such event", "default") == "default"


async def test_when_the_state_cannot_be_saved_rasa_answers_and_keeps_nothing(tiny_agent: Agent) -> None:
    async def fail(*_: Any) -> None:
        raise OSError("disk full")

    store = tiny_agent.tracker_store
    store._tracker_store.save = fail
    assert await tiny_agent.handle_message(UserMessage("svara", sender_id="someone"))
    assert isinstance(store.fallback_tracker_store, patches.ForgetfulTrackerStore)
    assert await store.fallback_tracker_store.retrieve("someone") is None


async def test_rasa_answers_through_all_patches(tiny_agent: Agent) -> None:
    messages = await tiny_agent.handle_message(UserMessage("svara", sender_id="someone"))
    assert messages is not None
    assert messages[0]["text"].startswith("Det är Göteborgsregionen.")
