"""Microsoft's signing keys: fetched once, kept for a day, fetched again for a key id that is not among them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt

METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
KEPT = 86_400.0
NOT_SOONER = 10.0
"""Seconds between two fetches: tokens with made-up key ids must not send us to Microsoft each time."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Fetch = Callable[[str], Awaitable[Mapping[str, Any]]]
"""Fetches the JSON object at a URL."""


class KeysError(Exception):
    """The keys cannot be read; the message says why."""


@dataclass(frozen=True)
class SigningKey:
    """A public key, and the Bot Framework channels that it may speak for (all, if it lists none)."""

    key: jwt.PyJWK
    endorsements: frozenset[str] = frozenset()

    def endorses(self, channel: str) -> bool:
        """Whether the key may speak for `channel`."""
        return not self.endorsements or channel in self.endorsements


class KeyRing:
    """The keys behind an OpenID metadata document, by their ids."""

    def __init__(self, metadata: str, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        self._metadata = metadata
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, SigningKey] = {}
        self._fetched: float | None = None
        self._lock = asyncio.Lock()

    async def key(self, id_: str) -> SigningKey | None:
        """The key `id_`, or None when Microsoft has none of that id. KeysError when it cannot be asked."""
        if id_ not in self._keys or self._age() > KEPT:
            await self._refresh()
        return self._keys.get(id_)

    async def load(self) -> int:
        """Fetch the keys; how many there are."""
        self._keys = dict(signing_keys(await self._fetch(await self._address())))
        self._fetched = self._clock()
        return len(self._keys)

    async def _refresh(self) -> None:
        asked = self._clock()
        async with self._lock:
            # Whoever waited for the lock finds what the one before it has fetched.
            if self._fetched is not None and (self._fetched >= asked or self._age() < NOT_SOONER):
                return
            try:
                await self.load()
            except KeysError:
                # Yesterday's keys are better than none; without any, nothing can be checked.
                if not self._keys:
                    raise

    async def _address(self) -> str:
        address = (await self._fetch(self._metadata)).get("jwks_uri")
        if not isinstance(address, str) or not is_safe(address):
            raise KeysError(f"{self._metadata} names no https:// address of keys.")
        return address

    def _age(self) -> float:
        return float("inf") if self._fetched is None else self._clock() - self._fetched


def is_safe(address: str) -> bool:
    """Whether what goes to `address` is encrypted, or stays on this machine."""
    parts = urlsplit(address)
    return (parts.scheme == "https" and bool(parts.hostname)) or is_local(address)


def is_local(address: str) -> bool:
    """Whether `address` is one of this machine's own."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and parts.hostname in LOOPBACK


def signing_keys(document: Mapping[str, Any]) -> Iterator[tuple[str, SigningKey]]:
    """(id, key) for each RSA key in `document`, a JSON Web Key Set; others are passed over."""
    for entry in document.get("keys") or ():
        if entry.get("kty") != "RSA" or entry.get("use", "sig") != "sig" or not entry.get("kid"):
            continue
        try:
            key = jwt.PyJWK.from_dict(entry, algorithm="RS256")
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
        yield str(entry["kid"]), SigningKey(key, frozenset(entry.get("endorsements") or ()))
