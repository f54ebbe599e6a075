from __future__ import annotations

import pytest

from bot.answers import LONGEST_ANSWER, Answer
from bot.knowledge.conversation import Context, Question
from bot.knowledge.database import open_knowledge
from bot.knowledge.linking import Linker
from bot.knowledge.load import build
from bot.knowledge.lookups import LOOKUPS, Found, contacts, entities, facts, lists, municipalities, processes
from bot.knowledge.lookups.desk import Desk, choices, cite, labels
from bot.knowledge.phrases import Phrases
from tests.knowledge.conftest import Folder


def found(result: Found | None) -> Answer:
    assert result is not None
    return result.answer


def titles(answer: Answer) -> list[str]:
    return [citation.title for citation in answer.citations]


def test_a_municipality_has_one_rss(desk: Desk) -> None:
    result = municipalities.rss_of(desk, ["municipality:0101"])
    answer = found(result)
    assert answer.text.startswith("Håbo hör till Nordförbundet.")
    assert "Sydförbundet" not in answer.text
    for way in ("https://nord.se", "0100-11 11 11", "info@nord.se"):
        assert way in answer.text
    assert answer.caveat == "Uppgiften är från 2016."
    assert titles(answer) == ["Planen", "Sidan"]
    assert result is not None
    assert result.refs == ("municipality:0101", "rss:nord")


def test_a_municipality_may_have_two(desk: Desk) -> None:
    answer = found(municipalities.rss_of(desk, ["municipality:0104"]))
    assert "två RSS: Nordförbundet och Sydförbundet (adjungerad)" in answer.text


def test_an_unknown_host_is_said(desk: Desk) -> None:
    result = municipalities.rss_of(desk, ["municipality:0107"])
    answer = found(result)
    assert answer.text.startswith("Jag vet inte vilken organisation som är RSS för Tystberga.")
    assert "https://skr.se" in answer.text
    assert answer.missing
    assert titles(answer) == ["Sidan"]


def test_several_municipalities_get_a_line_each(desk: Desk) -> None:
    answer = found(municipalities.rss_of(desk, ["municipality:0101", "municipality:0103", "municipality:0107"]))
    first, second, third = answer.text.splitlines()
    assert first == "- Håbo: Nordförbundet"
    assert second == "- Vara: Sydförbundet"
    assert third.startswith("- Tystberga: det är inte känt")


def test_a_county_has_its_rss(desk: Desk) -> None:
    assert "I Norra län är Nordförbundet RSS." in found(municipalities.rss_of(desk, ["county:01"])).text
    unknown = found(municipalities.rss_of(desk, ["county:03"]))
    assert unknown.missing
    assert "Jag vet inte" in unknown.text


def test_without_a_municipality_it_is_asked_for(desk: Desk) -> None:
    result = municipalities.rss_of(desk, [], "vilken rss har vi")
    assert found(result).key == "ask:municipality"
    assert result is not None
    assert result.asks


def test_a_municipality_that_is_none_has_near_ones(desk: Desk) -> None:
    result = municipalities.rss_of(desk, [], "Vilken RSS har Tystbacka?")
    answer = found(result)
    assert answer.text == "Jag hittar inte den kommunen. Menar du Tystberga?"
    assert [choice.title for choice in answer.choices] == ["Vilken RSS har Tystberga?"]
    assert result is not None
    assert result.shown == ("municipality:0107",)


def test_the_municipalities_of_an_rss(desk: Desk) -> None:
    answer = found(municipalities.municipalities_of(desk, ["rss:nord"]))
    assert answer.text == "Nordförbundet har 3 kommuner: Håbo, Upplands Väsby och Örkelljunga."
    assert "Örkelljunga (adjungerad)" in found(municipalities.municipalities_of(desk, ["rss:syd"])).text


