from __future__ import annotations

import re

import pytest

from bot.knowledge.content import (
    FEWEST_QUESTIONS,
    LONGEST_LABEL,
    LONGEST_STATEMENT,
    TABLES,
    ContentError,
    citations,
    read,
)
from bot.settings import settings
from tests.knowledge.conftest import TABLES as FILES
from tests.knowledge.conftest import Folder

CONTACTS, FACTS, QUESTIONS = "knowledge/contacts.csv", "knowledge/facts/pilots.csv", "knowledge/questions/pilots.csv"


def problems(folder: Folder) -> list[str]:
    """The problems of a folder, each `file:line: …` without the folder."""
    with pytest.raises(ContentError) as error:
        read(folder.knowledge)
    return [line.replace(f"{folder.data}/", "") for line in str(error.value).splitlines()]


def test_a_right_folder_is_read_whole(folder: Folder) -> None:
    content = read(folder.knowledge)
    assert {kind: len(rows) for kind, rows in content.entities.items()} == {
        table.kind: len(FILES[f"knowledge/{table.file}"]) for table in TABLES
    }
    assert len(content.memberships) == 8
    assert [row["fact_id"] for row in content.facts] == ["tidigt-pengar", "tidigt-resultat", "sent-alder"]
    assert {"forum:radet", "source:plan", "municipality:0101"} <= content.refs()


def test_a_row_knows_its_file_and_line(folder: Folder) -> None:
    row = read(folder.knowledge).entities["contact"][1]
    assert (row.file, row.line) == (folder.data / CONTACTS, 3)
    assert row["name"] == "Bo Alm"


def test_cells_are_stripped_and_lists_split(folder: Folder) -> None:
    folder.change("knowledge/pilots.csv", 0, municipalities=" 0101 ;0105; ", name="  Tidig hjälp ")
    row = read(folder.knowledge).entities["pilot"][0]
    assert row["name"] == "Tidig hjälp"
    assert row.list("municipalities") == ["0101", "0105"]


def test_a_line_is_counted_from_where_the_row_begins(folder: Folder) -> None:
    folder.change(FACTS, 0, statement="En rad.\nEn rad till.")
    folder.change(FACTS, 1, status="kanske")
    assert problems(folder)[0].startswith(f"{FACTS}:4: status: ")


@pytest.mark.parametrize(
    ("file", "number", "cells", "problem"),
    [
        (CONTACTS, 0, {"name": ""}, "name: is empty"),
        (CONTACTS, 1, {"about": "pilot:ingen"}, 'about: nothing is called "pilot:ingen"'),
        (CONTACTS, 1, {"confidence": "kanske"}, 'confidence: "kanske" is none of high, medium, low'),
        (CONTACTS, 0, {"sources": "boken:1"}, 'sources: "boken" is not in sources.csv'),
        (CONTACTS, 0, {"sources": "plan"}, 'sources: "plan:" needs line numbers'),
        (CONTACTS, 0, {"sources": "plan:slutet"}, 'sources: "plan:slutet" needs line numbers'),
        ("knowledge/sources.csv", 0, {"date": "i somras"}, 'date: "i somras" holds no year'),
        ("knowledge/sources.csv", 1, {"title": ""}, "title: is empty"),
        ("knowledge/municipalities.csv", 2, {"county_code": "99"}, 'county_code: nothing is called "county:99"'),
        ("knowledge/municipality_rss.csv", 0, {"rss_id": "öst"}, 'rss_id: nothing is called "rss:öst"'),
        ("knowledge/municipality_rss.csv", 0, {"municipality_code": "1"}, 'nothing is called "municipality:1"'),
        ("knowledge/actors.csv", 2, {"areas": "djur"}, 'areas: nothing is called "area:djur"'),
        (
            "knowledge/pilots.csv",
            1,
            {"municipalities": "9999"},
            'municipalities: nothing is called "municipality:9999"',
        ),
        (
            "knowledge/processes.csv",
            1,
            {"supports": "regional; länet"},
            'supports: "länet" is none of kommun, regional',
        ),
        ("knowledge/processes.csv", 2, {"sources": "ingen"}, 'sources: "ingen" is not in sources.csv'),
        ("knowledge/aliases/actors.csv", 0, {"entity": "actor:x"}, 'entity: nothing is called "actor:x"'),
        ("knowledge/aliases/actors.csv", 0, {"alias": ""}, "alias: is empty"),
        ("language/thesaurus.csv", 0, {"word": ""}, "word: is empty"),
        (FACTS, 0, {"subjects": "pilot:tidigt; forum:x"}, 'subjects: nothing is called "forum:x"'),
        (FACTS, 0, {"status": "säkert"}, 'status: "säkert" is none of known, missing'),
        (FACTS, 0, {"statement": ""}, "statement: is empty"),
        (FACTS, 0, {"statement": "å" * (LONGEST_STATEMENT + 1)}, "statement: longer than"),
        (QUESTIONS, 0, {"question": "x" * (LONGEST_LABEL + 1)}, "question: the first is a button's label"),
        (QUESTIONS, 0, {"question": "pengar tidig hjälp"}, 'question: "pengar tidig hjälp" is a button\'s label'),
        (QUESTIONS, 0, {"answer": "ingenting"}, 'answer: nothing is called "ingenting"'),
        (QUESTIONS, 0, {"question": " Vilken  ÅLDER gäller sen hjälp? "}, "question: also asked of"),
    ],
)
def test_a_bad_cell_is_named(folder: Folder, file: str, number: int, cells: dict[str, str], problem: str) -> None:
    folder.change(file, number, **cells)
    found = problems(folder)
    assert any(line.startswith(f"{file}:") and problem in line for line in found), found


