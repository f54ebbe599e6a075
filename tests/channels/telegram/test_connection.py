from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.channels.telegram.connection import LONGEST_PAUSE, _pause, reason
from bot.channels.telegram.phrases import KEYS, Phrases
from bot.channels.texts import TextsError
from tests.channels.telegram.conftest import PHRASES
from tests.channels.telegram.stand_in import TOKEN


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (InvalidToken(f"The token `{TOKEN}` was rejected by the server."), "from BotFather anew"),
        (Conflict("terminated by other getUpdates request"), "make a bot of its own"),
        (BadRequest("bad webhook"), "check STODLOTS_TELEGRAM_WEBHOOK"),
        (RetryAfter(5), "wait"),
        (NetworkError("x"), "cannot be reached; run `stodlots doctor`"),
        (TimedOut(), "cannot be reached"),
    ],
)
def test_a_reason_says_what_to_do(error: TelegramError, says: str) -> None:
    assert says in reason(error)
    assert TOKEN not in reason(error)


def test_pauses_grow_and_telegrams_own_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.connection.FIRST_PAUSE", 1.0)
    pauses = [_pause(NetworkError("x"), failures) for failures in (1, 2, 3, 100)]
    assert pauses == [1.0, 2.0, 4.0, LONGEST_PAUSE]
    assert [_pause(RetryAfter(wait), 1) for wait in (7, timedelta(seconds=90))] == [7.0, 90.0]


def test_every_text_is_there_and_short_enough() -> None:
    phrases = Phrases.load(PHRASES.parents[1])
    assert len(phrases("not_yours")) <= 200
    assert all(1 <= len(phrases(key)) <= 256 for key in KEYS if key.startswith("menu_"))
    assert phrases("municipality", municipality="Sala {x}").endswith("Sala {x}")


def test_a_missing_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(TextsError, match="start, help"):
        Phrases.load(tmp_path)
    (tmp_path / "phrases").mkdir()
    text = PHRASES.read_text("utf-8").replace("not_yours:", "not_hers:")
    (tmp_path / "phrases" / "telegram.yml").write_text(text, "utf-8")
    with pytest.raises(TextsError, match=r"telegram\.yml: not_yours missing"):
        Phrases.load(tmp_path)
