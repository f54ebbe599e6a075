from __future__ import annotations

from pathlib import Path

from bot.evaluation.levels import Level, Tally, falls


def test_a_level_is_read_as_it_was_written(tmp_path: Path) -> None:
    level = Level(
        "2026-11-21", Tally(3, 1, 1), {"definition": Tally(3, 1, 1)}, {"BM25": Tally(1, 0, 4)}, {"median": 9.5}
    )
    level.write(tmp_path / "docs" / "latest.json")
    assert Level.read(tmp_path / "docs" / "latest.json") == level


def test_there_may_be_no_level_yet(tmp_path: Path) -> None:
    assert Level.read(tmp_path / "latest.json") is None


def test_two_points_are_held() -> None:
    assert falls(Tally(93, 5, 2), Tally(95, 4, 1)) == []
    assert falls(Tally(99, 1, 0), Tally(95, 4, 1)) == []


def test_more_than_two_points_are_a_fall() -> None:
    assert falls(Tally(92, 8, 0), Tally(95, 5, 0)) == ["right fell from 95.0% to 92.0%"]
    assert falls(Tally(95, 1, 4), Tally(95, 4, 1)) == ["wrong rose from 1.0% to 4.0%"]


def test_no_items_are_no_share() -> None:
    assert str(Tally()) == "right 0.0%, refused 0.0%, wrong 0.0%"