def test_a_problem_names_its_line(folder: Folder) -> None:
    folder.change(CONTACTS, 1, function="")
    assert problems(folder) == [f"{CONTACTS}:3: function: is empty; fill it in"]


def test_every_problem_at_once(folder: Folder) -> None:
    folder.change(CONTACTS, 0, name="", confidence="x", about="pilot:x")
    folder.change(CONTACTS, 1, sources="boken")
    folder.change(FACTS, 2, status="x")
    folder.change("knowledge/areas.csv", 0, name="")
    found = problems(folder)
    assert [line.split(" ")[0] for line in found] == [
        "knowledge/areas.csv:2:",
        f"{CONTACTS}:2:",
        f"{CONTACTS}:2:",
        f"{CONTACTS}:2:",
        f"{CONTACTS}:3:",
        f"{FACTS}:4:",
    ]
    assert all(re.fullmatch(r"[\w/]+\.csv:\d+: \w+: .+", line) for line in found)


def test_a_missing_column_is_named(folder: Folder) -> None:
    rows = [{name: cell for name, cell in row.items() if name != "phone"} for row in folder.rows(CONTACTS)]
    folder.write(CONTACTS, rows)
    assert f"{CONTACTS}:1: the columns differ from those expected in: phone; mend the first line" in problems(folder)


def test_a_column_too_many_is_named(folder: Folder) -> None:
    folder.write(CONTACTS, [row | {"fax": ""} for row in folder.rows(CONTACTS)])
    assert f"{CONTACTS}:1: the columns differ from those expected in: fax; mend the first line" in problems(folder)


def test_a_cell_too_many_is_named(folder: Folder) -> None:
    with (folder.data / "knowledge/areas.csv").open("a", encoding="utf-8") as file:
        file.write("vald,våld, i nära relationer\n")
    (found,) = problems(folder)
    assert found.startswith("knowledge/areas.csv:4: 3 cells, but the first line names 2")


def test_an_empty_file_is_named(folder: Folder) -> None:
    (folder.data / "knowledge/terms.csv").write_text("", "utf-8")
    assert any(line.startswith("knowledge/terms.csv:1: the columns differ") for line in problems(folder))


@pytest.mark.parametrize("file", ["knowledge/terms.csv", "knowledge/sources.csv", "language/signals.csv"])
def test_a_missing_file_is_named(folder: Folder, file: str) -> None:
    (folder.data / file).unlink()
    assert any(line.startswith(f"{file}: the file is missing") for line in problems(folder))


@pytest.mark.parametrize("file", ["knowledge/forums.csv", "knowledge/sources.csv", FACTS])
def test_an_id_stands_once(folder: Folder, file: str) -> None:
    rows = folder.rows(file)
    column = next(iter(rows[0]))
    folder.change(file, 1, **{column: rows[0][column]})
    twice = [line for line in problems(folder) if "stands 2 times" in line]
    assert [line.split(" ")[0] for line in twice] == [f"{file}:2:", f"{file}:3:"]


def test_too_few_questions(folder: Folder) -> None:
    label, _, *others = folder.rows(QUESTIONS)
    folder.write(QUESTIONS, [label, *others])
    (found,) = problems(folder)
    assert found == f"{FACTS}:2: fact_id: {FEWEST_QUESTIONS - 1} questions; write at least {FEWEST_QUESTIONS}"


def test_the_first_question_alone_is_a_label(folder: Folder) -> None:
    folder.change(QUESTIONS, 1, question="hur " + "mycket " * 20 + "fick den")
    read(folder.knowledge)


def test_the_statement_and_its_caveat_are_counted_together(folder: Folder) -> None:
    folder.change(FACTS, 0, statement="å" * (LONGEST_STATEMENT - 10), caveat="ä" * 10)
    read(folder.knowledge)
    folder.change(FACTS, 0, caveat="ä" * 11)
    assert "statement: longer than" in problems(folder)[0]


@pytest.mark.parametrize("place", ["1", "12-14", "1,5", "1-3, 7", "2-3,5-8"])
def test_places_in_a_document(folder: Folder, place: str) -> None:
    folder.change(CONTACTS, 0, sources=f"plan:{place}")
    read(folder.knowledge)


def test_citations() -> None:
    assert list(citations("a:12; b ;; c:1-3,5 § ")) == [("a", "12"), ("b", ""), ("c", "1-3,5 §")]
    assert list(citations("")) == []


def test_the_real_content_is_right_and_names_every_municipality() -> None:
    content = read(settings().data / "knowledge")
    codes = {row["municipality_code"] for row in content.memberships}
    assert len(content.entities["municipality"]) == 290
    assert codes == {row["municipality_code"] for row in content.entities["municipality"]}


def test_a_signal_without_words_is_a_problem(folder: Folder) -> None:
    rows = [row for row in folder.rows("language/signals.csv") if row["signal"] != "closing"]
    folder.write("language/signals.csv", rows)
    with pytest.raises(ContentError, match=r'signals\.csv: no word of "closing"'):
        read(folder.knowledge)
