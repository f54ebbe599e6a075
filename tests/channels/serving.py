"""Serves channels on a free port, as Rasa does."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, register
from sanic import Sanic
from sanic.server import AsyncioServer
from sanic.touchup import TouchUp

# Sanic rewrites its own methods for speed when a server starts, and cannot do it twice in one process.
_touch_up, _touched = TouchUp.run, list[Sanic]()


def _touch_up_once(app: Sanic) -> None:
    if not _touched:
        _touch_up(app)  # type: ignore[no-untyped-call]
        _touched.append(app)


TouchUp.run = _touch_up_once  # type: ignore[method-assign]


@asynccontextmanager
async def served(agent: Agent, *channels: InputChannel) -> AsyncIterator[aiohttp.ClientSession]:
    """A client whose base URL is a server with `channels` in front of `agent`."""
    app = Sanic(f"test_{uuid.uuid4().hex}", configure_logging=False)
    app.ctx.agent = agent
    register(list(channels), app, route="/webhooks/")
    listening = socket.create_server(("127.0.0.1", 0))
    server = await app.create_server(sock=listening, return_asyncio_server=True, asyncio_server_kwargs={})
    assert isinstance(server, AsyncioServer)
    await server.startup()  # type: ignore[no-untyped-call]
    port = listening.getsockname()[1]
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            yield client
    finally:
        server.close()  # type: ignore[no-untyped-call]
        await asyncio.sleep(0)
