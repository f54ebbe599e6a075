from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answers import LONGEST_ANSWER, Answer, Citation
from bot.knowledge import wording
from bot.knowledge.conversation import Context, Reply
from bot.knowledge.lookups import facts
from bot.knowledge.lookups.desk import Desk, asking


def replying(key: str, text: str = "Så är det.", *titles: str) -> Reply:
    citations = tuple(Citation(title, "SKR", "2016") for title in titles)
    return Reply(Context(key=key, refs=(f"pilot:{key}",)), Answer(text, citations, key=key))


def test_how_the_question_was_understood(desk: Desk) -> None:
    reply = wording.understood(desk, replying("tidigt-pengar"), "sent-alder")
    assert reply.answer.text == "Jag tolkade det som: Vad kostade Tidig hjälp?\n\nSå är det."
    assert [choice.title for choice in reply.answer.choices] == ["Vilken ålder gäller Sen hjälp?"]
    assert wording.understood(desk, reply) == reply


def test_a_rival_that_is_a_next_question_already_is_one_button(desk: Desk) -> None:
    reply = replying("tidigt-pengar")
    following = tuple(map(asking, ("Vem fick Tidig hjälp?", "Vilken ålder gäller Sen hjälp?")))
    reply = replace(reply, answer=replace(reply.answer, choices=following))
    titles = [choice.title for choice in wording.understood(desk, reply, "sent-alder").answer.choices]
    assert titles == ["Vilken ålder gäller Sen hjälp?", "Vem fick Tidig hjälp?"]


def test_two_readings_are_answered_one_after_the_other(desk: Desk) -> None:
    first = replying("tidigt-pengar", "En miljon.", "Planen")
    both = wording.beside(desk, wording.understood(desk, first), replying("sent-alder", "Över 65.", "Sidan"))
    assert both is not None
    assert both.answer.text == (
        "Jag tolkade det som: Vad kostade Tidig hjälp?\n\nEn miljon.\n\n"
        "Eller menade du: Vilken ålder gäller Sen hjälp?\n\nÖver 65."
    )
    assert [citation.title for citation in both.answer.citations] == ["Planen", "Sidan"]
    assert both.answer.key == "tidigt-pengar"
    assert both.context.refs == ("pilot:tidigt-pengar", "pilot:sent-alder")


def test_two_readings_are_not_both_answered_at_any_length(desk: Desk) -> None:
    assert wording.beside(desk, replying("tidigt-pengar", "x" * LONGEST_ANSWER), replying("sent-alder")) is None
    assert wording.beside(desk, replying("tidigt-pengar"), replying("rss_of:municipality:0101")) is None


def test_an_answer_that_just_fits_is_not_begun_with_its_question(desk: Desk) -> None:
    reply = replying("tidigt-pengar", "x" * LONGEST_ANSWER)
    assert wording.understood(desk, reply) == reply


def test_what_another_answer_says_already_is_not_said_again(desk: Desk) -> None:
    whole = replying("a", "Kolada är en databas som drivs av föreningen RKA.", "Planen")
    part = replying("b", "Kolada drivs av föreningen RKA.", "Sidan")
    assert wording.joined([whole, part]) is None
    assert not wording.says_more(part.answer, whole.answer)
    assert wording.says_more(replying("c", "Kolada kostar ingenting att använda.").answer, whole.answer)


def test_a_caveat_that_both_have_is_said_once() -> None:
    first, second = replying("a", "Enheten grundades 1999."), replying("b", "Lokalerna delas med Nestor.")
    first = replace(first, answer=replace(first.answer, caveat="Från 2023.\nInte prövat."))
    second = replace(second, answer=replace(second.answer, caveat="Inte prövat."))
    reply = wording.joined([first, second])
    assert reply is not None
    assert reply.answer.caveat == "Från 2023.\nInte prövat."


def test_an_answer_without_a_label_stays_as_it_is(desk: Desk) -> None:
    assert wording.understood(desk, replying("rss_of:municipality:0101")) == replying("rss_of:municipality:0101")


def test_two_answers_in_one() -> None:
    reply = wording.joined([replying("a", "Först.", "Planen"), replying("b", "Sedan.", "Planen", "Sidan")])
    assert reply is not None
    assert reply.answer.text == "Först.\n\nSedan."
    assert reply.answer.key == "a+b"
    assert [citation.title for citation in reply.answer.citations] == ["Planen", "Sidan"]
    assert reply.context.key == "b"
    assert reply.context.refs == ("pilot:b", "pilot:a")


@pytest.mark.parametrize(
    "replies",
    [
        [replying("a")],
        [replying("a"), replying("a")],
        [replying("a", "x" * LONGEST_ANSWER), replying("b")],
    ],
)
def test_not_everything_can_be_joined(replies: list[Reply]) -> None:
    assert wording.joined(replies) is None


def test_three_are_joined_and_the_last_is_gone_on_from() -> None:
    reply = wording.joined([replying("a", "Först."), replying("b", "Sedan."), replying("c", "Sist.")])
    assert reply is not None
    assert reply.answer.text == "Först.\n\nSedan.\n\nSist."
    assert reply.context.key == "c"
    assert reply.context.refs == ("pilot:c", "pilot:b", "pilot:a")


def test_asking_back(desk: Desk) -> None:
    context = Context(key="k", refs=("pilot:tidigt",))
    reply = wording.ask_back(desk, context, ["sent-alder", "tidigt-pengar"])
    assert "- Vilken ålder gäller Sen hjälp?" in reply.answer.text
    assert reply.answer.choices[0].title == "Vilken ålder gäller Sen hjälp?"
    assert reply.context.shown == ("sent-alder", "tidigt-pengar")
    assert (reply.context.key, reply.context.refs) == ("", ())


def test_where_nothing_is_near_it_is_not_known(desk: Desk) -> None:
    reply = wording.ask_back(desk, Context(), [])
    assert reply.answer.key == "unknown"
    assert reply.answer.missing
    assert "RSS" in reply.answer.text


def test_a_refusal_says_what_is_near_and_keeps_the_subject(desk: Desk) -> None:
    context = Context(key="k", refs=("pilot:tidigt",), asked="contact")
    reply = wording.refusal(desk, context, ["tidigt-pengar"])
    assert reply.answer.text.startswith("Det vet jag inte.")
    assert "- Vad kostade Tidig hjälp?" in reply.answer.text
    assert reply.context.refs == ("pilot:tidigt",)
    assert reply.context.asked == ""


def test_a_refusal_offers_the_rss_of_the_place(desk: Desk) -> None:
    answer = wording.refusal(desk, Context(), ["tidigt-pengar"], "municipality:0101").answer
    assert "RSS för Håbo" in answer.text
    assert [choice.title for choice in answer.choices] == ["Vilken RSS har Håbo?", "Vad kostade Tidig hjälp?"]


def test_whom_to_reach_is_asked(desk: Desk) -> None:
    assert wording.ask_whom(desk, Context()).context.asked == "contact"


def test_what_may_not_be_what_was_asked(desk: Desk) -> None:
    found = wording.not_exactly(desk, facts.fact(desk, "tidigt-pengar"))
    assert found.answer.text.endswith("\n\nTidig hjälp kostade en miljon kronor.")
    assert found.answer.citations


def test_a_line_more() -> None:
    assert wording.with_line(replying("a", "Först."), "Sedan.").answer.text == "Först.\n\nSedan."
