from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.questions import QuestionsError, parse, read

GOOD: dict[str, Any] = {
    "id": "def-001",
    "category": "definition",
    "turns": ["Vad är RSS?"],
    "expect": {"all": ["regional"], "any": [["stöd", "samverkan"]], "none": []},
}


def test_an_item_is_read_whole() -> None:
    item = parse(json.dumps(GOOD | {"refs": ["actor:rss"]}))
    assert (item.id, item.category, item.turns, item.refs) == (
        "def-001",
        "definition",
        ("Vad är RSS?",),
        ("actor:rss",),
    )
    assert item.expect.every[0].search("En REGIONAL struktur")
    assert [regex.pattern for regex in item.expect.either[0]] == ["stöd", "samverkan"]


def test_names_are_unknown_unless_the_item_says_them() -> None:
    assert parse(json.dumps(GOOD)).refs is None
    assert parse(json.dumps(GOOD | {"refs": []})).refs == ()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"turns": []}, '"turns" must be'),
        ({"turns": ["", "och?"]}, '"turns" must be'),
        ({"turns": "Vad?"}, '"turns" must be'),
        ({"id": ""}, '"id" must be a text'),
        ({"category": 3}, '"category" must be a text'),
        ({"refs": "actor:rss"}, '"refs" must hold texts'),
        ({"note": "x"}, "the item has note, which nothing reads"),
        ({"expect": []}, '"expect" must be an object'),
        ({"expect": {"all": [], "any": []}}, '"expect" lacks none'),
        ({"expect": {"all": ["("], "any": [], "none": []}}, '"(" is no regex'),
        ({"expect": {"all": [], "any": ["stöd"], "none": []}}, '"any" must hold texts in lists'),
        ({"expect": {"all": [], "any": [[]], "none": []}}, 'a group of "any" is empty'),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(QuestionsError) as error:
        parse(json.dumps(GOOD | change))
    assert problem in str(error.value)


def test_what_is_missing_is_said() -> None:
    with pytest.raises(QuestionsError, match="the item lacks turns"):
        parse(json.dumps({name: value for name, value in GOOD.items() if name != "turns"}))


@pytest.mark.parametrize("line", ["{", "[]", '"x"'])
def test_a_line_that_is_no_object_is_said(line: str) -> None:
    with pytest.raises(QuestionsError, match="no JSON"):
        parse(line)


def test_all_problems_of_a_folder_are_said_with_their_places(tmp_path: Path) -> None:
    good = json.dumps(GOOD)
    (tmp_path / "a.jsonl").write_text(f"{good}\n\n{{\n", "utf-8")
    (tmp_path / "b.jsonl").write_text(f"{good}\n", "utf-8")
    with pytest.raises(QuestionsError) as error:
        read(tmp_path)
    first, second = str(error.value).splitlines()
    assert first.startswith(f"{tmp_path}/a.jsonl:3: no JSON")
    assert second == f'{tmp_path}/b.jsonl:1: the id "def-001" stands in {tmp_path}/a.jsonl:1 already'


def test_a_folder_is_read_in_the_order_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(json.dumps(GOOD | {"id": "b"}), "utf-8")
    (tmp_path / "a.jsonl").write_text(json.dumps(GOOD | {"id": "a"}), "utf-8")
    (tmp_path / "README.md").write_text("no questions", "utf-8")
    assert [item.id for item in read(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize("name", ["", "missing.jsonl"])
def test_no_questions_are_a_problem(tmp_path: Path, name: str) -> None:
    with pytest.raises(QuestionsError, match="there are no questions"):
        read(tmp_path / name)
