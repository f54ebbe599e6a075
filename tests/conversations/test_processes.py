"""The nine processes of the collaboration model: who starts, supports and receives, and back from level to process."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.conversations.walking import (
    Ask,
    Row,
    by_id,
    case,
    expect,
    expect_sound,
    neighbour,
    parts,
    rows,
    says,
    titles,
)

DOING = {
    "anvanda-kunskap": "använda kunskap",
    "synliggora-praktikens-kunskap": "synliggöra praktikens kunskap",
    "synliggora-brukares-kunskap": "synliggöra brukarnas kunskap",
    "implementering": "implementera kunskap",
    "folja-upp": "följa upp verksamheten",
    "identifiera-kunskapsbehov": "identifiera praktikens kunskapsbehov",
    "sammanstalla-kunskap": "sammanställa bästa tillgängliga kunskap",
    "sprida-kunskap": "sprida kunskap",
    "identifiera-kunskapsluckor": "identifiera vetenskapliga kunskapsluckor",
}
WORDINGS = {
    "initiators": (
        "Vem tar initiativ till att {doing}?",
        "vem är initiativtagare till {name}",
        "Vilken nivå startar processen {name}?",
        "vem ska dra igång arbetet med att {doing}",
    ),
    "supports": (
        "Vem stödjer kommunen i att {doing}?",
        "vem ger stöd när man ska {doing}",
        "Vilken nivå står för stödet i processen {name}?",
        "vi behöver hjälp med att {doing}, vem stöttar",
    ),
    "recipients": (
        "Vem är mottagare i {name}?",
        "vem tar emot resultatet av att {doing}",
        "Till vilken nivå går resultatet av processen {name}?",
        "Vilka är mottagare när det gäller att {doing}?",
    ),
}
LEVELS = {"kommun": "kommunen", "regional": "regional nivå", "nationell": "nationell nivå", "alla": "alla nivåer"}
SAID = {"initiators": "Initiativtagare är {}.", "supports": ": {} stödjer.", "recipients": "Mottagare är {}."}
"""How the row of a process says it."""
ELSEWHERE = {
    "initiators": ("initiativ", "start"),
    "supports": ("stöd", "stöttar"),
    "recipients": ("mottagare", "tar emot", "går till", "resultat"),
}
"""How other answers say it: one of these words in a sentence with the level."""
BACK = {
    ("initiators", "kommun"): (
        "Vilka processer är kommunen initiativtagare till?",
        "vad tar kommunen initiativ till i bilaga 1",
    ),
    ("initiators", "nationell"): ("Vilka processer startar nationell nivå?", "vad tar nationell nivå initiativ till"),
    ("initiators", "alla"): ("I vilken process är alla initiativtagare?", "vilken process kan alla ta initiativ till"),
    ("supports", "kommun"): (
        "I vilken process stödjer kommunen sig själv?",
        "vilken process står kommunen själv för stödet i",
    ),
    ("supports", "regional"): ("Vilka processer stödjer regional nivå?", "i vilka processer är det RSS som ger stöd"),
    ("supports", "nationell"): (
        "Vilka processer ger nationell nivå stöd i?",
        "var är stödet nationellt enligt bilaga 1",
    ),
    ("recipients", "kommun"): ("I vilka processer är kommunen mottagare?", "vad är kommunen mottagare av i bilaga 1"),
    ("recipients", "regional"): ("I vilken process är regional nivå mottagare?", "vad tar regional nivå emot"),
    ("recipients", "nationell"): ("I vilka processer är nationell nivå mottagare?", "vad tar nationell nivå emot"),
    ("recipients", "alla"): ("I vilka processer är alla mottagare?", "vilka processer har alla som mottagare"),
}


def questions() -> list[Any]:
    found = []
    for number, row in enumerate(rows("processes")):
        for role, wordings in WORDINGS.items():
            for wording in wordings:
                question = wording.format(name=row["name"], doing=DOING[row["process_id"]])
                found.append(case(row["process_id"], question, number, role, question))
    return found


@pytest.mark.parametrize(("number", "role", "question"), questions())
def test_who_does_what_in_a_process(ask: Ask, number: int, role: str, question: str) -> None:
    row, following = rows("processes")[number], neighbour("processes", number)
    answer = ask(question)
    expect(answer, [], row)
    # Another process may only be named where the same goes for it.
    assert row[role] == following[role] or not says(answer, following["name"]), answer.plain_text()
    assert says_role(answer.text, row, role), answer.plain_text()


def says_role(text: str, row: Row, role: str) -> bool:
    levels = " och ".join(LEVELS[level] for level in parts(row[role]))
    if text.startswith(f"{row['name']}: "):
        return SAID[role].format(levels) in text
    return all(
        any(level in sentence and word in sentence for word in ELSEWHERE[role] for sentence in sentences(text))
        for level in parts(row[role])
    )


def sentences(text: str) -> list[str]:
    return re.split(r"[.;\n]", text.casefold())


def back() -> list[Any]:
    return [
        case(f"{role} {level}", wording, role, level, wording)
        for (role, level), wordings in BACK.items()
        for wording in wordings
    ]


@pytest.mark.parametrize(("role", "level", "question"), back())
def test_which_processes_a_level_has_a_role_in(ask: Ask, role: str, level: str, question: str) -> None:
    having = [row for row in rows("processes") if level in parts(row[role])]
    others = [row for row in rows("processes") if not {level, "alla"} & set(parts(row[role]))]
    answer = ask(question)
    expect(answer, [row["name"] for row in having], having[0])
    named = [row["name"] for row in others if says(answer, row["name"])]
    assert named == [], f"{named} are named in: {answer.plain_text()}"


def test_every_reverse_look_up_is_asked() -> None:
    there = {(role, level) for row in rows("processes") for role in WORDINGS for level in parts(row[role])}
    assert there == set(BACK)


@pytest.mark.parametrize(
    "question",
    [
        case("list", question, question)
        for question in ("Vilka processer finns det?", "lista de nio processerna", "Visa hela bilaga 1")
    ],
)
def test_the_whole_list(ask: Ask, question: str) -> None:
    answer = ask(question)
    expect(answer, [row["name"] for row in rows("processes")], rows("processes")[0])


def test_the_own_rss_is_named_where_the_municipality_is(ask: Ask) -> None:
    answer = ask("Vem stödjer Borlänge när vi ska följa upp verksamheten?")
    expect_sound(answer)
    host = by_id("rss")["rss-20"]["name"]
    assert says(answer, host), answer.plain_text()
    assert {citation.title for citation in answer.citations} & titles(by_id("processes")["folja-upp"])
