"""Each change to Rasa 3.6.21 in a function of its own, with its reason and its figure.

`tests/rasa_runtime/test_patches.py` fails when Rasa's side of one of them changes.
"""

from __future__ import annotations

import functools
import logging
import os
from typing import Any

import jsonschema
import sentry_sdk
import threadpoolctl
from jsonschema.exceptions import best_match
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.agent import Agent
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.telemetry import TELEMETRY_ENABLED_ENVIRONMENT_VARIABLE
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection as SdkRejection

from bot.logs import keep_texts_out_of_logs, message_in_hand
from bot.settings import settings

ACTIONS_PACKAGE = "actions"


@functools.cache
def apply() -> None:
    """Apply every patch, once."""
    keep_texts_out_of_logs()
    use_one_thread()
    send_no_reports()
    mark_messages_in_hand()
    run_actions_in_process()
    build_result_validator_once()
    keep_no_trackers_in_memory()
    look_event_types_up_once()


def use_one_thread() -> None:
    """Let linear algebra use one thread.

    Reason: the products here take microseconds; waking a second thread costs more than it saves. Median of an answer
    over HTTP 19 ms instead of 38, hardly any system time instead of 12 ms an answer (2 cores).
    """
    threadpoolctl.threadpool_limits(limits=1)


def send_no_reports() -> None:
    """Switch off Rasa's telemetry and its error reports to a third party.

    Reason: an error's message may quote a user, and Rasa sends it unless RASA_TELEMETRY_ENABLED is false.
    """
    os.environ[TELEMETRY_ENABLED_ENVIRONMENT_VARIABLE] = "false"
    sentry_sdk.init(default_integrations=False)


def mark_messages_in_hand() -> None:
    """Let the logs know while a message is handled, whichever channel it came through.

    Reason: stock channels and `rasa shell` do not pass our door.
    """
    handle = Agent.handle_message

    @functools.wraps(handle)
    async def handle_message(self: Agent, message: Any) -> Any:
        with message_in_hand():
            return await handle(self, message)

    Agent.handle_message = handle_message


class InProcessEndpoint(EndpointConfig):
    """An action endpoint that runs the actions of the package `actions` here, without HTTP."""

    def __init__(self) -> None:
        # The domain goes along only with actions that ask for it: writing it as JSON costs 1 ms a call.
        super().__init__(url="", enable_selective_domain=True)

    async def request(self, *_args: Any, json: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """The result of the action that `json`, a call as Rasa sends it to an action server, names."""
        try:
            result: dict[str, Any] | None = await executor().run(json)
        except SdkRejection as rejection:
            raise ActionExecutionRejection(rejection.action_name, str(rejection)) from rejection
        return result or {"events": [], "responses": []}


@functools.cache
def executor() -> ActionExecutor:
    """The executor with every action of the package `actions`; one for the process."""
    # Its "Registered function for …" is one line for each action at every start.
    logging.getLogger("rasa_sdk.executor").setLevel(logging.WARNING)
    executor = ActionExecutor()
    executor.register_package(ACTIONS_PACKAGE)
    return executor


@functools.cache
def action_endpoint(url: str) -> EndpointConfig:
    """The action server at `url`, or the actions in this process where `url` is ""."""
    if url:
        return EndpointConfig(url)
    executor()
    return InProcessEndpoint()


def run_actions_in_process() -> None:
    """Give custom actions an endpoint in the process, unless endpoints.yml or the settings name a server.

    Reason: stock Rasa sends every call over HTTP. Figure: 27.2 ms a turn over HTTP, 22.3 ms in-process.
    """
    initialise = RemoteAction.__init__

    @functools.wraps(initialise)
    def with_endpoint(self: RemoteAction, name: str, endpoint: EndpointConfig | None) -> None:
        initialise(self, name, endpoint or action_endpoint(settings().actions))

    RemoteAction.__init__ = with_endpoint


def build_result_validator_once() -> None:
    """Check action results with a validator that is built once.

    Reason: stock Rasa builds and checks the JSON schema at every call. Figure: 22.3 ms a turn, 6.2 ms with this.
    """
    schema = RemoteAction.action_response_format_spec()
    validator_class = jsonschema.validators.validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)

    def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
        error = best_match(validator.iter_errors(result))
        if error is not None:
            error.message += f". The result of {self.name()} is not as Rasa expects action results."
            raise error
        return True

    RemoteAction._validate_action_result = _validate_action_result  # noqa: SLF001


class ForgetfulTrackerStore(TrackerStore):
    """Keeps nothing."""

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Forget `tracker`."""

    async def retrieve(self, _sender_id: str) -> DialogueStateTracker | None:
        """None: nothing was kept."""
        return None


def keep_no_trackers_in_memory() -> None:
    """When the state database cannot be written, answer and forget.

    Reason: stock Rasa keeps the whole tracker, texts included, in memory then, and never reads it again.
    """

    def forgetful(self: FailSafeTrackerStore) -> TrackerStore:
        return ForgetfulTrackerStore(self.domain, self.event_broker)

    FailSafeTrackerStore.fallback_tracker_store = property(forgetful)


def look_event_types_up_once() -> None:
    """Remember which class an event's type name stands for.

    Reason: stock Rasa lists all subclasses of Event for every event that it reads. Figure: 4.6 ms of CPU a
    turn, 3.5 ms with this.
    """
    Event.resolve_by_type = staticmethod(functools.cache(Event.resolve_by_type))
