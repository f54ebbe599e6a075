from __future__ import annotations

import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.channels.memory import BUTTONS_FOR, SEEN_FOR, TOKEN, Buttons, Hasher, SeenMessages
from bot.state.database import open_state
from bot.state.tables import BUTTONS, SEEN_MESSAGES


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_state(f"sqlite:///{tmp_path}/state.db")


def test_hashes_are_keyed_and_keep_parts_apart() -> None:
    hasher = Hasher(b"key")
    assert hasher("ab", "c") == hasher("ab", "c") != hasher("a", "bc")
    assert hasher("ab", "c") != Hasher(b"other")("ab", "c")
    assert len(hasher("\ud800")) == 64


def test_a_message_is_new_once(engine: Engine) -> None:
    seen = SeenMessages(engine, Hasher(b"key"))
    assert seen.is_new("teams", "a", "1")
    assert not seen.is_new("teams", "a", "1")
    assert not SeenMessages(engine, Hasher(b"key")).is_new("teams", "a", "1")
    assert seen.is_new("teams", "b", "1")
    assert seen.is_new("telegram", "a", "1")
    assert seen.is_new("rest", "a", "")
    assert seen.is_new("rest", "a", "")


def test_a_token_stands_for_a_payload_in_its_conversation(engine: Engine) -> None:
    buttons = Buttons(engine, Hasher(b"key"))
    token = buttons.token("one", '/answer{"x": 1}')
    assert TOKEN.fullmatch(token)
    assert len(token) <= 64
    assert buttons.token("one", '/answer{"x": 1}') == token
    assert buttons.payload("one", token) == '/answer{"x": 1}'
    assert buttons.payload("two", token) is None
    assert buttons.payload("one", token[:-1] + "0") is None or token.endswith("0")
    assert buttons.payload("one", "knapp:x") is None


def test_old_rows_are_dropped(engine: Engine) -> None:
    seen, buttons = SeenMessages(engine, Hasher(b"key")), Buttons(engine, Hasher(b"key"))
    seen.is_new("rest", "a", "1")
    token = buttons.token("one", "/x")
    with engine.begin() as connection:
        connection.execute(sa.update(SEEN_MESSAGES).values(seen=time.time() - SEEN_FOR - 1))
        connection.execute(sa.update(BUTTONS).values(offered=time.time() - BUTTONS_FOR - 1))
    seen.forget_old()
    buttons.forget_old()
    assert seen.is_new("rest", "a", "1")
    assert buttons.payload("one", token) is None
