"""Runs the assistant as an operator does: `stodlots serve`, in a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[2]
LONGEST_START = 120.0
LONGEST_STOP = 15.0


@dataclass
class Assistant:
    """A running assistant. started: seconds until it answered. output: what it has printed, after it has ended."""

    client: aiohttp.ClientSession
    output: Path
    started: float

    async def rest(self, text: str) -> str:
        """What REST answers to `text`, in a conversation of its own."""
        body = {"sender": str(time.monotonic()), "message": text}
        async with self.client.post("/webhooks/rest/webhook", json=body) as response:
            (reply,) = await response.json()
        return str(reply["text"])


@asynccontextmanager
async def assistant(folder: Path, **settings: str) -> AsyncIterator[Assistant]:
    """The assistant of this project, its state in `folder`, with `settings` (telegram_token=…)."""
    port, output = free_port(), folder / "output.txt"
    begun = time.monotonic()
    with output.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.cli", "serve", "--port", str(port)),
            cwd=ROOT,
            env=environment(folder, **settings),
            stdout=file,
            stderr=file,
        )
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            await _ready(client, process, output)
            yield Assistant(client, output, time.monotonic() - begun)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), LONGEST_STOP)
    assert code == 0, output.read_text("utf-8")


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a process with state in `folder` and nothing set but `settings`, and what to answer from."""
    content = ("STODLOTS_MODELS", "STODLOTS_KNOWLEDGE", "STODLOTS_NAMES")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("STODLOTS_") or key in content}
    own = {"state": f"sqlite:///{folder}/state.db", "secret_file": str(folder / "secret"), "rate": "0", **settings}
    return {**kept, "NO_PROXY": "127.0.0.1,localhost", **{f"STODLOTS_{key.upper()}": own[key] for key in own}}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


async def _ready(client: aiohttp.ClientSession, process: asyncio.subprocess.Process, output: Path) -> None:
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end:
        assert process.returncode is None, output.read_text("utf-8")
        try:
            async with client.get("/webhooks/rest/") as response:
                if response.status == 200:
                    return
        except aiohttp.ClientError:
            await asyncio.sleep(0.05)
    raise AssertionError(f"not ready after {LONGEST_START} s: {output.read_text('utf-8')}")
