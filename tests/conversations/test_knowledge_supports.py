"""Every knowledge support: what it is, who owns it, where it is; and the supports of an area."""

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
    "nr": "Nationella riktlinjer",
    "metodguiden": "Metodguiden",
    "bbic": "BBIC",
    "ibic": "IBIC",
    "asi": "ASI",
    "audit": "AUDIT",
    "dudit": "DUDIT",
    "addis": "ADDIS",
    "adad": "ADAD",
    "savry": "SAVRY",
    "tfco": "TFCO",
    "ips": "IPS",
    "mos": "metoden MOS",
    "sip": "SIP",
    "vip": "Vård- och insatsprogram",
    "nck": "webbstödet från Nationellt centrum för kvinnofrid",
    "heder-nc": "webbplatsen Hedersförtryck.se",
    "yr-bou": "Yrkesresan Barn och unga",
    "yr-funk-utf": "Yrkesresan Funktionshinder för utförarverksamheter",
    "yr-missbruk": "Yrkesresan Skadligt bruk och beroende",
    "yr-funk-mynd": "Yrkesresan Funktionshinder för myndighetsutövning",
    "faq-sol": "Frågor och svar om nya socialtjänstlagen",
    "tidiga-insatser-fou": "Effektiva tidiga insatser inom socialtjänsten",
    "sou-2008-18": "SOU 2008:18",
    "plattform-2010": "plattformen för evidensbaserad praktik från 2010",
    "samverkansmodellen": "samverkansmodellen från 2016",
    "lagesrapport-2016": "lägesrapporten Utvecklingen av socialtjänstens kunskapsstyrning",
    "pa-vag-2011": "rapporten På väg mot en evidensbaserad praktik inom socialtjänsten",
    "sfs-2015-155": "förordning 2015:155",
    "film-partnerskapet": "filmen om Partnerskapet",
    "skr-rss-sida": "SKR:s webbsida om regional samverkan och stödstruktur",
    "ok-placerade-barn": "överenskommelsen om hälso- och tandhälsoundersökningar för placerade barn",
    "ok-samarbete-vn": "övergripande överenskommelsen om samarbete och samordning i Västernorrland",
    "kommunikationspaket": "kommunikationspaketet 2017",
    "kartlaggning-2020": "PwC:s kartläggning för Storsthlm 2020",
    "vardanalys-2026": "Med kunskap som kompass",
    "mfof-stod": "MFoF:s kunskapsstöd",
    "brukarundersokningar": "nationella brukarundersökningar",
    "kvalitetsregister": "nationella kvalitetsregister",
}
"""What people call those whose whole name nobody says."""
WHAT = (
    "Vad är {}?",
    "vad är {} för något",
    "Berätta om {}.",
    "vad handlar {} om",
    "Jag undrar vad {} är.",
    "kan du beskriva {}",
)
OWNER = ("Vem ansvarar för {}?", "vem står bakom {}", "Vem har tagit fram {}?", "vem ger ut {}")
WHERE = ("Var hittar jag {}?", "länk till {}", "Vilken webbadress har {}?")
AREA = ("Vilka kunskapsstöd finns inom {}?", "kunskapsstöd om {}", "Vad finns det för metoder och stöd inom {}?")


def called(row: dict[str, str]) -> str:
    return CALLED.get(row["support_id"], row["name"])


def questions(wordings: tuple[str, ...], column: str, most: int) -> list[Any]:
    return [
        case(row["support_id"], question, number, question)
        for number, row in enumerate(rows("knowledge_supports"))
        if row[column]
        for question in (wording.format(called(row)) for wording in rotated(wordings, number, most))
    ]


@pytest.mark.parametrize(("number", "question"), questions(WHAT, "summary", 2))
def test_what_a_support_is(say: Say, number: int, question: str) -> None:
    row = rows("knowledge_supports")[number]
    answer = chosen(say, question, row["name"])
    tells(answer, first_sentence(row["summary"]), 0.5)
    expect(answer, [], row, absent=[first_sentence(neighbour("knowledge_supports", number)["summary"])])


@pytest.mark.parametrize(("number", "question"), questions(OWNER, "owner", 1))
def test_who_owns_a_support(say: Say, number: int, question: str) -> None:
    row = rows("knowledge_supports")[number]
    answer = chosen(say, question, row["name"])
    tells(answer, row["owner"], 0.5)
    expect(answer, [], row)


@pytest.mark.parametrize(("number", "question"), questions(WHERE, "url", 1))
def test_where_a_support_is(say: Say, number: int, question: str) -> None:
    row, following = rows("knowledge_supports")[number], neighbour("knowledge_supports", number)
    answer = chosen(say, question, row["name"])
    expect(answer, [row["url"].partition("://")[2]], row)
    other = following["url"]
    assert not other or row["url"].startswith(other) or other not in answer.text


AREAS = [
    area
    for area in by_id("areas")
    if area != "alla" and any(area in parts(row["areas"]) for row in rows("knowledge_supports"))
]


@pytest.mark.parametrize(
    ("area", "question"),
    [
        case(area, question, area, question)
        for number, area in enumerate(AREAS)
        for question in (wording.format(by_id("areas")[area]["name"]) for wording in rotated(AREA, number, 1))
    ],
)
def test_the_supports_of_an_area(say: Say, area: str, question: str) -> None:
    answer = say(question, question)
    expect_sound(answer)
    there = [row for row in rows("knowledge_supports") if area in parts(row["areas"])]
    named = [row for row in there if says(answer, row["name"]) or says(answer, called(row))]
    assert len(named) >= min(3, len(there)), answer.plain_text()
    expect_source(answer, set().union(*(titles(row) for row in named)))
