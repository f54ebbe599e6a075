"""The web channel: the page and what it talks with.

GET / and /chat (the page), /chat/page.css, /chat/page.js, /chat/icon.svg, /chat/embed.js, /tillganglighet,
/fakta/<id>; POST /chat/session, /chat/messages, /chat/feedback, /chat/forget; GET /chat/events (answers).
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, raw
from sanic.response import json as json_response

from bot.channels.asking import asking
from bot.channels.door import LONGEST_MESSAGE, Ask, Door, Incoming
from bot.channels.limits import RateLimit
from bot.channels.web.conversations import CHANNEL, Conversations, Knowledge
from bot.channels.web.factpages import FactPages, statement
from bot.channels.web.rendering import Rendering
from bot.channels.web.sessions import Sessions, Site
from bot.channels.web.shell import Shell
from bot.channels.web.templates import Templates
from bot.knowledge.pages import municipality_names, page
from bot.settings import Settings, settings
from bot.state.database import open_state

logger = logging.getLogger(__name__)

LONGEST_BODY = 32_768
MOST_CONNECTIONS = 8
HANDLED_A_MINUTE = 120
_MESSAGE_ID = re.compile(r"[0-9a-f]{16,64}")
_NUMBER = re.compile(r"[0-9]{1,18}")

Handler = Callable[..., Coroutine[Any, Any, HTTPResponse | None]]


class Refused(Exception):
    """A request that is answered with a status and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class WebChannel(InputChannel):
    """Serves the page, and leads a conversation with each of its sessions."""

    def __init__(self, configured: Settings) -> None:
        self.door = Door(configured)
        self.site = Site.of(configured)
        self.sessions = Sessions(open_state(configured.state), self.door.hash)
        self.say = Templates.load(configured.data)
        self.knowledge = Knowledge(configured.knowledge, configured.data / "knowledge")
        self.conversations = Conversations(configured, self.door, Rendering(self.say), self.knowledge)
        self.rate = RateLimit(HANDLED_A_MINUTE)
        self.facts = FactPages(self.say)
        self.shell = Shell(self.say, configured)
        self._statement = statement(self.say, configured)

    @classmethod
    def name(cls) -> str:
        """The name in stored events."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> WebChannel:
        """The channel as the settings say."""
        return cls(settings())

    def url_prefix(self) -> str:
        """An absolute path: Rasa puts relative ones under /webhooks/."""
        return "/"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes."""
        blueprint = Blueprint("web_page")
        ask = asking(on_new_message, self.name())
        self._add_pages(blueprint)
        posts: dict[str, Callable[[Request, dict[str, Any]], Awaitable[HTTPResponse]]] = {
            "session": self.session,
            "messages": lambda request, body: self.message(request, body, ask),
            "feedback": self.give_feedback,
            "forget": self.forget,
        }
        for path, handler in posts.items():
            blueprint.add_route(_posted(self.site, handler), f"/chat/{path}", methods=["POST"], name=path)
        blueprint.add_route(_refusing(self.events), "/chat/events", methods=["GET"], name="events")
        self._add_listeners(blueprint)
        return blueprint

    async def session(self, request: Request, _body: dict[str, Any]) -> HTTPResponse:
        """Say which municipality the session has chosen; begin a session where there is none that is valid."""
        known = self.sessions.known(self._cookie(request), _browser(request))
        if known is not None:
            return _json({"new": False, "place": self.conversations.place(self.conversations.name(known))})
        return self._begin({"new": True, "place": ""}, request)

    async def message(self, request: Request, body: dict[str, Any], ask: Ask) -> HTTPResponse:
        """Take a message; its answer comes as an event."""
        session = self._known(request)
        message_id, text = body.get("id"), body.get("text")
        if not isinstance(text, str) or not isinstance(message_id, str) or not _MESSAGE_ID.fullmatch(message_id):
            raise Refused(400)
        # One character too many is enough for the door to refuse it.
        self.conversations.take(Incoming(CHANNEL, session, text[: LONGEST_MESSAGE + 1], message_id), ask)
        return _json({}, status=202)

    async def give_feedback(self, request: Request, body: dict[str, Any]) -> HTTPResponse:
        """Store what the user thinks of an answer."""
        session = self._known(request)
        receipt, verdict = body.get("receipt"), body.get("verdict")
        if not isinstance(receipt, str) or not isinstance(verdict, str):
            raise Refused(400)
        if not self.conversations.feedback.give(self.conversations.name(session), receipt, verdict):
            raise Refused(404)
        return _json({})

    async def forget(self, request: Request, _body: dict[str, Any]) -> HTTPResponse:
        """Delete the conversation, end the session, and begin another."""
        session = self._known(request)
        self.sessions.end(session)
        await self.conversations.forget(session)
        return self._begin({"new": True, "place": ""}, request)

    async def events(self, request: Request) -> HTTPResponse | None:
        """Answers as they come, from where the page left off."""
        conversation = self.conversations.name(self._known(request))
        outbox = self.conversations.outbox
        if outbox.connections(conversation) >= MOST_CONNECTIONS:
            raise Refused(429)
        last = request.headers.get("last-event-id") or request.args.get("after") or ""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
        response = await request.respond(content_type="text/event-stream; charset=utf-8", headers=headers)
        async for event in outbox.events(conversation, int(last) if _NUMBER.fullmatch(last) else None):
            await response.send(event)
        await response.eof()
        return None

    async def fact(self, _request: Request, id_: str) -> HTTPResponse:
        """The page of one fact or entity."""
        found = page(self.knowledge.assistant, id_, self.knowledge.content)
        if found is None:
            return self.shell.html(self.facts.missing(), status=404)
        return self.shell.html(self.facts.html(found))

    async def statement(self, _request: Request) -> HTTPResponse:
        """The accessibility statement."""
        return self.shell.html(self._statement)

    async def front(self, _request: Request) -> HTTPResponse:
        """The page."""
        return self.shell.front(lambda: municipality_names(self.knowledge.assistant))

    def _add_pages(self, blueprint: Blueprint) -> None:
        blueprint.add_route(_refusing(self.front), "/chat", methods=["GET"], name="front")
        blueprint.add_route(_refusing(self.fact), "/fakta/<id_:str>", methods=["GET"], name="fact")
        blueprint.add_route(_refusing(self.statement), "/tillganglighet", methods=["GET"], name="statement")
        for file, response in self.shell.files.items():
            blueprint.add_route(_sends(*response), f"/chat/{file}", methods=["GET"], name=file.replace(".", "_"))

    def _add_listeners(self, blueprint: Blueprint) -> None:
        async def front_at_root(request: Request) -> HTTPResponse | None:
            return await self.front(request) if request.path == "/" and request.method == "GET" else None

        async def start(app: Sanic, _loop: object) -> None:
            # Rasa has a route for "/" that says its version; a middleware comes before it.
            app.register_middleware(front_at_root, "request")

        async def stop(_app: Sanic, _loop: object) -> None:
            # A server that stops waits for its connections: without this, as long as a page is open.
            await self.conversations.outbox.close()

        blueprint.listener("before_server_start")(start)
        blueprint.listener("before_server_stop")(stop)

    def _begin(self, body: dict[str, Any], request: Request) -> HTTPResponse:
        cookie = self.site.set_cookie(self.sessions.begin(_browser(request)))
        return _json(body, headers={"Set-Cookie": cookie})

    def _cookie(self, request: Request) -> str:
        return request.cookies.get(self.site.cookie) or ""

    def _known(self, request: Request) -> str:
        """The session of the request. Refused without a valid one, or when it is in too much of a hurry."""
        session = self.sessions.known(self._cookie(request), _browser(request))
        if session is None:
            raise Refused(401)
        if not self.rate.allows(session):
            raise Refused(429)
        return session


