"""Forgets a conversation: what Rasa knows of it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.state.tables import CONVERSATIONS, EVENTS


def forget(engine: Engine, conversation: str) -> None:
    """Delete everything that the state database holds of `conversation`; call it in the conversation's turn."""
    with engine.begin() as connection:
        connection.execute(sa.delete(EVENTS).where(EVENTS.c.conversation == conversation))
        connection.execute(sa.delete(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation))
