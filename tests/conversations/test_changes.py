"""Every change since the documents were written: what holds now, since when."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.conversations.walking import Say, by_id, case, expect, first_sentence, neighbour, rows, says, tells

ASKED = {
    "sol-2025": ("Vilken socialtjänstlag gäller nu?", "när kom den nya socialtjänstlagen"),
    "veb": (
        "Är det lagkrav på vetenskap och beprövad erfarenhet i socialtjänsten?",
        "sedan när måste socialtjänsten arbeta enligt vetenskap och beprövad erfarenhet",
    ),
    "utan-behovsprovning": (
        "Får vi ge insatser utan behovsprövning?",
        "när blev det tillåtet med stöd utan behovsprövning",
    ),
    "forebyggande": (
        "Måste socialtjänsten arbeta förebyggande enligt nya lagen?",
        "vad säger nya SoL om förebyggande arbete",
    ),
    "uppgift-utforare": (
        "Kan socialnämnden begära uppgifter från utförare?",
        "får nämnden hämta in uppgifter från utförare för uppföljning",
    ),
    "sof-2025": ("Finns det en ny socialtjänstförordning?", "vilken socialtjänstförordning gäller"),
    "forordning-155-lss": (
        "Har förordning 2015:155 bytt namn?",
        "vad ändrades i förordningen om statlig styrning med kunskap",
    ),
    "radet-mfof": ("Hur många myndigheter är med i Rådet i dag?", "när kom MFoF med i Rådet för styrning med kunskap"),
    "huvudmannagruppen-region": (
        "Har Huvudmannagruppens sammansättning ändrats?",
        "sitter landstingen kvar i huvudmannagruppen",
    ),
    "skl-skr": ("När bytte SKL namn till SKR?", "är SKL och SKR samma sak"),
    "landsting-region": ("När blev landstingen regioner?", "heter det landsting eller region nu"),
    "kfsk-sk": ("Vad heter Kommunförbundet Skåne i dag?", "när bytte kommunförbundet skåne namn"),
    "ebp-slut": (
        "När upphörde de statliga överenskommelserna om evidensbaserad praktik?",
        "får RSS fortfarande statliga pengar för EBP",
    ),
    "omstallningsmedel": (
        "Finns det statsbidrag till kommunerna för omställningen?",
        "vem betalar ut omställningsmedlen",
    ),
    "ok-2024": (
        "Hur mycket fick SKR 2024 för socialtjänstens omställning?",
        "vad ingick i överenskommelsen om omställning 2024",
    ),
    "socialtjanstdata": ("Finns det någon lag om socialtjänstdataregister?", "vad hände med socialtjänstdataregistret"),
    "skyddat-boende": ("När kom lagen om skyddat boende?", "finns det en lag om placering av barn i skyddat boende"),
    "svod": ("Vad är lagen om sammanhållen vård- och omsorgsdokumentation?", "när började SVOD gälla"),
    "brott-uppgift": (
        "Måste socialtjänsten lämna uppgifter till polisen enligt någon ny lag?",
        "vad är lag 2025:170",
    ),
    "mfd-instruktion": ("Har Myndigheten för delaktighet fått en ny instruktion?", "vilken instruktion har MFD nu"),
    "mfof-bildad": ("När bildades MFoF?", "vilken myndighet var MFoF tidigare"),
    "socionomexamen": ("Har socionomutbildningen setts över?", "vad är en socionomutbildning i tiden"),
    "yrkesresan-nationell": ("När blev Yrkesresan nationell?", "var yrkesresan regional från början"),
    "skl-webb": ("Fungerar länken till SKL:s sida om RSS?", "varför går inte länken i samverkansmodellen till skl.se"),
    "vardanalys-2026": (
        "Vilken är den senaste kartläggningen av kunskapsstyrningen i socialtjänsten?",
        "finns det något nyare än lägesrapporten från 2016",
    ),
}


def questions() -> list[Any]:
    return [
        case(row["change_id"], question, number, question)
        for number, row in enumerate(rows("changes"))
        for question in ASKED[row["change_id"]]
    ]


def test_every_change_is_asked_about() -> None:
    assert set(ASKED) == set(by_id("changes"))


@pytest.mark.parametrize(("number", "question"), questions())
def test_what_has_changed(say: Say, number: int, question: str) -> None:
    row = rows("changes")[number]
    answer = say(question, question)
    if question.startswith(("När ", "när ", "sedan när ")):
        years = re.findall(r"\b20\d\d\b", f"{row['date']} {row['after']}")
        assert any(says(answer, year) for year in years), answer.plain_text()
    tells(answer, first_sentence(row["summary"]), 0.35)
    expect(answer, [], row, absent=[first_sentence(neighbour("changes", number)["summary"])])
