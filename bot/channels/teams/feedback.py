"""Thumbs in Teams: they come back with the id of the message that they are about, and nothing else."""

from __future__ import annotations

import json
import time
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.channels.feedback import Answered, Feedback
from bot.channels.memory import Hasher
from bot.channels.teams.activities import Activity, unpacked
from bot.state.tables import SENT_ANSWERS

KEPT = 90 * 86_400.0
VERDICTS = {"like": "up", "dislike": "down"}
INVOKE = "message/submitAction"


class Thumbs:
    """Remembers which answer a message held, and takes verdicts on it."""

    def __init__(self, engine: Engine, hasher: Hasher, channel: str) -> None:
        self._engine = engine
        self._hash = hasher
        self._channel = channel
        self._feedback = Feedback(engine, hasher, channel)
        self._forget_old()

    def remember(self, chat: str, message: str, conversation: str, answered: Answered) -> None:
        """Keep what the answer in `message`, the last in `conversation`, was: key and ids of facts, no text."""
        held = {"answered": json.dumps(asdict(answered)), "sent": time.time()}
        with self._engine.begin() as connection:
            for id_ in (self._id(chat, message), self._id(conversation, "")):
                connection.execute(sa.delete(SENT_ANSWERS).where(SENT_ANSWERS.c.id == id_))
                connection.execute(sa.insert(SENT_ANSWERS).values(id=id_, **held))

    def take(self, activity: Activity, conversation: str) -> bool:
        """Store the verdict that `activity` brings from `conversation`; what was written with it is not read.

        False when it is about no answer of ours, or is no verdict.
        """
        action = unpacked(unpacked(activity.value).get("actionValue"))
        verdict = VERDICTS.get(str(action.get("reaction")))
        # The playground does not say which message: then it is the last one.
        about = (activity.chat, activity.reply_to) if activity.reply_to else (conversation, "")
        answered = self._answered(*about)
        if verdict is None or answered is None:
            return False
        # Of each user of a group its own: a receipt is bound to whoever gives it back.
        return self._feedback.give(conversation, self._feedback.receipt(conversation, answered), verdict)

    def _answered(self, chat: str, message: str) -> Answered | None:
        query = sa.select(SENT_ANSWERS.c.answered).where(SENT_ANSWERS.c.id == self._id(chat, message))
        with self._engine.connect() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            return None
        given = json.loads(found)
        return Answered(given["key"], tuple(given["facts"]), given["knowledge"], given["turn"])

    def _id(self, chat: str, message: str) -> str:
        return self._hash("sent answer", self._channel, chat, message)

    def _forget_old(self) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.delete(SENT_ANSWERS).where(SENT_ANSWERS.c.sent < time.time() - KEPT))