def _refusing(handler: Handler) -> Handler:
    async def handle(request: Request, **parts: str) -> HTTPResponse | None:
        try:
            return await handler(request, **parts)
        except Refused as refused:
            return _json({}, status=refused.status)

    return handle


def _posted(site: Site, handler: Callable[[Request, dict[str, Any]], Awaitable[HTTPResponse]]) -> Handler:
    """A handler for what the page posts: JSON, not too long, from the page itself."""

    async def handle(request: Request) -> HTTPResponse:
        if not site.trusts(request.headers):
            raise Refused(403)
        if len(request.body) > LONGEST_BODY:
            raise Refused(413)
        return await handler(request, _object(request.body))

    return _refusing(handle)


def _object(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except ValueError:
        raise Refused(400) from None
    if not isinstance(given, dict):
        raise Refused(400)
    return given


def _sends(content: bytes, headers: Mapping[str, str]) -> Handler:
    async def send(_request: Request) -> HTTPResponse:
        return raw(content, headers=dict(headers), content_type=headers["Content-Type"])

    return send


def _browser(request: Request) -> str:
    return str(request.headers.get("user-agent", ""))


def _json(body: dict[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> HTTPResponse:
    own = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **(headers or {})}
    return json_response(body, status=status, headers=own, ensure_ascii=False)
