"""REST for development, on this machine only: stock Rasa's URL and JSON, behind the door.

POST /webhooks/rest/webhook {"sender": "…", "message": "…"}
→ [{"recipient_id": "…", "text": whole answer, "buttons": [{"title", "payload"}], "custom": Answer as JSON}]
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.answers import Choice
from bot.channels.asking import asking
from bot.channels.door import Ask, Door, Incoming, Reply
from bot.logs import describe
from bot.settings import settings

logger = logging.getLogger(__name__)

LONGEST_BODY = 32_768
TOO_LONG = "x" * LONGEST_BODY
"""Stands for a message that is not read because its body is too long; the door refuses it."""


class RestChannel(InputChannel):
    """Our REST channel: every message gets exactly one message back."""

    def __init__(self, door: Door) -> None:
        self.door = door

    @classmethod
    def name(cls) -> str:
        """The name in the URL and in stored events: stock Rasa's."""
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> RestChannel:
        """The channel with a door as the settings say, without a rate limit: the client names the sender here."""
        return cls(Door(settings(), rate=0))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes `GET /` (health) and `POST /webhook`."""
        blueprint = Blueprint("rest_webhook")
        ask = asking(on_new_message, self.name())

        async def health(_request: Request) -> HTTPResponse:
            return json_response({"status": "ok"})

        async def receive(request: Request) -> HTTPResponse:
            return json_response(await self.answer(request.body, ask), dumps=json.dumps)

        blueprint.add_route(health, "/", methods=["GET"])
        blueprint.add_route(receive, "/webhook", methods=["POST"])
        return blueprint

    async def answer(self, body: bytes, ask: Ask) -> list[dict[str, Any]]:
        """The JSON list for the JSON object in `body`; it is empty only for a message id that came before."""
        incoming = read_body(body)
        try:
            reply = await self.door.receive(incoming, ask)
        except Exception as error:  # noqa: BLE001 - the boundary of this channel: never silence, never a stack trace
            # Not logger.exception: the message of an error may quote the user.
            logger.error("A message could not be answered: %s", describe(error))  # noqa: TRY400
            reply = self.door.error(incoming)
        return [] if reply is None else [self._rendered(incoming.sender, reply)]

    def _rendered(self, sender: str, reply: Reply) -> dict[str, Any]:
        answer = reply.answer
        return {
            "recipient_id": sender,
            "text": answer.plain_text(),
            "buttons": [self._button(reply.conversation, choice) for choice in answer.choices],
            "custom": answer.to_json(),
        }

    def _button(self, conversation: str, choice: Choice) -> dict[str, str]:
        # A payload that is a command of Rasa's goes behind a token: typed, it is refused at the door.
        hidden = choice.payload.startswith("/")
        payload = self.door.buttons.token(conversation, choice.payload) if hidden else choice.payload
        return {"title": choice.title, "payload": payload}


def read_body(body: bytes) -> Incoming:
    """The message in `body`. What is missing, or is not as it should be, is "": the door has a reply for that."""
    if len(body) > LONGEST_BODY:
        return Incoming("rest", "", TOO_LONG)
    try:
        given = json.loads(body)
    except ValueError:
        given = {}
    if not isinstance(given, dict):
        given = {}
    return Incoming("rest", _text(given.get("sender")) or "default", _text(given.get("message")), _id(given))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _id(given: Mapping[str, object]) -> str:
    value = given.get("message_id")
    return str(value) if isinstance(value, (str, int)) else ""
