from __future__ import annotations

from dataclasses import replace

import pytest

from bot.knowledge import dialogue
from bot.knowledge.conversation import Context, Question
from bot.knowledge.lookups import contacts, entities, facts
from bot.knowledge.lookups.desk import Desk

SAID = Context(key="tidigt-pengar", refs=("pilot:tidigt",), intent="fact", cited=("tidigt-pengar",))


def test_a_context_travels_as_json() -> None:
    context = Context("municipality:0101", "contact", "k", ("a", "b"), ("c",), "contact", ("d",))
    assert Context.from_json(context.to_json()) == context
    assert Context.from_json(None) == Context()
    assert context.of("x") == []
    assert SAID.of("pilot") == ["pilot:tidigt"]


def test_a_set_reply_keeps_the_context(desk: Desk) -> None:
    reply = dialogue.say(desk, SAID, "utter_thanks")
    assert reply.context == SAID
    assert reply.answer.key == "utter_thanks"


def test_a_found_reply_is_remembered(desk: Desk) -> None:
    found = contacts.card(desk, "contact:anna")
    after = dialogue.found_reply(Context(municipality="municipality:0101"), found, "contact").context
    assert (after.municipality, after.intent, after.key) == ("municipality:0101", "contact", "contact:anna")
    assert after.refs == after.shown == ("contact:anna",)
    assert after.cited == ("contact:anna",)


def test_a_question_back_waits_for_a_choice(desk: Desk) -> None:
    found = entities.which(desk, ["actor:fou-nord", "actor:fou-syd"])
    after = dialogue.found_reply(Context(), found, "contact").context
    assert (after.asked, after.intent) == ("contact", "")
    chosen = dialogue.choose(desk, Question("den andra"), after)
    assert chosen is not None
    assert "FoU Syd" in chosen.answer.text
    assert "FoU Nord" not in chosen.answer.text


@pytest.mark.parametrize(("text", "key"), [("första", "forum:natet"), ("den andra tack", "forum:radet")])
def test_what_is_picked_of_a_list(desk: Desk, text: str, key: str) -> None:
    reply = dialogue.choose(desk, Question(text), Context(shown=("forum:natet", "forum:radet")))
    assert reply is not None
    assert reply.answer.key == key


@pytest.mark.parametrize("shown", [(), ("forum:natet",)])
def test_what_is_not_there_is_not_picked(desk: Desk, shown: tuple[str, ...]) -> None:
    assert dialogue.choose(desk, Question("den andra"), Context(shown=shown)) is None
    assert dialogue.choose(desk, Question("vilken som helst"), Context(shown=shown)) is None


def test_a_municipality_that_is_picked_has_an_rss(desk: Desk) -> None:
    context = Context(shown=("municipality:0103",), asked="municipality_rss")
    reply = dialogue.choose(desk, Question("första"), context)
    assert reply is not None
    assert "Vara hör till Sydförbundet" in reply.answer.text


def test_the_municipality(desk: Desk) -> None:
    link = desk.linker.link("jag jobbar i Håbo")
    question = Question("jag jobbar i Håbo", (), tuple(link))
    noted = dialogue.set_municipality(desk, question, Context(municipality="municipality:0101"))
    assert noted is not None
    assert "Jag minns att du arbetar i Håbo." in noted.answer.text
    bare = dialogue.set_municipality(desk, question, Context())
    assert bare is not None
    assert "Vad vill du veta om Håbo?" in bare.answer.text
    asked = dialogue.set_municipality(desk, Question("byt kommun"), Context())
    assert asked is not None
    assert asked.answer.key == "utter_set_municipality"
    told = dialogue.which_municipality(desk, question, Context(municipality="municipality:0103"))
    assert told is not None
    assert "Vara" in told.answer.text
    unknown = dialogue.which_municipality(desk, question, Context())
    assert unknown is not None
    assert unknown.answer.key == "utter_which_municipality"


def test_everything_is_forgotten(desk: Desk) -> None:
    reply = dialogue.forget(desk, Question("glöm mig"), Context(municipality="municipality:0101", key="k"))
    assert reply is not None
    assert reply.context == Context()


def test_where_the_last_answer_stands(desk: Desk) -> None:
    reply = dialogue.source_of(desk, Question("var står det"), SAID)
    assert reply is not None
    assert "Planen, Lilla förbundet, 2016, rad 12-14" in reply.answer.text
    page = dialogue.source_of(desk, Question("var står det"), Context(key="actor:skr", refs=("actor:skr",)))
    assert page is not None
    assert "https://exempel.se/sida" in page.answer.text
    assert dialogue.source_of(desk, Question("var står det"), Context()) is None


