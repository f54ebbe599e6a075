"""Every contact: how to reach them, what is not stated, whose a number is; and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.walking import Row, Say, by_id, case, chosen, expect, neighbour, rotated, rows, says, tells

CALLED = {
    "projektsamordnare-vn": "projektsamordnaren i Västernorrland",
    "yrkesresan-brevlada": "Yrkesresan",
    "vaxel-kalmar": "Kommunförbundet i Kalmar län",
    "vaxel-gotland": "Region Gotland",
}
PHONE = (
    "Vad har {} för telefonnummer?",
    "telefon till {}",
    "Hur ringer jag {}?",
    "har du numret till {}",
    "Jag behöver få tag på {} per telefon.",
)
EMAIL = (
    "Vad har {} för e-postadress?",
    "mejl till {}",
    "Hur mejlar jag {}?",
    "vilken mailadress har {}",
    "Vart skickar jag e-post till {}?",
)
WHO = ("Vem är {}?", "vad jobbar {} med", "Vilken funktion har {}?", "vem är {} och var jobbar hen")
WHOSE = ("Vem når jag på {}?", "vems är {}", "Vart kommer jag på {}?")


def questions(wordings: tuple[str, ...], column: str, most: int) -> list[Any]:
    """The questions of the rows that have something in a column ("" for all)."""
    found = []
    for number, row in enumerate(rows("contacts")):
        if not column or row[column]:
            for wording in rotated(wordings, number, most):
                question = wording.format(CALLED.get(row["contact_id"], row["name"]))
                found.append(case(row["contact_id"], question, number, question))
    return found


def ways(row: Row) -> set[str]:
    return {row[column] for column in ("phone", "email") if row[column]}


def others(row: Row) -> set[str]:
    return set().union(*(ways(other) for other in rows("contacts") if other is not row)) - ways(row)


@pytest.mark.parametrize(("number", "question"), questions(PHONE, "phone", 5))
def test_the_phone_number_of_a_contact(say: Say, number: int, question: str) -> None:
    row = rows("contacts")[number]
    expect(chosen(say, question, row["name"]), [row["phone"]], row, absent=others(row))


@pytest.mark.parametrize(("number", "question"), questions(EMAIL, "email", 5))
def test_the_address_of_a_contact(say: Say, number: int, question: str) -> None:
    row = rows("contacts")[number]
    expect(chosen(say, question, row["name"]), [row["email"]], row, absent=others(row))


def lacking() -> list[Any]:
    return [
        case(row["contact_id"], question, number, column, question)
        for column, wordings in (("phone", PHONE), ("email", EMAIL))
        for number, row in enumerate(rows("contacts"))
        if not row[column] and row["contact_id"] not in CALLED
        for question in (wording.format(row["name"]) for wording in rotated(wordings, number, 2))
    ]


@pytest.mark.parametrize(("number", "column", "question"), lacking())
def test_what_no_source_states_is_said_and_not_invented(say: Say, number: int, column: str, question: str) -> None:
    row = rows("contacts")[number]
    answer = chosen(say, question, row["name"])
    expect(answer, [row["name"]], row, absent=others(row))
    told = answer.text.casefold()
    assert any(word in told for word in ("anges inte", "framgår inte", "saknas", "finns inte")), answer.plain_text()
    if column == "email":
        assert "@" not in answer.text


@pytest.mark.parametrize(("number", "question"), questions(WHO, "", 2))
def test_who_a_contact_is(say: Say, number: int, question: str) -> None:
    row, following = rows("contacts")[number], neighbour("contacts", number)
    if row["contact_id"] in CALLED:
        question = question.replace(CALLED[row["contact_id"]], row["name"])
    answer = chosen(say, question, row["name"])
    tells(answer, row["function"], 0.5)
    expect(answer, [], row, absent={following["name"]} | others(row))


@pytest.mark.parametrize(
    ("number", "way", "question"),
    [
        case(row["contact_id"], question, number, way, question)
        for number, row in enumerate(rows("contacts"))
        for way in sorted(ways(row))
        for question in (wording.format(way) for wording in WHOSE)
    ],
)
def test_whose_a_number_or_an_address_is(say: Say, number: int, way: str, question: str) -> None:
    row = rows("contacts")[number]
    answer = chosen(say, question, row["name"])
    expect(answer, [way], row, absent=others(row))
    assert "personuppgifter" not in answer.text
    tells(answer, row["name"], 0.5)


ORGANISATIONS = {
    "rss:rss-14-gr": "GR",
    "rss:rss-22": "Kommunförbundet Västernorrland",
    "support:yrkesresan": "Yrkesresan",
}


@pytest.mark.parametrize(
    ("ref", "question"),
    [
        case(ref, question, ref, question)
        for ref, name in ORGANISATIONS.items()
        for question in (
            f"Vem kan jag kontakta på {name}?",
            f"kontaktperson {name}",
            f"vem ringer eller mejlar jag om {name}",
        )
    ],
)
def test_a_contact_of_an_organisation_can_be_reached(say: Say, ref: str, question: str) -> None:
    there = [row for row in rows("contacts") if ref == row["organisation"] or ref in row["about"]]
    reachable = [row for row in there if ways(row)]
    answer = say(question, question)
    expect(answer, [next(iter(ways(reachable[0])))], reachable[0])
    strangers = set().union(*(ways(row) for row in rows("contacts") if row not in there))
    assert [way for way in strangers if says(answer, way)] == []


def test_the_contact_after_a_pilot_is_that_of_the_pilot(say: Say) -> None:
    say("leaning", "Vad är piloten Tidigt stöd?")
    answer = say("leaning", "Vem kan jag kontakta?")
    people = [row for row in rows("contacts") if "pilot:tidigt-stod" in row["about"]]
    assert any(says(answer, row["name"]) for row in people), answer.plain_text()
    assert not says(answer, by_id("contacts")["sirpa-virtanen"]["name"])


@pytest.mark.parametrize("question", ["vad har hon för titel?", "vilken tjänst har hon?"])
def test_one_person_is_the_first_of_the_last_answer(say: Say, question: str) -> None:
    sender = f"person {question}"
    say(sender, "vem är kontakt på GR för tidigt stöd?")
    answer = say(sender, question)
    assert says(answer, by_id("contacts")["lena-holmlund"]["name"]), answer.plain_text()
    assert not says(answer, by_id("contacts")["cecilia-axelsson"]["name"])
