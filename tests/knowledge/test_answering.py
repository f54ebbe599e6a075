from __future__ import annotations

import pytest

from bot.knowledge import dialogue
from bot.knowledge.answering import Assistant
from bot.knowledge.conversation import Context, Question, Reply
from bot.knowledge.options import Option, Options
from tests.knowledge.conftest import Talk


def test_a_known_question_is_answered_with_its_fact(talk: Talk) -> None:
    answer = talk.say("Vad kostade Tidig hjälp?").answer
    assert answer.key == "tidigt-pengar"
    assert answer.text == "Tidig hjälp kostade en miljon kronor."
    assert [citation.title for citation in answer.citations] == ["Planen"]


def test_evidence_goes_before_a_mistaken_intent(talk: Talk) -> None:
    assert talk.say("Vad kostade Tidig hjälp?", greet=0.4, list_pilots=0.5).answer.key == "tidigt-pengar"


def test_an_intent_is_looked_up(talk: Talk) -> None:
    answer = talk.say("vilken rss hör Håbo till", municipality_rss=0.9).answer
    assert answer.key == "rss_of:municipality:0101"


def test_small_talk_is_answered(talk: Talk) -> None:
    assert talk.say("tack så mycket för det", thanks=0.9).answer.key == "utter_thanks"


def test_what_is_outside_is_refused(talk: Talk) -> None:
    reply = talk.say("vad blir det för väder i morgon kväll", out_of_scope_general=0.9)
    assert reply.answer.key == "utter_out_of_scope_general"
    assert reply.answer.citations == ()


def test_what_nothing_answers_is_said_to_be_unknown(talk: Talk) -> None:
    answer = talk.say("xyzzy plugh fnord blorb quux garply").answer
    assert answer.key == "unknown"
    assert answer.text.startswith("Det vet jag inte.")
    assert answer.missing
    assert answer.citations == ()


def test_too_little_is_asked_back(talk: Talk) -> None:
    answer = talk.say("xyzzy").answer
    assert answer.key in ("ask:back", "unknown")
    assert answer.citations == ()


def test_a_thing_is_described_when_it_is_named_and_asked_for(talk: Talk) -> None:
    assert talk.say("Vad är Kunskapsrådet?", describe=0.8).answer.key == "forum:radet"


def test_a_name_of_several_things_is_asked_about(talk: Talk) -> None:
    answer = talk.say("vad är FoU", describe=0.8).answer
    assert answer.key == "ask:which"
    assert [choice.title for choice in answer.choices] == ["FoU Nord", "FoU Syd"]
    assert "FoU Syd" in talk.say("den andra", choose=0.9).answer.text


def test_a_county_tells_which_of_several_is_meant(talk: Talk) -> None:
    assert talk.assistant.counties["rss:nord"] == "county:01"


def test_the_own_municipality_is_remembered_and_used(talk: Talk) -> None:
    talk.say("jag jobbar i Håbo", set_municipality=0.9)
    assert talk.context.municipality == "municipality:0101"
    answer = talk.say("vem stödjer att sprida kunskap?", process_support_here=0.8).answer
    assert "För Håbo är det Nordförbundet." in answer.text
    assert talk.say("glöm mig", forget_me=0.9).context == Context()


def test_another_municipality_that_is_asked_about_is_not_the_own(talk: Talk) -> None:
    talk.say("jag jobbar i Håbo", set_municipality=0.9)
    talk.say("vilken rss hör Vara till?", municipality_rss=0.9)
    assert talk.context.municipality == "municipality:0101"


def test_a_name_alone_asks_the_last_question_again(talk: Talk) -> None:
    talk.say("vilken rss hör Håbo till", municipality_rss=0.9)
    assert talk.say("och Vara?").answer.key == "rss_of:municipality:0103"


def test_the_next_question_leans_on_the_last(talk: Talk) -> None:
    talk.say("Vad kostade Tidig hjälp?")
    assert "Anna Ek" in talk.say("vem kan jag fråga då", who_then=0.9).answer.text
    talk.say("Vilken ålder gäller Sen hjälp?")
    assert "Anna Ek" not in talk.say("vem kan jag fråga då", who_then=0.9).answer.text


