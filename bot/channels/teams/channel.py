"""The Teams channel: POST /webhooks/teams/messages, the address that the bot's registration names."""

from __future__ import annotations

import ipaddress
import json
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty
from sanic.response import json as json_response

from bot.answers import Answer, Choice
from bot.channels.asking import asking
from bot.channels.door import LONGEST_MESSAGE, Ask, Door, Incoming, Reply
from bot.channels.feedback import Answered
from bot.channels.teams import feedback
from bot.channels.teams.activities import Activity, ActivityError, read, unpacked
from bot.channels.teams.cards import BUTTON, Renderer
from bot.channels.teams.configuration import TeamsConfiguration
from bot.channels.teams.connector import Connector, Deliveries, Http
from bot.channels.teams.texts import TeamsTexts
from bot.channels.teams_auth.fetching import fetching
from bot.channels.teams_auth.keys import METADATA, KeyRing, KeysError, is_local
from bot.channels.teams_auth.tokens import NoTokens, TenantTokens, Tokens
from bot.channels.teams_auth.validation import CHANNEL as CHANNEL_ID
from bot.channels.teams_auth.validation import Refused, Validator
from bot.knowledge.pages import version
from bot.logs import describe
from bot.settings import Settings, settings
from bot.state.database import open_state

logger = logging.getLogger(__name__)

