"""Whose conversation it is: a session that the server signs, in a cookie that no script can read."""

from __future__ import annotations

import hmac
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.channels.memory import Hasher
from bot.settings import Settings
from bot.state.tables import ENDED_SESSIONS

DAY = 86_400
LASTS = 90 * DAY
LONGEST_COOKIE = 200
_NUMBERS = re.compile(r"[\d._]+")
_TIME = re.compile(r"[0-9]{1,12}")


class Sessions:
    """Begins sessions, knows them again, and ends them."""

    def __init__(self, engine: Engine, hasher: Hasher, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._hash = hasher
        self._clock = clock
        self._forget_old()

    def begin(self, browser: str) -> str:
        """A new session for the browser that calls itself `browser`, as its cookie holds it."""
        return self._signed(secrets.token_urlsafe(24), str(int(self._clock())), browser)

    def known(self, cookie: str, browser: str) -> str | None:
        """The id of the session in `cookie`.

        None if the cookie is forged, belongs to another browser, is too old, or its session was ended.
        """
        id_, _, rest = cookie.partition(".")
        begun = rest.partition(".")[0]
        if len(cookie) > LONGEST_COOKIE or not _TIME.fullmatch(begun) or not cookie.isascii():
            return None
        if not hmac.compare_digest(cookie, self._signed(id_, begun, browser)):
            return None
        if self._clock() - int(begun) > LASTS or self._ended(id_):
            return None
        return id_

    def end(self, id_: str) -> None:
        """End the session: no copy of its cookie is worth anything from now on."""
        row = {"id": self._hash("ended session", id_), "ended": self._clock()}
        with self._engine.begin() as connection:
            connection.execute(sa.delete(ENDED_SESSIONS).where(ENDED_SESSIONS.c.id == row["id"]))
            connection.execute(sa.insert(ENDED_SESSIONS).values(**row))

    def _signed(self, id_: str, begun: str, browser: str) -> str:
        # The browser without its version, which changes every month: a copied cookie is refused elsewhere.
        kind = _NUMBERS.sub("", browser)
        return f"{id_}.{begun}.{self._hash('web session', id_, begun, kind)}"

    def _ended(self, id_: str) -> bool:
        query = sa.select(ENDED_SESSIONS.c.id).where(ENDED_SESSIONS.c.id == self._hash("ended session", id_))
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def _forget_old(self) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.delete(ENDED_SESSIONS).where(ENDED_SESSIONS.c.ended < self._clock() - LASTS))


@dataclass(frozen=True)
class Site:
    """Where the page is: which cookie it sets, and whose requests it trusts.

    address: its public address, or "". embedded: whether pages of other origins may hold it.
    """

    address: str = ""
    embedded: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Site:
        """The site that the settings describe."""
        return cls(settings.web_address, bool(settings.origins()))

    @property
    def secure(self) -> bool:
        """Whether users reach it over TLS."""
        return self.address.startswith("https://")

    @property
    def cookie(self) -> str:
        """The cookie's name; the prefix makes a browser refuse one that another host of the domain has set."""
        return "__Host-stodlots" if self.secure else "stodlots"

    def set_cookie(self, value: str) -> str:
        """The header that sets the cookie."""
        # In a frame of another site a cookie is sent with SameSite=None only; `trusts` guards what it opens.
        same_site = "None; Partitioned" if self.embedded and self.secure else "Lax"
        secure = "; Secure" if self.secure else ""
        return f"{self.cookie}={value}; Path=/; Max-Age={LASTS}; HttpOnly; SameSite={same_site}{secure}"

    def trusts(self, headers: Mapping[str, str]) -> bool:
        """Whether a request that changes something comes from the page itself, in no other site's name."""
        own = self.address.partition("://")[2] or headers.get("host", "")
        origin = headers.get("origin", "").partition("://")[2]
        is_json = headers.get("content-type", "").partition(";")[0].strip() == "application/json"
        return is_json and origin == own and headers.get("sec-fetch-site", "same-origin") == "same-origin"