def test_nothing_is_leaned_on_in_the_beginning(talk: Talk) -> None:
    reply = talk.say("xyzzy plugh fnord", source_of=0.9)
    assert reply.answer.key in ("unknown", "utter_source_of")
    assert reply.answer.citations == ()
    assert talk.context == Context()


def test_two_questions_are_both_answered(talk: Talk) -> None:
    text = "Vad kostade Tidig hjälp? Vilken ålder gäller Sen hjälp?"
    first, second = text.split("? ")
    questions = [talk.question(text), talk.question(f"{first}?"), talk.question(second)]
    reply = talk.assistant.reply(questions, Context())
    assert "en miljon kronor" in reply.answer.text
    assert "80 år" in reply.answer.text
    assert reply.answer.key == "tidigt-pengar+sent-alder"


def test_a_greeting_before_a_question_is_passed_over(talk: Talk) -> None:
    questions = [
        talk.question("Hej! Vad kostade Tidig hjälp?", greet=0.4),
        talk.question("Hej!", greet=0.9),
        talk.question("Vad kostade Tidig hjälp?"),
    ]
    assert talk.assistant.reply(questions, Context()).answer.key == "tidigt-pengar"


@pytest.mark.parametrize("context", [Context(), Context(key="tidigt-pengar", refs=("pilot:tidigt",))])
def test_distress_goes_before_everything(talk: Talk, context: Context) -> None:
    talk.context = context
    answer = talk.say("Jag vill inte leva, vad kostade Tidig hjälp?").answer
    assert answer.key == "utter_distress"
    assert "112" in answer.text


def test_english_is_understood_and_answered_in_swedish(talk: Talk) -> None:
    answer = talk.say("what is the Kunskapsrådet").answer
    assert "Kunskapsrådet är ett forum" in answer.text
    assert "I answer in Swedish" in answer.text


def test_the_context_holds_no_text(talk: Talk) -> None:
    for text in ("Vad kostade Tidig hjälp?", "hemligheten om Håbo", "vad är FoU", "den andra"):
        talk.say(text, describe=0.5)
        kept = str(talk.context.to_json())
        assert "hemlig" not in kept
        assert "kostade" not in kept


def test_the_address_goes_before_the_description_where_it_is_asked_for(talk: Talk) -> None:
    assert "https" in talk.say("Var hittar jag Guiden?", website_of=0.6, describe=0.1).answer.text
    assert "https" not in talk.say("Vad är Guiden?", describe=0.6, website_of=0.1).answer.text


def test_a_list_of_everything_needs_no_other_word(talk: Talk) -> None:
    assert talk.say("processer", list_processes=0.9).answer.key != "list:process"
    talk.context = Context()
    assert talk.say("vilka processer är det", list_processes=0.9).answer.key == "list:process"


def test_a_role_is_asked_of_the_next_level(talk: Talk) -> None:
    talk.say("vilka processer startar nationell nivå", list_processes=0.9)
    assert talk.say("och kommunen?").answer.key == "list:initiator:kommun"
    talk.say("vilka processer startar nationell nivå", list_processes=0.9)
    assert talk.say("vad är Kunskapsrådet på regional nivå?", describe=0.9).answer.key == "forum:radet"
    talk.say("vilka processer startar nationell nivå", list_processes=0.9)
    assert talk.say("kan kommunen få pengar för det i år?").answer.key != "list:initiator:kommun"


def in_parts(talk: Talk, *parts: str, **intents: float) -> Reply:
    """The reply to a mail of several sentences, each with the same intents."""
    whole = talk.question(" ".join(parts))
    return talk.assistant.reply([whole, *(talk.question(part, **intents) for part in parts)], talk.context)


@pytest.mark.parametrize("question", ["Vad kostade Tidig hjälp?", "Jag undrar vad Tidig hjälp kostade."])
def test_the_place_in_a_mail_is_background_to_its_question(talk: Talk, question: str) -> None:
    reply = in_parts(talk, "Jag arbetar i Håbo.", question)
    assert "miljon" in reply.answer.text
    assert "Norra" not in reply.answer.text
    assert reply.context.municipality == "municipality:0101"


