"""Microsoft's side, played on this machine: its keys and tokens, and the endpoint that takes our messages."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bot.channels.teams.activities import Reference
from bot.channels.teams.channel import Microsoft, TeamsBot, TeamsChannel
from bot.channels.teams.connector import Connector, Http
from bot.channels.teams_auth.fetching import fetching
from bot.channels.teams_auth.keys import KeyRing
from bot.channels.teams_auth.tokens import NoTokens, Tokens
from bot.channels.teams_auth.validation import ISSUER, Validator
from bot.settings import Settings

APP = "11111111-2222-3333-4444-555555555555"
TENANT = "99999999-8888-7777-6666-555555555555"
BOT = {"id": f"28:{APP}", "name": "Stödlotsen"}
EVA = {"id": "29:eva", "name": "Eva"}
PHRASES = Path(__file__).parents[3] / "data" / "phrases" / "teams.yml"


def make_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def jwk(key: rsa.RSAPrivateKey, id_: str, **more: Any) -> dict[str, Any]:
    return {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": id_, "use": "sig", **more}


def public_pem(key: rsa.RSAPrivateKey) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form)


class World:
    """An aiohttp server with keys and a connector. What it takes is in `sent`; typing in `typing`."""

    def __init__(self) -> None:
        self.key, self.key_id = make_key(), "first"
        self.published: list[dict[str, Any]] = [jwk(self.key, "first", endorsements=["msteams", "webchat"])]
        self.url = ""
        self.fetched = 0
        self.keys_status = 200
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.typing = 0
        self.tokens: list[str] = []
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.slow = 0.0
        self.news = asyncio.Event()
        self._closing = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[World]:
        app = web.Application()
        app.router.add_get("/openid", self._metadata)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/connector/v3/conversations/{conversation}/activities", self._take)
        app.router.add_post("/connector/v3/conversations/{conversation}/activities/{reply_to}", self._take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        try:
            yield self
        finally:
            self._closing.set()
            await asyncio.sleep(0.05)
            await runner.cleanup()

    @property
    def service(self) -> str:
        return f"{self.url}/connector"

    def token(self, *, without: str = "", header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token as Microsoft signs them, with `claims` instead of the right ones, and without one."""
        now = int(time.time())
        right = {"iss": ISSUER, "aud": APP, "nbf": now - 60, "exp": now + 3600, "serviceurl": self.service}
        given = {key: value for key, value in {**right, **claims}.items() if key != without}
        return jwt.encode(given, self.key, "RS256", headers=header or {"kid": self.key_id})

    def activity(self, text: str = "", **more: Any) -> dict[str, Any]:
        """A message from Eva in her personal chat, with `more` instead."""
        right: dict[str, Any] = {
            "type": "message",
            "id": f"m{time.monotonic_ns()}",
            "channelId": "msteams",
            "serviceUrl": self.service,
            "from": EVA,
            "recipient": BOT,
            "conversation": {"id": "a:personal", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "text": text,
            "textFormat": "plain",
        }
        return {**right, **more}

    def reference(self, conversation: str = "a:personal", **more: Any) -> Reference:
        return replace(Reference(self.service, conversation, BOT, EVA, "m1"), **more)

    async def arrived(self, count: int, seconds: float = 5.0) -> list[dict[str, Any]]:
        """The messages that were taken, when there are `count` of them."""
        async with asyncio.timeout(seconds):
            while len(self.sent) < count:
                self.news.clear()
                await self.news.wait()
        return [message for _, message in self.sent]

    async def _dawdle(self) -> None:
        try:
            await asyncio.wait_for(self._closing.wait(), self.slow)
        except TimeoutError:
            return

    async def _metadata(self, _request: web.Request) -> web.Response:
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, _request: web.Request) -> web.Response:
        self.fetched += 1
        return web.json_response({"keys": self.published}, status=self.keys_status)

    async def _take(self, request: web.Request) -> web.Response:
        self.tokens.append(request.headers.get("Authorization", ""))
        given = await request.json()
        if given["type"] == "typing":
            self.typing += 1
            await self._dawdle()
            return web.Response(status=202)
        status = self.statuses.pop(0) if self.statuses else 200
        await self._dawdle()
        if status != 200:
            return web.Response(status=status, headers=self.headers)
        self.sent.append((request.path, given))
        self.news.set()
        return web.json_response({"id": f"sent-{len(self.sent)}"})


class SomeTokens:
    """Gives out "token-1", and another one each time that a fresh one is asked for."""

    def __init__(self) -> None:
        self.given = 1

    async def token(self, *, fresh: bool = False) -> str:
        self.given += fresh
        return f"token-{self.given}"


def teams_settings(own: Settings, **more: Any) -> Settings:
    """Settings with Teams' texts beside the door's."""
    target = own.data / "phrases" / "teams.yml"
    if not target.exists():
        target.write_text(PHRASES.read_text("utf-8"), "utf-8")
    return replace(own, **more)


def teams_channel(
    own: Settings, world: World, *, anonymous: bool = False, tokens: Tokens | None = None, waits: tuple[float, ...] = ()
) -> TeamsChannel:
    """The channel, with `world` for Microsoft."""
    http = Http()
    validator = None if anonymous else Validator(KeyRing(f"{world.url}/openid", fetching(http.session)), APP, TENANT)
    microsoft = Microsoft(validator, tokens or NoTokens())
    return TeamsChannel(TeamsBot(teams_settings(own), microsoft, Connector(microsoft.tokens, http, waits)), http)
