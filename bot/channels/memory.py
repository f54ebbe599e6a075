"""What the door remembers in the state database: which messages it has seen, and what its buttons send."""

from __future__ import annotations

import hashlib
import hmac
import re
import time

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.state.tables import BUTTONS, SEEN_MESSAGES

DAY = 86_400.0
SEEN_FOR = 2 * DAY
BUTTONS_FOR = 90 * DAY
TOKEN = re.compile(r"knapp:[0-9a-f]{24}")


class Hasher:
    """Keyed hashes: who has the database cannot find out whose conversations it holds."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __call__(self, *parts: str) -> str:
        """64 hexadecimal digits that stand for `parts`."""
        # The length in front of each part keeps ("ab", "c") and ("a", "bc") apart.
        message = "".join(f"{len(part)}:{part}" for part in parts)
        return hmac.new(self._key, message.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


class SeenMessages:
    """The ids of the messages that were answered."""

    def __init__(self, engine: Engine, hasher: Hasher) -> None:
        self._engine = engine
        self._hash = hasher

    def is_new(self, channel: str, sender: str, message_id: str) -> bool:
        """Whether the message has not come before; from now on it has. A message without an id is new."""
        if not message_id:
            return True
        row = {"id": self._hash("message", channel, sender, message_id), "seen": time.time()}
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.insert(SEEN_MESSAGES).values(**row))
        except IntegrityError:
            return False
        return True

    def forget_old(self) -> None:
        """Drop what no channel delivers again."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(SEEN_MESSAGES).where(SEEN_MESSAGES.c.seen < time.time() - SEEN_FOR))


class Buttons:
    """Tokens for what buttons send: a payload that a user cannot type, or that a channel cannot carry."""

    def __init__(self, engine: Engine, hasher: Hasher) -> None:
        self._engine = engine
        self._hash = hasher

    def token(self, conversation: str, payload: str) -> str:
        """The token that stands for `payload` in `conversation`; the same one every time."""
        token = self._token(conversation, payload)
        with self._engine.begin() as connection:
            refreshed = sa.update(BUTTONS).where(BUTTONS.c.token == token).values(offered=time.time())
            if connection.execute(refreshed).rowcount == 0:
                row = {"token": token, "payload": payload, "offered": time.time()}
                connection.execute(sa.insert(BUTTONS).values(**row))
        return token

    def payload(self, conversation: str, text: str) -> str | None:
        """The payload if `text` is a token that was offered in `conversation`, else None."""
        if not TOKEN.fullmatch(text):
            return None
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(BUTTONS.c.payload).where(BUTTONS.c.token == text)).scalar()
        # The token is bound to its conversation: somebody else's is as good as none.
        return found if found is not None and hmac.compare_digest(text, self._token(conversation, found)) else None

    def forget_old(self) -> None:
        """Drop the buttons of conversations that are long over."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(BUTTONS).where(BUTTONS.c.offered < time.time() - BUTTONS_FOR))

    def _token(self, conversation: str, payload: str) -> str:
        return f"knapp:{self._hash('button', conversation, payload)[:24]}"
