"""The Telegram channel: off without a token, polling with one, by webhook with a public address.

POST /webhooks/telegram/webhook (updates; only where STODLOTS_TELEGRAM_WEBHOOK is set)
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty

from bot.channels.asking import asking
from bot.channels.door import Door
from bot.channels.forgetting import forget
from bot.channels.telegram.phrases import Phrases
from bot.logs import describe
from bot.settings import Settings, settings
from bot.state.database import open_state

if TYPE_CHECKING:
    from telegram import Update

    from bot.channels.telegram.connection import App, Connection

logger = logging.getLogger(__name__)

NAME = "telegram"
WEBHOOK = f"/webhooks/{NAME}/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
LONGEST_BODY = 262_144
"""A message of 4,096 characters that replies to another, both written as \\u escapes, takes 100 kB."""


class TelegramChannel(InputChannel):
    """Leads conversations in Telegram, where there is a token for it."""

    def __init__(self, configured: Settings) -> None:
        self.configured = configured
        self.connection: Connection | None = None

    @classmethod
    def name(cls) -> str:
        """The name in the URL and in stored events."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> TelegramChannel:
        """The channel as the settings say."""
        return cls(settings())

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The route of the webhook, if there is one; the connection starts and stops with the server."""
        blueprint = Blueprint("telegram")
        if not self.configured.telegram_token:
            return blueprint
        door = Door(self.configured)
        secret = webhook_secret(door)
        connection = self.connection = self._connection(door, secret, on_new_message)
        if self.configured.telegram_webhook:
            receive = partial(_receive, connection.app, secret)
            blueprint.add_route(receive, "/webhook", methods=["POST"], name="receive")

        async def start(*_: object) -> None:
            connection.start()

        async def stop(*_: object) -> None:
            await connection.stop()

        blueprint.listener("after_server_start")(start)
        blueprint.listener("before_server_stop")(stop)
        return blueprint

    def _connection(
        self, door: Door, secret: str, on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> Connection:
        # Imported here: half a second that only those pay who have a bot.
        from bot.channels.telegram.answering import Answering
        from bot.channels.telegram.connection import Connection, build
        from bot.channels.telegram.sending import Sender

        chosen, phrases = self.configured, Phrases.load(self.configured.data)

        async def handle(update: Update) -> None:
            await answering.take(update, app.bot.bot)

        app = build(chosen.telegram_token, chosen.telegram_api, handle)
        sender = Sender(app.bot, door.buttons)
        ask = asking(on_new_message, self.name())
        answering = Answering(door, ask, sender, phrases, partial(forget, open_state(chosen.state)))
        return Connection(app, phrases, webhook_address(chosen), secret)


def webhook_address(configured: Settings) -> str:
    """Where Telegram sends updates, or "" where they are fetched."""
    return f"{configured.telegram_webhook}{WEBHOOK}" if configured.telegram_webhook else ""


def webhook_secret(door: Door) -> str:
    """What Telegram shows with each update; it follows from the door's key, so that every process knows it."""
    return door.hash(NAME, "webhook")


async def _receive(app: App, secret: str, request: Request) -> HTTPResponse:
    """Take an update: it is answered after Telegram has been told so, or it would come again."""
    shown = str(request.headers.get(SECRET_HEADER, ""))
    if not hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), secret.encode()):
        return empty(status=403)
    update = _update(app, request.body)
    # What cannot be read is taken all the same: refused, it would come again for a day.
    if update is not None:
        try:
            app.update_queue.put_nowait(update)
        except asyncio.QueueFull:
            return empty(status=503)
    return empty(status=200)


def _update(app: App, body: bytes) -> Update | None:
    from telegram import Update

    if len(body) > LONGEST_BODY:
        logger.warning("Telegram: an update of %d bytes is not read.", len(body))
        return None
    try:
        return Update.de_json(json.loads(body), app.bot)
    except Exception as error:  # noqa: BLE001 - whatever is the matter with it, it is no update
        logger.warning("Telegram: an update cannot be read: %s", describe(error))
        return None