def test_whether_a_municipality_belongs_to_an_rss(desk: Desk) -> None:
    yes = found(municipalities.municipalities_of(desk, ["municipality:0101", "rss:nord"]))
    no = found(municipalities.municipalities_of(desk, ["municipality:0101", "rss:syd"]))
    assert yes.text.startswith("Ja, Håbo hör till Nordförbundet.")
    assert no.text.startswith("Nej, Håbo hör inte till Sydförbundet. Håbo hör till Nordförbundet.")


def test_the_municipalities_of_a_county(desk: Desk) -> None:
    assert found(municipalities.municipalities_of(desk, ["county:02"])).text == (
        "I Södra län finns 3 kommuner: Habo, Vara och Väsby."
    )
    assert municipalities.municipalities_of(desk, ["forum:radet"]) is None


def test_all_rss(desk: Desk) -> None:
    text = found(municipalities.all_rss(desk)).text
    assert "- Norra län: Nordförbundet" in text
    assert "- Tysta län: det är inte känt" in text


@pytest.mark.parametrize(
    ("process", "said"),
    [
        (
            "process:anvanda",
            "Använda kunskap: kommunen stödjer. Initiativtagare är kommunen. Mottagare är alla nivåer.",
        ),
        (
            "process:sprida",
            "Sprida kunskap: regional nivå stödjer. Initiativtagare är nationell nivå. Mottagare är kommunen.",
        ),
        ("process:infora", "Införa kunskap: nationell nivå och regional nivå stödjer. Initiativtagare är alla nivåer."),
    ],
)
def test_the_row_of_a_process(desk: Desk, process: str, said: str) -> None:
    answer = found(processes.row(desk, process))
    assert answer.text.startswith(said)
    assert ("RSS" in answer.text) == ("regional nivå stödjer" in answer.text)
    assert titles(answer) == ["Planen"]
    assert len(answer.choices) <= 3


def test_the_own_rss_supports_a_process(desk: Desk) -> None:
    assert "För Håbo är det Nordförbundet." in found(processes.row(desk, "process:sprida", "municipality:0101")).text
    assert "Håbo" not in found(processes.row(desk, "process:anvanda", "municipality:0101")).text
    assert processes.support_here(desk, ["forum:radet"], "municipality:0101") is None


def test_the_list_of_processes(desk: Desk) -> None:
    result = processes.listing(desk)
    assert "3 processer" in result.answer.text
    assert "- Sprida kunskap: nationell nivå tar initiativ, regional nivå stödjer" in result.answer.text
    assert set(result.shown) == {"process:anvanda", "process:sprida", "process:infora"}


@pytest.mark.parametrize(
    ("text", "said", "listed"),
    [
        ("vilka processer startar nationell nivå", "Nationell nivå är initiativtagare i 1 av de 3", ["Sprida kunskap"]),
        ("i vilka ger regionen stöd", "Regional nivå ger stöd i 2 av de 3", ["Sprida kunskap", "Införa kunskap"]),
        ("var är alla mottagare", "Alla nivåer är mottagare i 1 av de 3", ["Använda kunskap"]),
        ("i vilka av alla processer är kommunen mottagare", "Kommunen är mottagare i 2 av de 3", []),
        ("vad startar regionen", "Regional nivå är inte ensam initiativtagare", []),
    ],
)
def test_the_processes_in_which_a_level_has_a_role(desk: Desk, text: str, said: str, listed: list[str]) -> None:
    answer = processes.about(desk, [], text).answer
    assert answer.text.startswith(said)
    lines = [line.removeprefix("- ") for line in answer.text.splitlines() if line.startswith("- ")]
    assert not listed or lines == listed
    assert titles(answer) == ["Planen"]
    shared = "Dessutom är alla nivåer initiativtagare i Införa kunskap."
    assert (shared in answer.text) == ("startar" in text)