def test_the_place_alone_is_what_a_mail_is_about(talk: Talk) -> None:
    assert in_parts(talk, "Jag arbetar i Håbo.", "Det är en liten kommun.").answer.key == "rss_of:municipality:0101"


@pytest.mark.parametrize("text", ["vem är chef i Håbo", "Vem är chef i Håbo?"])
def test_a_place_that_is_asked_about_is_nobodys_own(talk: Talk, text: str) -> None:
    assert talk.say(text, set_municipality=0.6).context.municipality == ""


def test_a_question_may_say_where_one_works(talk: Talk) -> None:
    assert talk.say("jag jobbar i Håbo, vem stödjer oss?", set_municipality=0.6).context.municipality


def test_a_thing_named_with_nothing_else_is_described(talk: Talk) -> None:
    assert talk.say("vad är Kunskapsrådet").answer.key == "forum:radet"


def test_several_things_named_in_a_row_are_each_described(talk: Talk) -> None:
    reply = talk.say("vad betyder Guiden och Kunskapsrådet", describe=0.5)
    assert reply.answer.text == "- Guiden samlar kunskapsstöd.\n- Kunskapsrådet är ett forum för chefer."
    assert reply.context.shown == ("support:guiden", "forum:radet")


def test_a_fact_stands_beside_a_look_up_that_passed_over_a_name(talk: Talk) -> None:
    reply = talk.say("vad kostade Tidig hjälp i Håbo", municipality_rss=0.6)
    assert "Håbo hör till Nordförbundet" in reply.answer.text
    assert "Eller menade du: Vad kostade Tidig hjälp?" in reply.answer.text
    assert "Eller menade du" not in talk.say("vilken rss hör Håbo till", municipality_rss=0.9).answer.text


def test_a_correction_is_answered_as_what_was_meant(talk: Talk) -> None:
    talk.say("Vad kostade Tidig hjälp?")
    assert talk.say("nej jag menade vilket resultat gav den", correct=0.9).answer.key == "tidigt-resultat"


def test_something_is_asked_of_an_item_of_the_list(talk: Talk) -> None:
    talk.context = Context(key="list:pilot", shown=("pilot:tidigt", "pilot:sent"))
    assert talk.say("vilken ålder gäller den andra?", choose=0.5).answer.key == "sent-alder"
    talk.context = Context(key="list:pilot", shown=("pilot:tidigt", "pilot:sent"))
    assert talk.say("den andra", choose=0.5).answer.key == "pilot:sent"


def test_a_count_is_no_place_in_the_list(talk: Talk) -> None:
    talk.context = Context(key="list:pilot", shown=("pilot:tidigt", "pilot:sent"))
    assert talk.say("andra slantar för den första?", choose=0.5).answer.key == "tidigt-pengar"


def test_a_rejected_name_is_replaced(talk: Talk) -> None:
    talk.say("vilken rss hör Habo till", municipality_rss=0.9)
    assert talk.say("nej det skulle vara Håbo med prick över det").answer.key == "rss_of:municipality:0101"


def test_weak_talk_is_said_when_nothing_else_is_near(talk: Talk) -> None:
    assert talk.say("xyzzy plugh fnord blorb", insult=0.3).answer.key == "utter_insult"


def test_nothing_to_go_by_is_asked_about_and_not_refused(talk: Talk) -> None:
    assert talk.say("vem är vad", out_of_scope_statistics=0.95).answer.key in ("ask:back", "unknown")


def test_both_questions_of_one_sentence_are_answered(talk: Talk) -> None:
    parts = ("kostnad tidig hjälp", "vilken ålder gäller Sen hjälp")
    reply = talk.assistant.reply([talk.question(" och ".join(parts)), *map(talk.question, parts)], Context())
    assert reply.answer.key == "tidigt-pengar+sent-alder"


