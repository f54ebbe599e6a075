"""Every term: what it means, from which source; the three definitions of evidence-based practice kept apart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.walking import (
    Say,
    by_id,
    case,
    chosen,
    expect,
    expect_source,
    first_sentence,
    neighbour,
    rotated,
    rows,
    says,
    tells,
)

WORDINGS = (
    "Vad betyder {}?",
    "vad menas med {}",
    "Förklara {}.",
    "vad är {} för något",
    "Hur definieras {}?",
    "jag förstår inte ordet {}",
    "Vad innebär {}?",
    "kan du förklara begreppet {}",
)


def called(row: dict[str, str]) -> str:
    name = row["name"]
    return name if sum(map(str.isupper, name)) > 1 else name[0].lower() + name[1:]


def questions() -> list[Any]:
    return [
        case(row["term_id"], question, number, question)
        for number, row in enumerate(rows("terms"))
        for question in (wording.format(called(row)) for wording in rotated(WORDINGS, number, 3))
    ]


@pytest.mark.parametrize(("number", "question"), questions())
def test_what_a_term_means(say: Say, number: int, question: str) -> None:
    row = rows("terms")[number]
    answer = chosen(say, question, row["name"])
    tells(answer, first_sentence(row["summary"]), 0.5)
    expect(answer, [], row, absent=[first_sentence(neighbour("terms", number)["summary"])])


VARIANTS = {
    "kfvn-stodstrukturer": ("2011", "förmåga", "vetenskaplig"),
    "skl-samverkansmodell": ("2016", "beslut", "enskilda"),
    "kfvn-kunskapsstyrning": ("2017", "profession", "möt"),
}
"""Each source of a definition: its year, and what only its definition says."""
ASKED = {
    "kfvn-stodstrukturer": (
        "Hur definierar projektplanen från Västernorrland 2011 evidensbaserad praktik?",
        "vad säger projektplanen 2011 att EBP är",
    ),
    "skl-samverkansmodell": (
        "Hur definieras evidensbaserad praktik i samverkansmodellen från 2016?",
        "vad är ebp enligt SKL:s samverkansmodell",
    ),
    "kfvn-kunskapsstyrning": (
        "Hur beskriver nyhetsbrevet från Västernorrland 2017 evidensbaserad praktik?",
        "vad skriver kommunförbundet Västernorrland 2017 att EBP är",
    ),
}


@pytest.mark.parametrize(
    ("source", "question"),
    [case(source, asked, source, asked) for source, wordings in ASKED.items() for asked in wordings],
)
def test_one_definition_of_evidence_based_practice(say: Say, source: str, question: str) -> None:
    answer = say(question, question)
    year, *words = VARIANTS[source]
    expect_source(answer, {by_id("sources")[source]["title"]})
    for word in (year, *words):
        assert says(answer, word), answer.plain_text()
    others = [other for other in VARIANTS if other != source]
    cited = {citation.title for citation in answer.citations}
    assert cited.isdisjoint(by_id("sources")[other]["title"] for other in others), answer.plain_text()


@pytest.mark.parametrize(
    "question",
    [
        "Hur skiljer sig de tre definitionerna av evidensbaserad praktik åt?",
        "jämför definitionerna av EBP från 2011, 2016 och 2017",
        "Varför definierar dokumenten EBP olika?",
    ],
)
def test_the_definitions_are_kept_apart(say: Say, question: str) -> None:
    answer = say(question, question)
    for source, (year, *_) in VARIANTS.items():
        expect_source(answer, {by_id("sources")[source]["title"]})
        assert says(answer, year), answer.plain_text()