@pytest.mark.parametrize(
    "text",
    [
        "vilka processer finns",
        "alla processer och vem som ger stöd",
        "vad startar kommunen och vem ger stöd",
        "vad stödjer kommunen och regionen",
        "var ger alla stöd",
    ],
)
def test_all_processes_where_no_single_role_of_a_level_is_asked_for(desk: Desk, text: str) -> None:
    assert processes.about(desk, [], text).answer.key == "list:process"


def test_a_named_process_goes_before_the_list(desk: Desk) -> None:
    assert processes.about(desk, ["process:sprida"], "vilken nivå startar").answer.key == "process:sprida"


def test_another_level_after_one_has_the_same_role(desk: Desk) -> None:
    key = processes.about(desk, [], "vad startar kommunen").answer.key
    assert found(processes.likewise(desk, key, "och nationell nivå?")).key == "list:initiator:nationell"
    for other, text in (("list:process", "och kommunen?"), (key, "och vem ger kommunen stöd?"), (key, "och du?")):
        assert processes.likewise(desk, other, text) is None


def test_a_person_is_reached_as_the_source_says(desk: Desk) -> None:
    answer = found(contacts.contact(desk, ["contact:anna"]))
    assert answer.text.startswith("Anna Ek, samordnare, Nordförbundet. Nås på 0100-22 22 22.")
    assert "e-post anges inte" in answer.text.casefold()
    assert answer.caveat == "Uppgiften är från 2016."
    lacking = found(contacts.contact(desk, ["contact:bo"])).text
    assert "Telefonnummer och e-post anges inte i källan." in lacking
    assert "0100" not in lacking


def test_whom_to_ask_about_a_pilot(desk: Desk) -> None:
    answer = found(contacts.contact(desk, ["pilot:tidigt"]))
    assert answer.text.startswith("Kontakt för Tidig hjälp: Anna Ek")
    assert "Bo Alm" not in answer.text


def test_who_can_be_reached_comes_first(desk: Desk) -> None:
    text = found(contacts.contact(desk, ["rss:nord"])).text
    assert text.index("Anna Ek") < text.index("Bo Alm")
    assert text.index("Cia Dal") < text.index("Bo Alm")


def test_where_nobody_is_named_there_is_a_way_on(desk: Desk) -> None:
    answer = found(contacts.contact(desk, ["pilot:sent"], "municipality:0101"))
    assert "Sen hjälp anges inte" in answer.text
    assert "Nordförbundet" in answer.text
    assert "https://skr.se" in answer.text
    assert "Den som ansvarar: SKR" in answer.text
    assert "Anna" not in answer.text
    assert answer.missing
    own = found(contacts.contact(desk, ["municipality:0103"])).text
    assert own.index("chef") < own.index("Sydförbundet") < own.index("SKR")


def test_about_an_area_those_who_work_in_it_here_are_told(desk: Desk) -> None:
    in_the_south = found(contacts.contact(desk, ["area:aldre"], "municipality:0103"))
    assert "- FoU Syd (regional): https://fousyd.se" in in_the_south.text
    assert "Sydförbundet" in in_the_south.text
    assert "FoU Nord" not in in_the_south.text
    assert in_the_south.missing
    assert "FoU Syd" in found(contacts.contact(desk, ["area:aldre"])).text
    assert "FoU Syd" not in found(contacts.contact(desk, ["area:aldre", "county:01"], "municipality:0103")).text


def test_the_own_rss_is_meant_by_rss(desk: Desk) -> None:
    answer = found(contacts.contact(desk, ["actor:rss"], "municipality:0101"))
    assert answer.text.startswith("Kontakt för Nordförbundet:\n- ")
    assert contacts.contact(desk, ["term:ebp"]) is None
    assert contacts.contact(desk, []) is None


def test_a_place_comes_after_what_is_there() -> None:
    assert contacts.things_first(["municipality:0101", "rss:nord"]) == ["rss:nord", "municipality:0101"]


