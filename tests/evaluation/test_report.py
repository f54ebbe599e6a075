from __future__ import annotations

import json

import pytest

from bot.evaluation import report
from bot.evaluation.levels import Level, Tally
from bot.evaluation.report import Column
from bot.knowledge.linking import Linker
from bot.knowledge.shared import assistant
from tests.evaluation.made_up import SOURCE, case, item

RIGHT = f"En regional struktur.\n\n{SOURCE}"
CASES = [
    case(RIGHT, "rss:rss-01", 0.010, id="def-001"),
    case(f"En kommun.\n\n{SOURCE}", "definitions-ebp", 0.020, id="def-002"),
    case("Det vet jag inte.", "unknown", 0.030, id="num-001", category="numbers"),
]


@pytest.fixture(scope="module")
def linker() -> Linker:
    return assistant().linker


def test_the_table_has_a_row_for_each_category_and_shares_last() -> None:
    lines = report.table([Column.of("Ours", CASES), Column.of("Theirs", CASES[:1])]).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0] == ["category", "items", "Ours: right", "refused", "wrong", "Theirs: right", "refused", "wrong"]
    assert cells[2] == ["definition", "2", "1", "0", "1", "1", "0", "0"]
    assert cells[3] == ["numbers", "1", "0", "1", "0", "0", "0", "0"]
    assert cells[4] == ["all", "3", "33.3%", "33.3%", "33.3%", "100.0%", "0.0%", "0.0%"]


def test_failures_are_in_full_and_the_wrong_ones_come_first() -> None:
    text = report.failures(CASES)
    assert text.startswith("# Failures: 2\n")
    assert text.index("## def-002: wrong (definition)") < text.index("## num-001: refused (numbers)")
    assert "> Vad är en RSS?" in text
    assert "En kommun." in text
    assert "Key: `definitions-ebp`" in text
    assert "- all: `regional`" in text
    assert "def-001" not in text


def test_a_row_is_json() -> None:
    row = json.loads(json.dumps(report.row(CASES[1])))
    assert row == {
        "id": "def-002",
        "category": "definition",
        "turns": ["Vad är en RSS?"],
        "answer": f"En kommun.\n\n{SOURCE}",
        "key": "definitions-ebp",
        "outcome": "wrong",
        "misses": [{"rule": "all", "what": "regional"}],
        "seconds": 0.02,
    }


def test_confusion_says_what_answered() -> None:
    assert report.confusion(CASES).splitlines() == [
        "- definition: right by rss 1; not right by definitions 1",
        "- numbers: not right by unknown 1",
    ]


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("", "(no key)"),
        ("funding-rss-styrka", "funding"),
        ("forum:radet", "forum"),
        ("ask:back", "ask"),
        ("utter_greet", "utter_greet"),
        ("door.privacy", "door.privacy"),
        ("rss_of:municipality:1480+yrkesresan-agare", "rss_of+yrkesresan"),
        ("unknown", "unknown"),
    ],
)
def test_the_kind_of_an_answer_is_in_its_key(key: str, kind: str) -> None:
    assert report.answer_kind(key) == kind


def test_links_are_counted_where_the_item_says_what_it_names(linker: Linker) -> None:
    items = [
        item(id="a", turns=["Vilken RSS har Täby?"], refs=("municipality:0160",)),
        item(id="b", turns=["Vem hjälper oss?", "och i Kiruna?"], refs=("municipality:0160",)),
        item(id="c", turns=["Vilken RSS har Kiruna?"]),
    ]
    found = report.links(items, linker)
    assert (found.items, found.named) == (2, 2)
    assert [(missed.id, ref) for missed, ref in found.missed] == [("b", "municipality:0160")]
    assert [(false.id, what) for false, what in found.false if "2584" in what] == [("b", "Kiruna → municipality:2584")]
    assert "Missed: 1\n- b: municipality:0160" in report.links_text(found)


def test_latency_is_median_and_95th_percentile() -> None:
    assert report.milliseconds(CASES) == {"median": 20.0, "p95": 29.0}


def test_changes_are_in_points() -> None:
    now, before = Level("2026-11-21", Tally(9, 1, 0)), Level("2026-11-01", Tally(80, 10, 10))
    assert report.changes(now, before) == (
        "Against 2026-11-01 (100 items): right +10.0 points, refused +0.0 points, wrong -10.0 points."
    )
    assert "no previous version" in report.changes(now, None)
