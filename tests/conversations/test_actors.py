"""Every actor: what it is and does, and its web address."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.walking import Say, case, chosen, expect, first_sentence, neighbour, rotated, rows, tells

CALLED = {
    "fouenheter": "FoU-enheterna i landet",
    "rss": "RSS",
    "kommun": "kommunerna",
    "rpo": "Regionalt programområde psykisk hälsa",
    "natverk-funk": "det länsövergripande nätverket om funktionsnedsättning i Stockholms län",
    "fou-soc-vb": "FoU Socialtjänst i Västerbotten",
    "fou-gavleborg": "FoU Välfärd i Gävleborg",
    "fou-uppsala": "FoU Socialtjänst i Uppsala län",
    "fouvalfard": "Intresseföreningen FoU Välfärd",
    "deleg-brott": "delegationen för brottsförebyggande åtgärder",
    "landstinget-vn": "landstinget i Västernorrland",
    "sthlm-fou": "Stockholms stads FoU-enhet",
    "kast": "KAST-mottagningen",
    "uph-sthlm": "Uppdrag psykisk hälsa i Stockholms län",
    "utvecklingspartner": "Utvecklingspartner i Stockholm",
    "nchv": "Nationellt centrum mot hedersrelaterat våld och förtryck",
}
WHAT = (
    "Vad är {}?",
    "vad gör {}",
    "Berätta om {}.",
    "vad är {} för något",
    "Vad har {} för roll?",
    "kan du beskriva {}",
    "Vad arbetar {} med?",
)
WHERE = ("Vilken webbplats har {}?", "länk till {}", "Var på nätet finns {}?")


def called(row: dict[str, str], number: int) -> str:
    """The name, and for every other row the short one."""
    return CALLED.get(row["actor_id"]) or (row["short_name"] if number % 2 and row["short_name"] else row["name"])


def questions(wordings: tuple[str, ...], column: str, most: int) -> list[Any]:
    return [
        case(row["actor_id"], question, number, question)
        for number, row in enumerate(rows("actors"))
        if row[column]
        for question in (wording.format(called(row, number)) for wording in rotated(wordings, number, most))
    ]


@pytest.mark.parametrize(("number", "question"), questions(WHAT, "summary", 3))
def test_what_an_actor_is(say: Say, number: int, question: str) -> None:
    row = rows("actors")[number]
    answer = chosen(say, question, row["name"])
    tells(answer, first_sentence(row["summary"]), 0.4)
    expect(answer, [], row, absent=[first_sentence(neighbour("actors", number)["summary"])])


@pytest.mark.parametrize(("number", "question"), questions(WHERE, "website", 1))
def test_where_an_actor_is_on_the_web(say: Say, number: int, question: str) -> None:
    row, following = rows("actors")[number], neighbour("actors", number)
    answer = chosen(say, question, row["name"])
    expect(answer, [row["website"]], row)
    assert not following["website"] or following["website"] == row["website"] or following["website"] not in answer.text
