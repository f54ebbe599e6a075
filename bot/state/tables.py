"""The tables of the state database. None of them holds what a user wrote."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

CONVERSATIONS = sa.Table(
    "conversation",
    METADATA,
    sa.Column("id", sa.String(255), primary_key=True),
    sa.Column("turns", sa.Integer, nullable=False),
    sa.Column("slots", sa.Text, nullable=False),
    sa.Column("updated", sa.Float, nullable=False),
)
"""One row a conversation; `slots` is JSON, the last value of each slot that is set."""

EVENTS = sa.Table(
    "event",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", sa.String(255), nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Index("event_by_turn", "conversation", "turn"),
)
"""Rasa's events, stripped to ids (see `bot.rasa_runtime.events`)."""

SEEN_MESSAGES = sa.Table(
    "seen_message",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("seen", sa.Float, nullable=False, index=True),
)
"""Hashes of message ids that were answered, so that a repeated delivery is not answered again."""

BUTTONS = sa.Table(
    "button",
    METADATA,
    sa.Column("token", sa.String(64), primary_key=True),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("offered", sa.Float, nullable=False, index=True),
)
"""What a button sends, behind the token that a channel shows for it."""

WEB_ANSWERS = sa.Table(
    "web_answer",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", sa.String(255), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("made", sa.Float, nullable=False, index=True),
    sa.Index("web_answer_by_conversation", "conversation", "id"),
    # An id is never used again: it is where a dropped connection goes on.
    sqlite_autoincrement=True,
)
"""Answers on their way to a page, for an hour: a dropped connection fetches what it missed."""

ENDED_SESSIONS = sa.Table(
    "ended_session",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("ended", sa.Float, nullable=False, index=True),
)
"""Hashes of the sessions that their users ended: a copy of the cookie is worth nothing then."""

FEEDBACK = sa.Table(
    "feedback",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("knowledge", sa.String(64), nullable=False),
    sa.Column("given", sa.Float, nullable=False, index=True),
)
"""What users think of an answer: its key, the facts it cites (with spaces between), the knowledge's version."""

SENT_ANSWERS = sa.Table(
    "sent_answer",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("answered", sa.Text, nullable=False),
    sa.Column("sent", sa.Float, nullable=False, index=True),
)
"""Which answer a message in another company's chat held, for verdicts on it: a hash of its id; JSON, no text."""