def test_rss_in_general_is_the_one_of_the_place(desk: Desk) -> None:
    assert municipalities.with_own_rss(desk, ["actor:rss", "municipality:0101"]) == ["rss:nord", "municipality:0101"]
    assert municipalities.with_own_rss(desk, ["actor:rss", "county:01"])[0] == "rss:nord"
    assert municipalities.with_own_rss(desk, ["actor:rss", "forum:radet"]) == ["actor:rss", "forum:radet"]
    assert municipalities.with_own_rss(desk, ["municipality:0101"]) == ["municipality:0101"]


def test_all_contacts_are_those_who_can_be_reached(desk: Desk) -> None:
    assert contacts.all_contacts(desk).refs == ("contact:anna", "contact:cia")


def test_a_description(desk: Desk) -> None:
    answer = found(entities.describe(desk, "forum:radet"))
    assert answer.text == "Kunskapsrådet är ett forum för chefer."
    assert entities.describe(desk, "county:01") is None
    pilot = found(entities.describe(desk, "pilot:tidigt"))
    assert pilot.caveat == "Uppgiften är från 2016."
    assert [choice.title for choice in pilot.choices] == ["Vad kostade Tidig hjälp?"]


def test_what_is_described_is_no_place(desk: Desk) -> None:
    result = entities.describe_named(desk, ["municipality:0101", "area:aldre", "forum:natet"])
    assert found(result).key == "forum:natet"
    assert entities.describe_named(desk, ["municipality:0101"]) is None


@pytest.mark.parametrize(
    ("ref", "aspect", "lead"),
    [
        ("pilot:tidigt", "status", "Tidig hjälp: pågår."),
        ("pilot:tidigt", "owner", "Tidig hjälp: ansvarig är Kunskapsrådet."),
        ("pilot:tidigt", "start", "Tidig hjälp: 2016–2018."),
        ("pilot:tidigt", "members", "I Tidig hjälp deltar: Håbo och Upplands Väsby."),
        ("forum:natet", "members", "Medlemmar i Chefsnätet: Chefer i norr."),
        ("support:guiden", "owner", "Guiden: ansvarig är SKR."),
    ],
)
def test_a_detail(desk: Desk, ref: str, aspect: str, lead: str) -> None:
    assert found(entities.detail(desk, [ref], aspect)).text.startswith(f"{lead}\n\n")


def test_a_detail_that_is_not_there(desk: Desk) -> None:
    assert entities.detail(desk, ["actor:skr"], "owner") is None
    assert entities.detail(desk, ["forum:radet"], "owner") is None


def test_who_takes_part_is_not_told_where_no_source_says_it(folder: Folder, phrases: Phrases, linker: Linker) -> None:
    folder.change("knowledge/pilots.csv", 0, municipalities="", participants="vilka som deltar anges inte")
    folder.change("knowledge/pilots.csv", 1, participants="Vara och fyra till")
    database = folder.data / "knowledge.db"
    build(folder.knowledge, database)
    with open_knowledge(database)() as session:
        desk = Desk(session, phrases, linker)
        assert entities.detail(desk, ["pilot:tidigt"], "members") is None
        assert found(entities.detail(desk, ["pilot:sent"], "members")).text.startswith(
            "I Sen hjälp deltar: Vara och fyra till.\n\n"
        )


def test_the_municipalities_of_a_pilot_are_not_those_of_its_county(desk: Desk) -> None:
    look_up = LOOKUPS["rss_municipalities"]
    of_pilot = found(look_up(desk, Question("i vilka kommuner"), Context(), ["pilot:tidigt", "county:02"]))
    assert of_pilot == found(entities.detail(desk, ["pilot:tidigt"], "members"))
    assert found(look_up(desk, Question("i vilka kommuner"), Context(), ["county:02"])) != of_pilot


