"""Fetches Microsoft's public documents."""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp

from bot.channels.teams_auth.keys import Fetch, KeysError

TIMEOUT = 5.0
LONGEST = 1_000_000


def fetching(session: Callable[[], aiohttp.ClientSession]) -> Fetch:
    """A function that fetches a JSON object with `session`. KeysError says why it could not."""

    async def fetch(url: str) -> Mapping[str, Any]:
        timeout = aiohttp.ClientTimeout(TIMEOUT)
        try:
            async with session().get(url, timeout=timeout, allow_redirects=False) as response:
                response.raise_for_status()
                given = json.loads(await response.content.read(LONGEST))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise KeysError(f"{url}: {type(error).__name__}.") from None
        if not isinstance(given, dict):
            raise KeysError(f"{url} is no JSON object.")
        return given

    return fetch


async def clock_difference(session: aiohttp.ClientSession, url: str) -> float | None:
    """How many seconds our clock is ahead of the server's at `url`, or None when it does not say."""
    async with session.head(url, timeout=aiohttp.ClientTimeout(TIMEOUT)) as response:
        said = response.headers.get("Date")
    return None if said is None else time.time() - email.utils.parsedate_to_datetime(said).timestamp()
