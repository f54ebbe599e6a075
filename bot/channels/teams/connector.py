"""Sends to Teams: each message in a task of its own, in order within a conversation, with retries."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.channels.limits import Turns
from bot.channels.teams.activities import Reference
from bot.channels.teams_auth.tokens import TokenError, Tokens
from bot.logs import describe, message_in_hand

logger = logging.getLogger(__name__)

AGAIN = frozenset({412, 429, 502, 504})
WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)
LONGEST_WAIT = 60.0
TIMEOUT = 60.0
TYPING_TIMEOUT = 2.0
MOST_WAITING = 500
LONGEST_BODY = 1_000_000

Delivered = Callable[[str], None]
"""Is told the id that Teams gave a message, "" if none."""


class NotSentError(Exception):
    """Teams did not take a message; the text says why, and nothing of the message."""


class Http:
    """One aiohttp session for the process, made in its event loop and closed with it."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    def session(self) -> aiohttp.ClientSession:
        """The session."""
        if self._session is None or self._session.closed:
            # No limit on connections: a slow endpoint must not use up the ones that others need.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
            )
        return self._session

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()


class Connector:
    """Sends one activity at a time to where its conversation is."""

    def __init__(self, tokens: Tokens, http: Http, waits: Sequence[float] = WAITS, seconds: float = TIMEOUT) -> None:
        self._tokens = tokens
        self._http = http
        self._waits = waits
        self._seconds = seconds

    async def send(self, reference: Reference, activity: Mapping[str, Any]) -> str:
        """Send, again and again if need be; the id that Teams gave. NotSentError when it is no use."""
        fresh = False
        for wait in (*self._waits, None):
            try:
                status, after, id_ = await self._post(reference, activity, self._seconds, fresh=fresh)
            except (aiohttp.ClientConnectorError, aiohttp.ServerDisconnectedError) as error:
                status, after, id_ = 0, 0.0, type(error).__name__
            except TokenError as error:
                if not error.passing:
                    raise
                status, after, id_ = 0, 0.0, str(error)
            except (aiohttp.ClientError, TimeoutError) as error:
                # It may have arrived: sent again, it could stand there twice.
                raise NotSentError(type(error).__name__) from None
            if status < 300 and status:
                return id_
            # A token can be withdrawn before it expires: one more is asked for, once.
            refreshed, fresh = fresh, status == 401
            if wait is None or not (status == 0 or status in AGAIN or (fresh and not refreshed)):
                raise NotSentError(f"status {status or id_}")
            await asyncio.sleep(min(max(after, wait * random.uniform(0.75, 1.25)), LONGEST_WAIT))  # noqa: S311 - no secret
        raise AssertionError("unreachable")

    async def send_typing(self, reference: Reference) -> None:
        """Say that an answer is coming: once, and not for long. A nicety, whose failure nobody needs to know of."""
        try:
            await self._post(reference, {"type": "typing"}, TYPING_TIMEOUT, fresh=False)
        except (aiohttp.ClientError, TimeoutError, TokenError):
            return

    async def _post(
        self, reference: Reference, activity: Mapping[str, Any], seconds: float, *, fresh: bool
    ) -> tuple[int, float, str]:
        token = await asyncio.wait_for(self._tokens.token(fresh=fresh), seconds)
        async with self._http.session().post(
            address(reference),
            json={**activity, **_addressing(reference)},
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=aiohttp.ClientTimeout(seconds),
            # The token goes to the address that the message named, and no further.
            allow_redirects=False,
        ) as response:
            body = await response.content.read(LONGEST_BODY)
            return response.status, _seconds(response.headers.get("Retry-After")), _id(body)


class Deliveries:
    """What is on its way: in the background, so that a slow or dead Teams holds up nobody."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._turns = Turns()
        self._tasks = set[asyncio.Task[None]]()

    def typing(self, reference: Reference) -> None:
        """Show that an answer is coming."""
        self._start(self._typing(reference))

    def send(self, reference: Reference, activity: Mapping[str, Any], delivered: Delivered | None = None) -> None:
        """Send `activity`, after whatever is on its way to the same conversation."""
        self._start(self._send(reference, activity, delivered))

    def waiting(self) -> int:
        """How many tasks are at work."""
        return len(self._tasks)

    async def close(self, seconds: float = 5.0) -> None:
        """Give what is on its way `seconds` to arrive."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()

    def _start(self, work: Any) -> None:
        if len(self._tasks) >= MOST_WAITING:
            work.close()
            logger.error("Teams takes no messages: %d are waiting, and one more was given up.", MOST_WAITING)
            return
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.error("A message to Teams was not sent: %s", describe(error))

    async def _typing(self, reference: Reference) -> None:
        async with self._turns.of(_room(reference)):
            await self._connector.send_typing(reference)

    async def _send(self, reference: Reference, activity: Mapping[str, Any], delivered: Delivered | None) -> None:
        async with self._turns.of(_room(reference)):
            with message_in_hand():
                try:
                    id_ = await self._connector.send(reference, activity)
                except (NotSentError, TokenError) as error:
                    # Their messages are ours: a status or a code.
                    logger.error("A message to Teams was not sent: %s.", error)  # noqa: TRY400
                    return
            if delivered is not None:
                delivered(id_)


def address(reference: Reference) -> URL:
    """Where an activity for `reference` is posted."""
    base = f"{reference.service_url.rstrip('/')}/v3/conversations/{quote(reference.conversation, safe='')}/activities"
    return URL(f"{base}/{quote(reference.reply_to, safe='')}" if reference.reply_to else base, encoded=True)


def _addressing(reference: Reference) -> dict[str, Any]:
    to = {"replyToId": reference.reply_to} if reference.reply_to else {}
    return {
        "from": dict(reference.bot),
        "recipient": dict(reference.user),
        "conversation": {"id": reference.conversation},
        **to,
    }


def _room(reference: Reference) -> str:
    # Each user of a group in turn: the others do not wait for them.
    return f"{reference.conversation}\n{reference.user.get('id', '')}"


def _seconds(retry_after: str | None) -> float:
    try:
        return max(0.0, float(retry_after or 0))
    except ValueError:
        return 0.0


def _id(body: bytes) -> str:
    try:
        given = json.loads(body)
    except ValueError:
        return ""
    return str(given.get("id") or "") if isinstance(given, dict) else ""
