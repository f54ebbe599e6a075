"""What a user thinks of an answer: a receipt goes out with the answer, and comes back with a verdict."""

from __future__ import annotations

import base64
import hmac
import json
import time
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.channels.memory import Hasher
from bot.state.tables import FEEDBACK

VERDICTS = ("up", "down", "wrong")
LONGEST_RECEIPT = 4000


@dataclass(frozen=True)
class Answered:
    """What is stored of an answer: its key, the ids of what it cites, the knowledge's version. No text.

    turn: what tells it from the same answer given another time.
    """

    key: str
    facts: tuple[str, ...]
    knowledge: str
    turn: str


class Feedback:
    """Writes receipts and takes verdicts on them."""

    def __init__(self, engine: Engine, hasher: Hasher, channel: str) -> None:
        self._engine = engine
        self._hash = hasher
        self._channel = channel

    def receipt(self, conversation: str, answered: Answered) -> str:
        """A receipt that only `conversation` can use, and that nobody can make up."""
        body = base64.urlsafe_b64encode(json.dumps(asdict(answered)).encode()).decode()
        return f"{body}.{self._signature(conversation, body)}"

    def give(self, conversation: str, receipt: str, verdict: str) -> bool:
        """Store `verdict`, in place of an earlier one; "" takes it back. False for a receipt that is not its own."""
        answered = self._read(conversation, receipt)
        if answered is None or verdict not in ("", *VERDICTS):
            return False
        id_ = self._hash("feedback", receipt)
        with self._engine.begin() as connection:
            connection.execute(sa.delete(FEEDBACK).where(FEEDBACK.c.id == id_))
            if verdict:
                connection.execute(sa.insert(FEEDBACK).values(**self._row(id_, verdict, answered)))
        return True

    def _row(self, id_: str, verdict: str, answered: Answered) -> dict[str, object]:
        return {
            "id": id_,
            "channel": self._channel,
            "verdict": verdict,
            "answer": answered.key,
            "facts": " ".join(answered.facts),
            "knowledge": answered.knowledge,
            "given": time.time(),
        }

    def _read(self, conversation: str, receipt: str) -> Answered | None:
        body, _, signature = receipt.partition(".")
        if len(receipt) > LONGEST_RECEIPT or not receipt.isascii():
            return None
        if not hmac.compare_digest(signature, self._signature(conversation, body)):
            return None
        given = json.loads(base64.urlsafe_b64decode(body))
        return Answered(given["key"], tuple(given["facts"]), given["knowledge"], given["turn"])

    def _signature(self, conversation: str, body: str) -> str:
        return self._hash("receipt", conversation, body)