def test_a_person_beside_another_matter_is_not_what_is_asked_for(talk: Talk) -> None:
    assert talk.say("vem är Anna Ek").answer.key == "contact:anna"
    reply = talk.say("vilken budget hade Anna Ek för piloten Tidig hjälp")
    assert reply.answer.key == "tidigt-pengar"


def test_a_question_back_is_joined_to_nothing(talk: Talk) -> None:
    whole, rss, cost = "vilken rss har vi och vad kostade Tidig hjälp", "vilken rss har vi", "vad kostade Tidig hjälp"
    questions = [talk.question(whole), talk.question(rss, municipality_rss=0.9), talk.question(cost)]
    assert "+" not in talk.assistant.reply(questions, Context()).answer.key


def test_what_a_question_has_answered_is_not_the_next_ones_answer(talk: Talk) -> None:
    first, second = "Vad kostade Tidig hjälp?", "vilken åldersgräns gäller för personer?"
    questions = [talk.question(f"{first} {second}"), talk.question(first), talk.question(second)]
    assert "80 år" in talk.assistant.reply(questions, Context()).answer.text


def test_a_word_of_passage_divides_a_message(assistant: Assistant) -> None:
    text = "ok, men vad är RSS?"
    assert [text[start:end] for start, end in assistant.reader.splitter.spans(text)] == ["ok", "vad är RSS?"]


def test_the_owner_of_an_item_of_the_list_is_told(talk: Talk) -> None:
    talk.say("lista alla piloter", list_pilots=0.9)
    shown = talk.context.shown
    reply = talk.say("vem äger den andra?", choose=0.68, owner_of=0.2)
    assert reply.answer.key == shown[1]
    assert "ansvarig är" in reply.answer.text


def test_yes_is_no_reply_to_a_question(talk: Talk) -> None:
    assert talk.say("ja visst", affirm=0.9).answer.key == "utter_affirm"
    assert talk.say("vad kostade Tidig hjälp?", affirm=0.9).answer.key == "tidigt-pengar"


def test_a_refusal_yields_to_an_answer_that_covers_all_that_is_said(talk: Talk) -> None:
    assert talk.say("kostnad tidig hjälp", out_of_scope_statistics=0.9).answer.key == "tidigt-pengar"
    refused = talk.say("kostnad tandvård Håbo", out_of_scope_statistics=0.9).answer
    assert refused.key == "utter_out_of_scope_statistics"


def test_a_list_of_all_is_no_answer_about_one(talk: Talk) -> None:
    assert talk.say("vilka forum finns", list_forums=0.9).answer.key == "list:forum"
    assert talk.say("vilka forum arbetar Tidig hjälp med", list_forums=0.9).answer.key != "list:forum"


def test_how_many_alone_is_asked_about(talk: Talk) -> None:
    assert talk.say("många då", out_of_scope_statistics=0.9).answer.key in ("ask:back", "unknown")


def test_a_reading_is_not_repeated_by_the_next_question(talk: Talk) -> None:
    text = talk.say("vad kostade Tidig hjälp och hur dyr var piloten Tidig hjälp?").answer.text
    assert text.count("en miljon kronor") == 1


@pytest.mark.parametrize(
    ("fact", "score", "said"),
    [("tidigt-pengar", 0.2, True), ("tidigt-pengar", 0.1, False), ("sent-alder", 0.2, False)],
    ids=["near", "far", "about-another"],
)
def test_a_description_comes_with_the_nearest_fact_about_it(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, fact: str, score: float, said: bool
) -> None:
    def options(self: Options, question: Question) -> list[Option]:
        def reply() -> Reply | None:
            found = dialogue.by_key(self.desk, fact)
            return dialogue.found_reply(self.context, found, "fact") if found else None

        return [Option(score, reply, key=fact)]

    monkeypatch.setattr(Options, "of", options)
    answer = talk.say("vem målade väggarna i Tidig hjälp rosa").answer
    assert answer.text.startswith("Exakt det vet jag inte")
    assert ("Eller menade du: Vad kostade Tidig hjälp?" in answer.text) == said
    assert "80 år" not in answer.text
