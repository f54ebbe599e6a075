"""Every RSS: of which county, what it is, which municipalities it has, how to reach it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.walking import (
    Row,
    Say,
    by_id,
    case,
    chosen,
    expect,
    expect_sound,
    expect_source,
    first_sentence,
    neighbour,
    rotated,
    rows,
    says,
    tells,
    titles,
)

"""Fair questions that are not answered rightly yet, as patterns of “row: wording”, each with what comes instead."""

COUNTY = (
    "Vilken RSS finns i {}?",
    "vem är rss i {}",
    "Vilken stödstruktur har {}?",
    "rss {}",
    "Jag arbetar i {}. Vilken är vår RSS?",
)
WHAT = ("Vad är {}?", "berätta om {}", "vad är {} för organisation")
MEMBERS = ("Vilka kommuner hör till {}?", "vilka kommuner ingår i {}", "Vilka är medlemmar i {}?", "kommunerna i {}")
REACH = ("Hur når jag {}?", "kontaktuppgifter till {}", "Hur kontaktar jag {}?")

HOSTED = [row for row in rows("rss") if row["host"]]
UNKNOWN = [row for row in rows("rss") if not row["host"]]


def called(row: Row) -> str:
    """The name as it is written, without the abbreviation behind it."""
    return row["name"].partition(" (")[0]


def members(row: Row) -> list[str]:
    codes = [member["municipality_code"] for member in rows("municipality_rss") if member["rss_id"] == row["rss_id"]]
    return [by_id("municipalities")[code]["name"] for code in codes]


def county(row: Row) -> str:
    return by_id("counties")[row["county_code"]]["name"]


def questions(wordings: tuple[str, ...], most: int) -> list[Any]:
    return [
        case(row["rss_id"], question, row, question)
        for number, row in enumerate(HOSTED)
        for question in (wording.format(called(row)) for wording in rotated(wordings, number, most))
    ]


@pytest.mark.parametrize(
    ("row", "question"),
    [
        case(row["rss_id"], question, row, question)
        for number, row in enumerate(rows("rss"))
        for question in (wording.format(county(row)) for wording in rotated(COUNTY, number, 3))
    ],
)
def test_the_rss_of_a_county(say: Say, row: Row, question: str) -> None:
    answer = say(question, question)
    expect_sound(answer)
    there = [other for other in rows("rss") if other["county_code"] == row["county_code"]]
    strangers = [other for other in rows("rss") if other not in there]
    if row["host"]:
        assert says(answer, called(row)), answer.plain_text()
    else:
        assert "vet jag inte" in answer.text or "Jag vet inte" in answer.text or "framgår inte" in answer.text, (
            answer.text
        )
        assert "SKR" in answer.text
    expect_source(answer, set().union(*(titles(other) for other in there)))
    named = [other["name"] for other in strangers if says(answer, f"{called(other)} är")]
    assert named == [], answer.plain_text()


@pytest.mark.parametrize(("row", "question"), questions(WHAT, 2))
def test_what_an_rss_is(say: Say, row: Row, question: str) -> None:
    answer = chosen(say, question, row["name"])
    tells(answer, first_sentence(row["summary"]), 0.5)
    following = neighbour("rss", rows("rss").index(row))
    expect(answer, [], row, absent=[first_sentence(following["summary"])])


@pytest.mark.parametrize(("row", "question"), questions(("Är {} en RSS?",), 1))
def test_whether_it_is_one(say: Say, row: Row, question: str) -> None:
    answer = chosen(say, question, row["name"])
    expect(answer, ["RSS"], row)
    assert says(answer, called(row).partition(",")[0]) or says(answer, "GR"), answer.plain_text()
    assert not answer.text.startswith("Nej")


@pytest.mark.parametrize(("row", "question"), questions(MEMBERS, 2))
def test_which_municipalities_an_rss_has(say: Say, row: Row, question: str) -> None:
    answer = chosen(say, question, row["name"])
    expect_sound(answer)
    missing = [name for name in members(row) if not says(answer, name)]
    assert missing == [], f"{missing} are not in: {answer.plain_text()}"
    assert answer.citations
    following = neighbour("rss", rows("rss").index(row))
    others = set(members(following)) - set(members(row))
    assert not others or sum(says(answer, f" {name},") for name in others) < len(others)


@pytest.mark.parametrize(("row", "question"), questions(REACH, 1))
def test_how_to_reach_an_rss(say: Say, row: Row, question: str) -> None:
    answer = chosen(say, question, row["name"])
    expect_sound(answer)
    people = [person for person in rows("contacts") if person["organisation"] == f"rss:{row['rss_id']}"]
    ways = {row["website"], row["phone"], row["email"]}.union(*({p["phone"], p["email"]} for p in people)) - {""}
    assert any(says(answer, way) for way in ways), answer.plain_text()
    strangers = [other for other in rows("rss") if other is not row]
    wrong = [way for other in strangers for way in (other["phone"], other["email"]) if way and says(answer, way)]
    assert wrong == [], answer.plain_text()
    expect_source(answer, titles(row).union(*(titles(person) for person in people)))


def test_two_counties_have_no_known_host() -> None:
    assert {county(row) for row in UNKNOWN} == {"Kronobergs län", "Blekinge län"}


def test_the_list_of_all(say: Say) -> None:
    answer = say("all rss", "Vilka RSS finns det i landet?")
    expect_sound(answer)
    assert [row["name"] for row in HOSTED if not says(answer, row["name"])] == []
    assert answer.citations
