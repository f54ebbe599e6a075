"""Every pilot: what it is, where, in what state, who owns it and whom to ask; and back from place and area."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.walking import (
    Say,
    by_id,
    case,
    chosen,
    expect,
    expect_sound,
    expect_source,
    first_sentence,
    neighbour,
    parts,
    rotated,
    rows,
    says,
    tells,
    titles,
)

CALLED = {
    "tidigt-stod": "piloten Tidigt stöd",
    "normbrytande": "piloten om normbrytande beteende",
    "khs": "samverkansområdet kommunal hälso- och sjukvård",
    "forstudie-yr-funk": "förstudien om yrkesresa funktionshinder",
    "forstudie-yr-aldre": "förstudien om Yrkesresan Äldre",
    "pilot-yr-aldre": "pilottestet av Yrkesresan Äldre",
    "lokala-behov-test": "testet av behovsmodellen",
    "yr-gr": "den regionala Yrkesresan i GR",
    "lanspilot-vastmanland": "länspiloten i Västmanland",
    "tbb-sormland": "Tillsammans för barnens bästa i Sörmland",
    "su-kvinnofrid": "SU-Kvinnofrid",
    "stodstrukturer-vn": "stödstrukturprojektet i Västernorrland",
    "aldre-pilot-ebp": "äldrepiloten",
    "ktp": "Kunskap till praktik",
    "battre-liv": "Bättre liv för sjuka äldre",
    "kartlaggning-sthlm": "kartläggningen i Stockholms län",
    "fou-norra-samordning": "FoU-utredningen i norra länet",
    "gfo-vn": "gemensamma familjehemsorganisationen i Västernorrland",
    "1177-soc": "pilotstudien Socialtjänsten på 1177",
    "cherries": "CHERRIES",
    "innomera": "testbädden InnoMera",
    "forstarkningsteam": "förstärkningsteam inom socialtjänsten",
}
WHAT = ("Vad är {}?", "vad går {} ut på", "Berätta om {}.", "kan du beskriva {}")
WHERE = ("Var pågår {}?", "vilka är med i {}", "Vilka deltar i {}?", "i vilka kommuner finns {}")
STATE = ("Hur går det med {}?", "pågår {} fortfarande", "Vad är läget för {}?", "är {} avslutad?")
OWNER = ("Vem äger {}?", "vem ansvarar för {}", "Vem står bakom {}?", "vem driver {}")
CONTACT = (
    "Vem kan jag fråga om {}?",
    "kontakt för {}",
    "Vem kontaktar jag om {}?",
    "jag vill veta mer om {}, vem ringer jag",
)


def questions(wordings: tuple[str, ...], columns: tuple[str, ...], most: int) -> list[Any]:
    found = []
    for number, row in enumerate(rows("pilots")):
        if any(row[column] and "anges inte" not in row[column] for column in columns):
            for wording in rotated(wordings, number, most):
                question = wording.format(CALLED[row["pilot_id"]])
                found.append(case(row["pilot_id"], question, number, question))
    return found


def test_every_pilot_has_a_name_to_ask_with() -> None:
    assert set(CALLED) == set(by_id("pilots"))


@pytest.mark.parametrize(("number", "question"), questions(WHAT, ("summary",), 2))
def test_what_a_pilot_is(say: Say, number: int, question: str) -> None:
    row = rows("pilots")[number]
    answer = chosen(say, question, row["name"])
    tells(answer, first_sentence(row["summary"]))
    expect(answer, [], row, absent=[first_sentence(neighbour("pilots", number)["summary"])])


@pytest.mark.parametrize(("number", "question"), questions(WHERE, ("municipalities", "participants"), 2))
def test_where_a_pilot_is(say: Say, number: int, question: str) -> None:
    row, following = rows("pilots")[number], neighbour("pilots", number)
    names = municipalities(row)
    answer = chosen(say, question, row["name"])
    expect(answer, names, row, absent=set(municipalities(following)) - set(names))
    if not names:
        tells(answer, row["participants"], 0.5)


def municipalities(row: dict[str, str]) -> list[str]:
    return [by_id("municipalities")[code]["name"] for code in parts(row["municipalities"])]


@pytest.mark.parametrize(("number", "question"), questions(STATE, ("status",), 2))
def test_in_what_state_a_pilot_is(say: Say, number: int, question: str) -> None:
    row = rows("pilots")[number]
    answer = chosen(say, question, row["name"])
    other = neighbour("pilots", number)["status"]
    expect(answer, [], row, absent=[other] if other[:8] != row["status"][:8] else [])
    # What is known of it may be just how old the source is.
    if not row["note"] or not says(answer, row["note"]):
        tells(answer, row["status"], 0.5)


@pytest.mark.parametrize(("number", "question"), questions(OWNER, ("owner",), 1))
def test_who_owns_a_pilot(say: Say, number: int, question: str) -> None:
    row = rows("pilots")[number]
    answer = chosen(say, question, row["name"])
    tells(answer, row["owner"], 0.5)
    expect(answer, [], row)


@pytest.mark.parametrize(("number", "question"), questions(CONTACT, ("name",), 2))
def test_whom_to_ask_about_a_pilot(say: Say, number: int, question: str) -> None:
    row = rows("pilots")[number]
    ref = f"pilot:{row['pilot_id']}"
    people = [person for person in rows("contacts") if ref in parts(person["about"])]
    others = [person for person in rows("contacts") if person not in people]
    answer = chosen(say, question, row["name"])
    expect_sound(answer)
    expect_source(answer, titles(row).union(*(titles(person) for person in people)))
    if people:
        assert any(says(answer, person["name"]) for person in people), answer.plain_text()
    else:
        assert "http" in answer.text or "SKR" in answer.text, f"a dead end: {answer.plain_text()}"
    named = [person["name"] for person in others if says(answer, person["name"])]
    ways = [way for person in others for way in (person["phone"], person["email"]) if way and says(answer, way)]
    assert (named, ways) == ([], []), answer.plain_text()


PLACES = sorted({code for row in rows("pilots") for code in parts(row["municipalities"])})
IN_PLACE = ("Finns det någon pilot i {}?", "vilka piloter är {} med i", "Vilka projekt deltar {} i?")


@pytest.mark.parametrize(
    ("code", "question"),
    [
        case(by_id("municipalities")[code]["name"], question, code, question)
        for code in PLACES
        for question in (wording.format(by_id("municipalities")[code]["name"]) for wording in IN_PLACE)
    ],
)
def test_which_pilots_a_municipality_has(say: Say, code: str, question: str) -> None:
    answer = say(question, question)
    expect_sound(answer)
    there = [row for row in rows("pilots") if code in parts(row["municipalities"])]
    for row in there:
        tells(answer, row["name"], 0.5)
        expect_source(answer, titles(row))
    others = [row for row in rows("pilots") if row["municipalities"] and row not in there]
    assert [row["name"] for row in others if says(answer, row["name"])] == []


def test_a_municipality_without_a_pilot(say: Say) -> None:
    answer = say("no pilot", "Finns det någon pilot i Arjeplog?")
    expect_sound(answer)
    assert [row["name"] for row in rows("pilots") if says(answer, row["name"])] == []
    assert answer.missing


AREAS = [
    area for area in by_id("areas") if area != "alla" and any(area in parts(row["areas"]) for row in rows("pilots"))
]


@pytest.mark.parametrize(
    ("area", "question"),
    [
        case(area, question, area, question)
        for number, area in enumerate(AREAS)
        for wording in rotated(("Vilka piloter finns inom {}?", "finns det projekt om {}", "piloter {}?"), number, 1)
        for question in [wording.format(by_id("areas")[area]["name"])]
    ],
)
def test_which_pilots_an_area_has(say: Say, area: str, question: str) -> None:
    answer = say(question, question)
    expect_sound(answer)
    there = [row for row in rows("pilots") if area in parts(row["areas"])]
    for row in there:
        tells(answer, row["name"].partition(" (")[0], 0.5)
    expect_source(answer, set().union(*(titles(row) for row in there)))
