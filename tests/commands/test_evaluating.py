from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot import cli
from bot.commands import evaluating
from bot.commands.evaluating import Wanted, evaluate
from bot.commands.problems import Problem
from bot.evaluation.levels import Level, Tally
from bot.evaluation.questions import Item
from bot.evaluation.running import Case, Heard
from bot.evaluation.stock import Unavailable
from bot.knowledge.shared import assistant
from bot.settings import Settings, settings

QUESTION = {
    "id": "def-001",
    "category": "definition",
    "turns": ["Vad är RSS?"],
    "expect": {"all": ["regional"], "any": [], "none": []},
}
GOOD = Heard("En regional struktur.\n\nKälla: En rapport, SKL, 2016", "actor:rss", 0.01)


class FakeRehearsal:
    def __init__(self, _settings: Settings) -> None:
        self.assistant = assistant()

    def __enter__(self) -> FakeRehearsal:
        return self

    def __exit__(self, *_: object) -> None: ...

    def converse(self, _item: Item) -> Heard:
        return GOOD


def latest(questions: Path) -> Path:
    return questions.parent / "docs" / "latest.json"


@pytest.fixture
def questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with one question, which is the project's own; nothing is asked over HTTP, and all answers are good."""

    def ask_all(_url: str, items: Sequence[Item], _what: str) -> list[Case]:
        return [Case.of(item, GOOD) for item in items]

    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(QUESTION), "utf-8")
    replaced: dict[str, Any] = {
        "OWN_QUESTIONS": path,
        "RESULTS": tmp_path / "results",
        "LATEST": latest(path),
        "Rehearsal": FakeRehearsal,
        "ask_all": ask_all,
    }
    for name, value in replaced.items():
        monkeypatch.setattr(evaluating, name, value)
    return path


def test_a_folder_holds_everything(questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = evaluate(settings(), Wanted(questions, "http://x/"))
    assert sorted(path.name for path in folder.iterdir()) == [
        "cases-bm25.jsonl",
        "cases.jsonl",
        "config.json",
        "curve.json",
        "curve.svg",
        "failures.md",
        "level.json",
        "report.md",
    ]
    assert json.loads((folder / "cases.jsonl").read_text("utf-8"))["outcome"] == "right"
    assert json.loads((folder / "config.json").read_text("utf-8"))["items"] == 1
    assert "| definition" in capsys.readouterr().out


def test_the_level_is_kept_and_compared_with_the_next_time(questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate(settings(), Wanted(questions, "http://x"))
    kept = Level.read(latest(questions))
    assert kept is not None
    assert kept.total == Tally(1, 0, 0)
    assert latest(questions).with_name("curve.svg").exists()
    capsys.readouterr()
    (questions.parent / "results").rename(questions.parent / "before")
    evaluate(settings(), Wanted(questions, "http://x"))
    assert "previous version: right" in (said := capsys.readouterr().out)
    assert "right +0.0 points" in said


@pytest.mark.parametrize("keep", [False, True])
def test_a_fallen_level_is_kept_only_on_request(questions: Path, keep: bool) -> None:
    before, worse = Level("2026-01-01", Tally(90, 10, 0)), Level("2026-01-02", Tally(8, 1, 1))
    before.write(latest(questions))
    (folder := questions.parent / "run").mkdir()
    (folder / "curve.svg").write_text("<svg/>", "utf-8")
    said = evaluating._keep(Wanted(questions, keep=keep), worse, before, folder)
    assert ("unchanged" in said) is not keep
    now = Level.read(latest(questions))
    assert now is not None
    assert now.total == (worse if keep else before).total


def test_other_questions_leave_the_level_alone(questions: Path) -> None:
    other = questions.with_name("other.jsonl")
    other.write_text(json.dumps(QUESTION), "utf-8")
    evaluate(settings(), Wanted(other, "http://x"))
    assert not latest(questions).exists()


def test_stock_rasa_is_left_out_where_it_cannot_be_made(
    questions: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def prepare(*_: object) -> None:
        raise Unavailable("no network")

    monkeypatch.setattr(evaluating, "Stock", lambda _: SimpleNamespace(prepare=prepare))
    evaluate(settings(), Wanted(questions, "http://x", stock=True))
    assert "no network\nStock Rasa is left out" in capsys.readouterr().err


def test_questions_that_cannot_be_read_are_a_problem(questions: Path) -> None:
    questions.write_text("{", "utf-8")
    with pytest.raises(Problem, match=r"questions\.jsonl:1: no JSON"):
        evaluate(settings(), Wanted(questions))


def test_the_command_line_says_what_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Wanted] = []

    def remember(_: Settings, wanted: Wanted) -> Path:
        asked.append(wanted)
        return Path("there")

    monkeypatch.setattr(evaluating, "evaluate", remember)
    assert cli.main(["evaluate"]) == 0
    assert cli.main(["evaluate", "--questions", "q.jsonl", "--url", "http://x", "--rivals", "--keep"]) == 0
    assert asked == [Wanted(), Wanted(Path("q.jsonl"), "http://x", stock=True, keep=True)]