def test_two_names_of_one_thing_are_told_with_its_change_of_name(desk: Desk) -> None:
    answer = found(entities.same_as(desk, ["actor:skr"]))
    assert answer.text.startswith("SKL heter SKR sedan november 2019.\n\n")
    assert answer.citations[0].fact == "change:namnet"
    assert found(entities.same_as(desk, ["forum:radet"])).text == "Kunskapsrådet är ett forum för chefer."
    assert entities.same_as(desk, ["county:01"]) is None


def test_a_web_address(desk: Desk) -> None:
    assert (
        found(entities.website(desk, ["municipality:0101", "rss:nord"])).text
        == "Nordförbundet finns på https://nord.se"
    )
    none = found(entities.website(desk, ["forum:radet"]))
    assert "https" not in none.text
    assert none.missing
    assert entities.website(desk, ["county:01"]) is None


def test_comparing_needs_two(desk: Desk) -> None:
    answer = found(entities.compare(desk, ["forum:radet", "forum:natet"]))
    assert "Kunskapsrådet är ett forum" in answer.text
    assert "Chefsnätet är ett forum" in answer.text
    assert entities.compare(desk, ["forum:radet"]) is None


def test_more_than_two_are_compared_in_a_sentence_each(desk: Desk) -> None:
    answer = found(entities.compare(desk, ["forum:radet", "forum:natet", "support:guiden"]))
    assert len([line for line in answer.text.splitlines() if line.startswith("- ")]) == 3


def test_which_is_meant(desk: Desk) -> None:
    result = entities.which(desk, ["actor:fou-nord", "actor:fou-syd"])
    assert result.answer.text == "Vilken menar du: FoU Nord eller FoU Syd?"
    assert [choice.title for choice in result.answer.choices] == ["FoU Nord", "FoU Syd"]
    assert result.asks
    assert result.shown == ("actor:fou-nord", "actor:fou-syd")


def test_lists(desk: Desk) -> None:
    answer = lists.of_kind(desk, "forum").answer
    assert answer.text.splitlines()[1:] == ["- Chefsnätet", "- Kunskapsrådet"]
    assert lists.of_kind(desk, "forum", "regional").answer.text.splitlines()[1:] == ["- Chefsnätet"]