CHANNEL = "teams"
LONGEST_BODY = 262_144
"""Bytes. A long message comes with its HTML beside it; the door says that it is too long."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@dataclass(frozen=True)
class Microsoft:
    """The other side: who vouches for what comes in, and what our answers go out with."""

    validator: Validator | None
    tokens: Tokens

    @classmethod
    def of(cls, configuration: TeamsConfiguration, http: Http, metadata: str = METADATA) -> Microsoft:
        """The other side that `configuration` describes; without a validator for the playground."""
        if configuration.anonymous:
            return cls(None, NoTokens())
        keys = KeyRing(metadata, fetching(http.session))
        tokens = TenantTokens(configuration.app_id, configuration.tenant, configuration.credential)
        return cls(Validator(keys, configuration.app_id, configuration.tenant), tokens)


class TeamsBot:
    """Answers activities. What it says goes out in the background."""

    def __init__(self, configured: Settings, microsoft: Microsoft, connector: Connector) -> None:
        self.door = Door(configured)
        self.texts = TeamsTexts.load(configured.data)
        self.renderer = Renderer(self.texts, configured.web_address)
        self.microsoft = microsoft
        self.deliveries = Deliveries(connector)
        self.thumbs = feedback.Thumbs(open_state(configured.state), self.door.hash, CHANNEL)
        self._knowledge = configured.knowledge

    async def let_in(self, authorization: str, activity: Activity) -> None:
        """Refused unless `activity` comes from Teams, or, without tokens, from this machine."""
        if self.microsoft.validator is not None:
            await self.microsoft.validator.check(authorization, activity)
        elif not is_local(activity.service_url) or activity.channel != CHANNEL_ID:
            raise Refused("not from the playground on this machine", 403)

    async def handle(self, activity: Activity, ask: Ask) -> HTTPResponse:
        """Do what `activity` asks for; the acknowledgement."""
        match activity.type:
            case "message":
                await self._answer(activity, ask)
            case "installationUpdate" if activity.action.startswith("add"):
                self._welcome(activity)
            case "conversationUpdate" if activity.added:
                self._welcome(activity)
            case "invoke" if activity.name == feedback.INVOKE:
                self.thumbs.take(activity, self.door.conversation(incoming(activity)))
                return json_response({})
            case "invoke":
                return json_response({}, status=501)
        return empty(202)

    def apologise(self, activity: Activity) -> None:
        """Say that something failed."""
        if activity.type == "message":
            self._send(activity, self.door.error(incoming(activity)))

    async def _answer(self, activity: Activity, ask: Ask) -> None:
        pressed = unpacked(activity.value).get(BUTTON)
        if isinstance(pressed, str):
            await self._press(activity, pressed, ask)
        elif activity.mentioned or not activity.is_group:
            await self._receive(activity, incoming(activity), ask)

    async def _press(self, activity: Activity, token: str, ask: Ask) -> None:
        """Answer a button. It belongs to the chat, where anybody may press it; the answer to whoever did."""
        payload = self.door.buttons.payload(self._room(activity), token)
        given = incoming(activity)
        if payload is None:
            stale = Answer(self.texts("stale_button"), key="teams.stale_button")
            self._send(activity, Reply(stale, self.door.conversation(given), "stale_button"))
            return
        own = self.door.buttons.token(self.door.conversation(given), payload)
        asked = "" if payload.startswith("/") else payload
        await self._receive(activity, replace(given, text=own), ask, asked)

    async def _receive(self, activity: Activity, given: Incoming, ask: Ask, asked: str = "") -> None:
        async def asking_visibly(conversation: str, text: str) -> list[dict[str, Any]]:
            self.deliveries.typing(activity.reference)
            return await ask(conversation, text)

        reply = await self.door.receive(given, asking_visibly)
        if reply is not None:
            self._send(activity, reply, asked)

    def _welcome(self, activity: Activity) -> None:
        """Say hello, once: Teams reports an installation in two ways."""
        minute = int(time.time() // 60)
        new = self.door.seen.is_new(CHANNEL, activity.chat, f"welcome {minute}")
        self.door.seen.is_new(CHANNEL, activity.chat, f"welcome {minute + 1}")
        if not new:
            return
        questions = [self.texts(key) for key in ("try_first", "try_second", "try_third")]
        text = self.texts("welcome_group" if activity.is_group else "welcome")
        answer = Answer(text, choices=tuple(Choice(question, question) for question in questions))
        message = self.renderer.message(answer, self._tokens(activity))
        self.deliveries.send(replace(activity.reference, reply_to=""), message)

    def _send(self, activity: Activity, reply: Reply, asked: str = "") -> None:
        answered = self._answered(reply)
        message = self.renderer.message(
            reply.answer, self._tokens(activity), asked=asked, feedback=answered is not None
        )

        def delivered(id_: str) -> None:
            if answered is not None:
                self.thumbs.remember(activity.chat, id_, reply.conversation, answered)

        self.deliveries.send(activity.reference, message, delivered)

    def _answered(self, reply: Reply) -> Answered | None:
        """What a verdict on the reply is stored with; None for the replies of the door, which nobody rates."""
        answer = reply.answer
        if not answer.citations and reply.outcome != "answered":
            return None
        facts = tuple(dict.fromkeys(citation.fact for citation in answer.citations if citation.fact))
        known = version(self._knowledge) if self._knowledge.exists() else ""
        return Answered(answer.key, facts, known, secrets.token_hex(8))

    def _tokens(self, activity: Activity) -> Callable[[str], str]:
        room = self._room(activity)
        return lambda payload: self.door.buttons.token(room, payload)

    def _room(self, activity: Activity) -> str:
        return self.door.conversation(Incoming(CHANNEL, f"room {activity.chat}", ""))


class TeamsChannel(InputChannel):
    """Our Teams channel; without routes when the settings do not switch it on."""

    def __init__(self, bot: TeamsBot | None, http: Http) -> None:
        self.bot = bot
        self._http = http

    @classmethod
    def name(cls) -> str:
        """The name in the URL and in stored events."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> TeamsChannel:
        """The channel as the settings say."""
        return cls.of(settings())

    @classmethod
    def of(cls, configured: Settings) -> TeamsChannel:
        """The channel as `configured` says. SettingsError when it is half configured."""
        configuration, http = TeamsConfiguration.of(configured), Http()
        if configuration is None:
            return cls(None, http)
        microsoft = Microsoft.of(configuration, http)
        return cls(TeamsBot(configured, microsoft, Connector(microsoft.tokens, http)), http)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The route `POST /messages`, if Teams is switched on."""
        blueprint = Blueprint("teams")
        bot = self.bot
        if bot is None:
            return blueprint
        ask = asking(on_new_message, self.name())

        async def receive(request: Request) -> HTTPResponse:
            return await self.receive(request, bot, ask)

        blueprint.add_route(receive, "/messages", methods=["POST"])
        blueprint.listener("before_server_stop")(self._stop)
        return blueprint

    async def receive(self, request: Request, bot: TeamsBot, ask: Ask) -> HTTPResponse:
        """Answer one request. The boundary of this channel: never silence, never a stack trace."""
        activity: Activity | None = None
        try:
            given = self._read(request, bot)
            await bot.let_in(request.headers.get("authorization", ""), given)
            activity = given
            return await bot.handle(activity, ask)
        except Refused as refused:
            logger.warning("A request to Teams' address was refused: %s.", refused.reason)
            return empty(refused.status)
        except KeysError as error:
            logger.error("Microsoft's keys cannot be read: %s", error)  # noqa: TRY400 - its message is ours
            return empty(503)
        except Exception as error:  # noqa: BLE001 - the boundary
            # Not logger.exception: the message of an error may quote the user.
            logger.error("An activity of Teams could not be handled: %s", describe(error))  # noqa: TRY400
            if activity is None:
                return empty(500)
            bot.apologise(activity)
            return empty(202)

    def _read(self, request: Request, bot: TeamsBot) -> Activity:
        if bot.microsoft.validator is None and not _is_on_this_machine(request):
            raise Refused("without tokens, only this machine is let in", 403)
        if len(request.body) > LONGEST_BODY:
            raise Refused("too long", 413)
        # A page in somebody's browser cannot send this type to us without asking first.
        if request.headers.get("content-type", "").partition(";")[0].strip().casefold() != "application/json":
            raise Refused("no JSON", 415)
        try:
            return read(request.body)
        except ActivityError:
            raise Refused("no activity", 400) from None

    async def _stop(self, _app: Sanic, _loop: object) -> None:
        if self.bot is not None:
            await self.bot.deliveries.close()
        await self._http.close()


def incoming(activity: Activity) -> Incoming:
    """The message in `activity`, from its user in its conversation."""
    sender = json.dumps([activity.conversation, activity.user])
    # One character too many is enough for the door to refuse it.
    return Incoming(CHANNEL, sender, activity.text[: LONGEST_MESSAGE + 1], activity.id)


def _is_on_this_machine(request: Request) -> bool:
    """Whether the request came from this machine, to an address of it, and past no proxy."""
    if any(header in request.headers for header in FORWARDED):
        return False
    connection = request.conn_info
    own: Any = connection.sockname if connection else None
    addresses = (connection.client_ip, own[0]) if connection and isinstance(own, tuple) else ("",)
    try:
        return all(ipaddress.ip_address(address.partition("%")[0]).is_loopback for address in addresses)
    except ValueError:
        return False
