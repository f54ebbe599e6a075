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
