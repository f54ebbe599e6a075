from __future__ import annotations

import pytest

from bot.knowledge.answering import Assistant
from bot.knowledge.conversation import Context, Question
from bot.knowledge.linking import Link
from bot.knowledge.reading import Reader, content_words, is_long, names_several_things, rest
from tests.knowledge.conftest import Talk


@pytest.fixture
def reader(assistant: Assistant) -> Reader:
    return assistant.reader


@pytest.mark.parametrize(
    ("text", "asks"),
    [("Vad kostar det?", True), ("vad kostar det", True), ("jag jobbar i Håbo", False), ("vadmal", False)],
)
def test_what_asks(reader: Reader, text: str, asks: bool) -> None:
    assert reader.asks(Question(text)) is asks


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("jag jobbar i Håbo", True),
        ("vi finns i Håbo", True),
        ("vilken rss har vi i Håbo?", False),
        ("Håbo", False),
        ("vi", False),
    ],
)
def test_whose_place_is_spoken_of(reader: Reader, talk: Talk, text: str, own: bool) -> None:
    assert reader.says_own_place(talk.question(text)) is own


def test_a_place_is_set_by_saying_or_correcting_it(reader: Reader, talk: Talk) -> None:
    corrected = Context(municipality="municipality:0103", refs=("municipality:0103",))
    assert reader.sets_place(talk.question("min kommun är Håbo", set_municipality=0.9), Context())
    assert not reader.sets_place(talk.question("Håbo", set_municipality=0.9), Context())
    assert not reader.sets_place(talk.question("min kommun är fin", set_municipality=0.9), Context())
    assert reader.sets_place(talk.question("nej Håbo", correct=0.9), corrected)
    assert not reader.sets_place(talk.question("nej Håbo", correct=0.9), Context())


def test_what_leans(reader: Reader) -> None:
    long = "kan någon berätta för oss hur mycket pengar kommunen fick"
    assert reader.leans(Question("hur dyrt blev allting"))
    assert not reader.leans(Question(long))
    assert reader.leans(Question(f"{long} då"))


def test_distress(reader: Reader, talk: Talk) -> None:
    assert reader.is_distress(Question("Jag VILL inte leva"))
    assert reader.is_distress(Question("hjälp mig", (("distress", 0.5),)))
    assert not reader.is_distress(Question("hjälp mig", (("distress", 0.1),)))
    assert not reader.is_distress(talk.question("vad är SKR", distress=0.5))


def test_english(reader: Reader) -> None:
    assert reader.is_english(Question("what is the Kunskapsrådet"))
    assert not reader.is_english(Question("vad är the big five egentligen för något"))
    assert not reader.is_english(Question("what"))
    assert reader.in_swedish(Question("What is RSS")) == "vad är RSS"


def test_an_ellipsis_needs_a_question_before_it(reader: Reader, talk: Talk) -> None:
    question = talk.question("och Håbo?")
    assert reader.is_elliptic(question, Context(intent="municipality_rss"))
    assert not reader.is_elliptic(question, Context())
    assert not reader.is_elliptic(talk.question("och sen?"), Context(intent="municipality_rss"))
    long = talk.question("hur många personer arbetar med sådant här i Håbo")
    assert not reader.is_elliptic(long, Context(intent="municipality_rss"))


@pytest.mark.parametrize(
    ("text", "one"), [("pengar", True), ("vad är pengar?", True), ("pengar och makt", False), ("?", False)]
)
def test_one_word(reader: Reader, text: str, one: bool) -> None:
    assert reader.is_one_word(Question(text)) is one


def test_words_beside_the_names(talk: Talk) -> None:
    question = talk.question("Vad kostade Tidig hjälp i Håbo?")
    assert rest(question) == ["vad", "kostade", "i"]
    assert content_words(question) == ["kostade"]


def test_length() -> None:
    assert is_long(Question("ord " * 23))
    assert not is_long(Question("ord " * 22))
    assert not is_long(Question("ord " * 44), 2)


def test_a_name_of_several_things() -> None:
    assert names_several_things(Link(("actor:a", "actor:b"), 0, 1))
    assert not names_several_things(Link(("actor:a", "term:b"), 0, 1))
    assert not names_several_things(Link(("actor:a",), 0, 1))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("nej jag menade vem som stödjer", "vem som stödjer"),
        ("jag menar vilken rss vi har, inte piloten", "vilken rss vi har"),
        ("nej jag menade Vara", None),
        ("vad menar du med det", None),
        ("det var inte vad jag menade att få veta", None),
    ],
)
def test_what_a_correction_says_instead(reader: Reader, text: str, meant: str | None) -> None:
    assert reader.meant(Question(text)) == meant


@pytest.mark.parametrize(
    ("text", "set_"),
    [("vi i Håbo undrar om Guiden", True), ("vad gör man i Håbo", False)],
)
def test_where_one_works_is_said_in_passing(reader: Reader, talk: Talk, text: str, set_: bool) -> None:
    assert reader.sets_place(talk.question(text), Context()) is set_


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("vad är Guiden och Kunskapsrådet", ["support:guiden", "forum:radet"]),
        ("vad säger Guiden om Kunskapsrådet", []),
        ("vad är Guiden", ["support:guiden"]),
    ],
)
def test_what_is_named_in_a_row(reader: Reader, talk: Talk, text: str, refs: list[str]) -> None:
    assert reader.enumerates(talk.question(text)) == refs


def test_a_word_that_asks_for_a_definition(reader: Reader, talk: Talk) -> None:
    assert reader.description_wanted(talk.question("vad betyder ebp", describe=0.1)) > 0.1
    assert reader.description_wanted(talk.question("vad kostar ebp", describe=0.1)) == 0.1


def test_a_message_without_a_word_to_go_by(reader: Reader) -> None:
    assert reader.is_empty(Question("vem är vad"))
    assert not reader.is_empty(Question("vem är chef"))


@pytest.mark.parametrize(
    ("part", "whole", "asks"),
    [
        ("piloten, hur många steg", "Hej. Piloten. piloten, hur många steg och vem väljer?", True),
        ("piloten", "piloten och vem väljer", True),
        ("jag arbetar i Håbo", "jag arbetar i Håbo och trivs. Vad är RSS?", False),
        ("kan allt", "jag arbetar i Håbo och kan allt.", False),
        ("kan alla", "kan alla", False),
        ("vad är det", "vad är det", True),
    ],
)
def test_whether_the_sentence_of_a_part_asks(reader: Reader, part: str, whole: str, asks: bool) -> None:
    assert reader.sentence_asks(part, whole) is asks
