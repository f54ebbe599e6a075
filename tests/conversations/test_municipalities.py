"""Each of the 290 municipalities in varied wordings: its own RSS and no other."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from tests.conversations.walking import (
    Row,
    Say,
    by_id,
    case,
    expect_sound,
    expect_source,
    rotated,
    rows,
    says,
    titles,
)

"""Fair questions that are not answered rightly yet, as patterns of “row: wording”, each with what comes instead."""


def genitive(name: str) -> str:
    return name if name.endswith(("s", "x", "z")) else f"{name}s"


def without_dots(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))


def misspelt(name: str) -> str:
    """The name with one letter doubled, where it is long enough to be recognised."""
    return f"{name[:4]}{name[3]}{name[4:]}" if name.isalpha() and len(name) > 8 else name


def as_it_is(name: str) -> str:
    return name


WORDINGS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("Vilken RSS hör {} till?", as_it_is),
    ("vilken rss har {}", str.lower),
    ("{} rss", str.lower),
    ("Vi i {} undrar vilken regional stödstruktur vi har.", as_it_is),
    ("Vilken är {} kommuns RSS?", genitive),
    ("Jag arbetar som socialsekreterare i {} kommun. Vilken RSS hör vi till?", as_it_is),
    ("vem ar rss for {} kommun", without_dots),
    ("hej! jag jobbar i {}, vilken rss är min", as_it_is),
    ("Vart vänder sig {} kommun för regionalt stöd? Vilken RSS?", as_it_is),
    ("RSS i {}?", as_it_is),
    ("vilken stödstruktur tillhör {} kommun", str.lower),
    ("Vilken regional samverkans- och stödstruktur ingår {} i?", as_it_is),
    ("{} regionala stödstruktur, vilken är det?", genitive),
    ("rss {}", without_dots),
    ("Vilken RSS hör {} kommun till?", misspelt),
)


def memberships(code: str) -> list[Row]:
    return [row for row in rows("municipality_rss") if row["municipality_code"] == code]


def questions() -> list[Any]:
    found = []
    for number, row in enumerate(rows("municipalities")):
        for wording, form in rotated(WORDINGS, number, 2):
            question = wording.format(form(row["name"]))
            found.append(case(row["name"], question, row, question))
    return found


@pytest.mark.parametrize(("row", "question"), questions())
def test_which_rss_a_municipality_has(say: Say, row: Row, question: str) -> None:
    answer = say(question, question)
    expect_sound(answer)
    own = [by_id("rss")[membership["rss_id"]] for membership in memberships(row["municipality_code"])]
    assert row["name"] in answer.text, answer.plain_text()
    for rss in own:
        if rss["host"]:
            assert rss["name"] in answer.text, answer.plain_text()
        else:
            expect_unknown(answer.text, rss)
        expect_source(answer, titles(rss).union(*(titles(member) for member in memberships(row["municipality_code"]))))
    strangers = [rss for rss in rows("rss") if rss["host"] and rss not in own]
    named = [rss["name"] for rss in strangers if says(answer, f"{row['name']} hör till {rss['name']}")]
    assert named == [], answer.plain_text()


def expect_unknown(text: str, rss: Row) -> None:
    assert "Jag vet inte vilken organisation" in text, text
    assert by_id("counties")[rss["county_code"]]["name"] in text
    assert "SKR" in text


def test_two_municipalities_have_two(say: Say) -> None:
    double = [row for row in rows("municipalities") if len(memberships(row["municipality_code"])) > 1]
    assert [row["name"] for row in double] == ["Kungsbacka", "Varberg"] or len(double) == 2
    for row in double:
        for wording, form in WORDINGS:
            answer = say(f"{row['name']} {wording}", wording.format(form(row["name"])))
            for membership in memberships(row["municipality_code"]):
                name = by_id("rss")[membership["rss_id"]]["name"]
                assert name in answer.text, f"{name}: {wording}: {answer.plain_text()}"


@pytest.mark.parametrize("number", range(len(WORDINGS)))
@pytest.mark.parametrize("code", ["0765", "1082"])
def test_no_host_is_invented_for_kronoberg_and_blekinge(say: Say, code: str, number: int) -> None:
    wording, form = WORDINGS[number]
    row = by_id("municipalities")[code]
    answer = say(f"{code} {number}", wording.format(form(row["name"])))
    expect_unknown(answer.text, by_id("rss")[memberships(code)[0]["rss_id"]])
    assert answer.missing


def test_a_neighbour_asked_after_has_its_own(say: Say) -> None:
    say("elliptic", "Vilken RSS har Mark?")
    answer = say("elliptic", "och Kinna?")
    expect_sound(answer)
    answer = say("elliptic", "och Skövde då?")
    assert by_id("rss")["rss-14-skaraborg"]["name"] in answer.text, answer.plain_text()