def test_a_long_list_is_cut(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = lists.of_kind(desk, "actor").answer
    assert len(whole.text.splitlines()) == 5
    longest = whole.length() - 1
    monkeypatch.setattr(lists, "LONGEST_LIST", longest)
    cut = lists.of_kind(desk, "actor").answer
    assert cut.length() <= longest
    kept, rest = cut.text.splitlines()[1:-1], cut.text.splitlines()[-1]
    assert kept == whole.text.splitlines()[1 : len(kept) + 1]
    assert rest == f"- och {4 - len(kept)} till"


@pytest.mark.parametrize(
    ("ref", "there", "absent"),
    [
        ("municipality:0105", "Tidig hjälp", "Sen hjälp"),
        ("area:aldre", "Sen hjälp", "Tidig hjälp"),
        ("rss:syd", "Sen hjälp", "Tidig hjälp"),
    ],
)
def test_pilots_by_place_area_and_rss(desk: Desk, ref: str, there: str, absent: str) -> None:
    text = found(lists.pilots_for(desk, [ref])).text
    assert there in text
    assert absent not in text


def test_supports_by_area(desk: Desk) -> None:
    assert "- Guiden" in found(lists.supports_for(desk, ["area:missbruk"])).text
    none = found(lists.supports_for(desk, ["area:aldre"]))
    assert none.missing == "äldre"
    assert lists.supports_for(desk, ["forum:radet"]) is None
    both = found(lists.supports_for(desk, ["area:missbruk", "area:aldre"]))
    assert both.text.startswith("Kunskapsstöd som gäller missbruk och beroende eller äldre:")


def test_a_fact(desk: Desk) -> None:
    result = facts.fact(desk, "tidigt-pengar")
    assert result.answer.text == "Tidig hjälp kostade en miljon kronor."
    assert result.refs == ("pilot:tidigt",)
    assert titles(result.answer) == ["Planen"]
    assert result.answer.citations[0].place == "12-14"
    assert not result.answer.missing
    assert facts.fact(desk, "tidigt-resultat").answer.missing
    with pytest.raises(KeyError):
        facts.fact(desk, "ingenting")


def test_citations_are_one_a_source_in_the_order_of_the_subjects(desk: Desk) -> None:
    cited = cite(desk, ["forum:radet", "tidigt-pengar", "rss:nord"])
    assert [(citation.title, citation.fact) for citation in cited] == [("Planen", "forum:radet"), ("Sidan", "rss:nord")]


def test_labels_are_first_questions(desk: Desk) -> None:
    assert labels(desk, ["sent-alder", "ingen", "tidigt-pengar"]) == {
        "sent-alder": "Vilken ålder gäller Sen hjälp?",
        "tidigt-pengar": "Vad kostade Tidig hjälp?",
    }
    everything = ["sent-alder", "tidigt-pengar", "tidigt-resultat", "forum:radet"]
    assert len(choices(desk, everything)) == 3


@pytest.mark.parametrize("intent", LOOKUPS)
def test_every_look_up_takes_a_question_that_names_nothing(desk: Desk, intent: str) -> None:
    result = LOOKUPS[intent](desk, Question("vad då"), Context(), [])
    if result is not None:
        assert result.answer.text
        assert len(result.answer.plain_text()) <= LONGEST_ANSWER


def test_the_level_is_taken_from_the_words(desk: Desk) -> None:
    question = Question("vilka forum finns på nationell nivå")
    answer = found(LOOKUPS["list_forums"](desk, question, Context(), []))
    assert "Kunskapsrådet" in answer.text
    assert "Chefsnätet" not in answer.text


def test_the_own_municipality_is_meant_where_none_is_named(desk: Desk) -> None:
    context = Context(municipality="municipality:0103")
    assert "Vara hör till" in found(LOOKUPS["municipality_rss"](desk, Question("min rss"), context, [])).text
    named = found(LOOKUPS["municipality_rss"](desk, Question("rss"), context, ["municipality:0101"]))
    assert "Håbo hör till" in named.text


def test_help_without_a_process_is_that_of_the_rss(desk: Desk) -> None:
    look_up = LOOKUPS["process_support_here"]
    asked = Question("vem hjälper oss i Håbo")
    assert found(look_up(desk, asked, Context(), ["municipality:0101"])).text.startswith("Håbo hör till Nordförbundet.")
    assert look_up(desk, asked, Context(), []) is None


def test_what_nobody_keeps_a_page_for_has_no_address(desk: Desk) -> None:
    assert entities.website(desk, ["term:ebp"]) is None
    assert "https://guiden.se" in found(entities.website(desk, ["term:ebp", "support:guiden"])).text


def test_of_several_municipalities_an_adjunct_is_said_to_be_one(desk: Desk) -> None:
    answer = found(municipalities.rss_of(desk, ["municipality:0104", "municipality:0101"]))
    assert "Sydförbundet (adjungerad)" in answer.text
    assert "Håbo: Nordförbundet\n" in f"{answer.text}\n"


def test_each_county_named_has_its_rss_told(desk: Desk) -> None:
    answer = found(municipalities.rss_of(desk, ["county:01", "county:02"]))
    assert "I Norra län är Nordförbundet RSS." in answer.text
    assert "Sydförbundet" in answer.text
    assert answer.key == "rss_of:several"


def test_each_rss_named_has_its_municipalities_told(desk: Desk) -> None:
    answer = found(municipalities.municipalities_of(desk, ["rss:nord", "rss:syd"]))
    assert "Nordförbundet har 3 kommuner" in answer.text
    assert "Sydförbundet har 4 kommuner" in answer.text
