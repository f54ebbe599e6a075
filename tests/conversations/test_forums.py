"""Every forum: what it is, who is in it, what it does and on which page."""

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
    rotated,
    rows,
    tells,
    titles,
)

CALLED = {
    "partnerskapet": "Partnerskapet",
    "lokala-behov": "den nationella modellen för lokala behov av kunskap",
    "nsk-s": "NSK-S",
    "nsk": "NSK",
    "s-kis": "S-KiS",
    "socialchefsnatverket": "SKR:s socialchefsnätverk",
    "radet": "Rådet för styrning med kunskap",
    "huvudmannagruppen": "Huvudmannagruppen",
    "rss-natverket": "Nätverket för RSS",
    "utvecklingsledarnatverk": "nätverken för regionala utvecklingsledare",
    "yrkesresan-styrgrupp": "nationella styrgruppen för Yrkesresan",
    "gemensam-finansiering": "den gemensamma tilläggsfinansieringen",
    "sks": "SKS",
    "regeringsok-ebp": "överenskommelserna om evidensbaserad praktik",
    "ok-omstallning": "överenskommelsen om omställning",
    "gemensam-namnd-uppsala": "gemensamma nämnden för kunskapsstyrning i Uppsala län",
    "lanschefsnatverk-dalarna": "Länschefsnätverket i Dalarna",
    "samverkansrad-orebro": "specifika samverkansråden i Örebro län",
    "pks-jonkoping": "PKS i Jönköpings län",
    "chefsforum-vastmanland": "Chefsforum i Västmanland",
    "socialchefsrad-skane": "Skånes Kommuners socialchefsråd",
    "rss-styrgrupp-sthlm": "styrgruppen för RSS Stockholms län",
    "nya-perspektiv": "Nya perspektiv i Värmland",
    "samverkansrad-jh": "Regionens samverkansråd i Jämtland Härjedalen",
    "ac-konsensus": "AC Konsensus",
    "arsmotet": "Partnerskapets årsmöte",
    "gemensamt-au": "Partnerskapets gemensamma arbetsutskott",
    "nsk-s-kommungrupp": "NSK-S kommungrupp",
    "kommundirektorsnatverket": "Kommundirektörsnätverket",
    "regiondirektorsnatverket": "Regiondirektörsnätverket",
    "arbetsgruppen-2016": "arbetsgruppen bakom samverkansmodellen 2016",
    "styrgruppen-2016": "styrgruppen för samverkansmodellen 2016",
    "projektstyrgrupp-vn": "projektstyrgruppen i Västernorrland",
    "chefsnatverk-sthlm": "socialchefsnätverket och utbildningschefsnätverket i Stockholms län",
    "barn-sarskilt-stod-sthlm": "samverkan kring barn i behov av särskilt stöd i Stockholms län",
    "samrad-missbruk-psykiatri-sthlm": "regionala samrådet för missbruk och psykiatri",
    "workshop-2019-11-29": "workshopen med socialcheferna i Stockholms län 2019",
    "gr-referensgrupper": "GR:s referensgrupper",
    "gr-chefsnatverk-funk": "GR:s nätverk för chefer inom funktionshinder",
    "samverkansorg-vn": "länets samverkansorganisation i Västernorrland",
    "nationella-natverk-vn": "nationella nätverk och dialoger i Västernorrland",
}
WHAT = (
    "Vad är {}?",
    "vad är {} för något",
    "Berätta om {}.",
    "kan du förklara vad {} är",
    "Jag har hört talas om {}. Vad är det?",
    "beskriv {} kort",
)
WHO = ("Vilka ingår i {}?", "vilka är med i {}", "Vem sitter i {}?", "vilka deltar i {}?")
WHERE = ("Vilken webbplats har {}?", "var på nätet finns {}", "länk till {}?")


def questions(wordings: tuple[str, ...], column: str, most: int) -> list[Any]:
    found = []
    for number, row in enumerate(rows("forums")):
        if row[column] and not row[column].startswith("Framgår inte"):
            for wording in rotated(wordings, number, most):
                question = wording.format(CALLED[row["forum_id"]])
                found.append(case(row["forum_id"], question, number, question))
    return found


def test_every_forum_has_a_name_to_ask_with() -> None:
    assert set(CALLED) == set(by_id("forums"))


@pytest.mark.parametrize(("number", "question"), questions(WHAT, "summary", 2))
def test_what_a_forum_is(say: Say, number: int, question: str) -> None:
    row = rows("forums")[number]
    answer = chosen(say, question, row["name"])
    tells(answer, first_sentence(row["summary"]))
    expect(answer, [], row, absent=[first_sentence(neighbour("forums", number)["summary"])])


@pytest.mark.parametrize(("number", "question"), questions(WHO, "members", 1))
def test_who_is_in_a_forum(say: Say, number: int, question: str) -> None:
    row = rows("forums")[number]
    answer = chosen(say, question, row["name"])
    tells(answer, row["members"], 0.5)
    expect(answer, [], row, absent=[neighbour("forums", number)["members"]])


@pytest.mark.parametrize(("number", "question"), questions(WHERE, "website", 1))
def test_on_which_page_a_forum_is(say: Say, number: int, question: str) -> None:
    row, following = rows("forums")[number], neighbour("forums", number)
    answer = chosen(say, question, row["name"])
    expect(answer, [row["website"]], row)
    other = following["website"]
    assert not other or row["website"].startswith(other) or other not in answer.text


@pytest.mark.parametrize("level", ["nationell", "regional"])
def test_the_forums_of_a_level(say: Say, level: str) -> None:
    answer = say(f"forums {level}", f"Vilka forum finns på {level} nivå?")
    expect_sound(answer)
    there = [row for row in rows("forums") if level in row["level"]]
    lines = {line.removeprefix("- ").partition(" (")[0] for line in answer.text.splitlines()}
    assert len(lines & {row["name"].partition(" (")[0] for row in there}) >= 5
    assert lines.isdisjoint(row["name"] for row in rows("forums") if level not in row["level"])
    expect_source(answer, set().union(*(titles(row) for row in there)))