def test_how_old_the_last_answer_is(desk: Desk) -> None:
    reply = dialogue.validity(desk, Question("gäller det än"), SAID)
    assert reply is not None
    assert "2016" in reply.answer.text
    assert reply.context == SAID
    pilot = dialogue.validity(desk, Question("gäller det"), Context(key="pilot:sent", refs=("pilot:sent",)))
    assert pilot is not None
    assert pilot.answer.text.endswith("Uppgiften är från 2016.")
    assert dialogue.validity(desk, Question("gäller det"), Context()) is None


def test_the_last_answer_again(desk: Desk) -> None:
    reply = dialogue.repeat(desk, Question("igen"), SAID)
    assert reply is not None
    assert reply.answer.text == "Tidig hjälp kostade en miljon kronor."
    assert dialogue.repeat(desk, Question("igen"), Context()) is None
    place = dialogue.repeat(
        desk, Question("igen"), Context(key="rss_of:municipality:0103", refs=("municipality:0103",))
    )
    assert place is not None
    assert "Vara hör till" in place.answer.text


def test_more_about_the_same(desk: Desk) -> None:
    reply = dialogue.more(desk, Question("mer"), Context(key="pilot:tidigt", refs=("pilot:tidigt",)))
    assert reply is not None
    assert reply.answer.key == "tidigt-pengar"
    last = dialogue.more(desk, Question("mer"), reply.context)
    assert last is not None
    assert last.answer.key == "utter_more"


def test_whom_to_ask_then(desk: Desk) -> None:
    reply = dialogue.who_then(desk, Question("vem då"), SAID)
    assert reply is not None
    assert "Anna Ek" in reply.answer.text
    process = dialogue.who_then(desk, Question("vem då"), Context(refs=("process:sprida",)))
    assert process is not None
    assert process.answer.text.startswith("Sprida kunskap: ")
    assert dialogue.who_then(desk, Question("vem då"), Context()) is None


def test_a_word_is_explained(desk: Desk) -> None:
    text = "vad betyder Evidensbaserad praktik"
    reply = dialogue.explain_word(desk, Question(text, (), tuple(desk.linker.link(text))), Context())
    assert reply is not None
    assert reply.answer.key == "term:ebp"
    assert dialogue.explain_word(desk, Question("vad betyder det"), Context()) is None


@pytest.mark.parametrize(
    ("key", "text"),
    [("tidigt-pengar", "en miljon"), ("forum:radet", "Kunskapsrådet är"), ("process:sprida", "Sprida kunskap: ")],
)
def test_what_a_key_says(desk: Desk, key: str, text: str) -> None:
    found = dialogue.by_key(desk, key)
    assert found is not None
    assert text in found.answer.text


def test_a_process_is_told_for_the_own_municipality(desk: Desk) -> None:
    found = dialogue.by_key(desk, "process:sprida", "municipality:0101")
    assert found is not None
    assert "Nordförbundet" in found.answer.text


@pytest.fixture
def listed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A conversation whose last answer was a fact with a list of three."""
    said = facts.fact(desk, "tidigt-pengar")
    answer = replace(said.answer, text="Tre delar:\n- lokaler och mat\n- Kunskapsrådet\n- resor.")
    monkeypatch.setattr(facts, "fact", lambda desk, key: replace(said, answer=answer))
    return Context(key="tidigt-pengar")


@pytest.mark.parametrize(
    ("text", "item"),
    [("den första", "Nummer 1 i listan: lokaler och mat."), ("den sista då", "Nummer 3 i listan: resor.")],
)
def test_an_item_of_the_last_answer(desk: Desk, listed: Context, text: str, item: str) -> None:
    reply = dialogue.choose(desk, Question(text), listed)
    assert reply is not None
    assert reply.answer.text == item
    assert reply.answer.citations


def test_an_item_that_names_a_thing_is_described(desk: Desk, listed: Context) -> None:
    reply = dialogue.choose(desk, Question("den andra"), listed)
    assert reply is not None
    assert reply.answer.text.startswith("Nummer 2 i listan: Kunskapsrådet.\n\nKunskapsrådet är ett forum")
    assert reply.context.refs == ("forum:radet",)


@pytest.mark.parametrize("last", [Context(key="tidigt-resultat"), Context()])
def test_without_a_list_there_is_no_item(desk: Desk, last: Context) -> None:
    assert dialogue.choose(desk, Question("den första"), last) is None
    assert dialogue.choose(desk, Question("den sista"), last) is None
