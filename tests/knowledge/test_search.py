from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.answering import Assistant
from bot.knowledge.linking import Link
from bot.knowledge.search import Match, QuestionIndex


@pytest.fixture
def index(assistant: Assistant) -> QuestionIndex:
    return assistant.index


def best(index: QuestionIndex, text: str, context: tuple[str, ...] = ()) -> Match:
    return index.search(text, index.linker.link(text), context)[0]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Vad kostade Tidig hjälp?", "tidigt-pengar"),
        ("hur mycket slantar fick Tidig hjälp", "tidigt-pengar"),
        ("vad hade tidig hjälp för budgetram", "tidigt-pengar"),
        ("Vilket resultat gav Tidig hjälp?", "tidigt-resultat"),
        ("vilken ålder har Sen hjälp", "sent-alder"),
        ("åldersgränsen i sen hjälp", "sent-alder"),
        ("Vad är Kunskapsrådet?", "forum:radet"),
        ("vem stödjer spridningen av kunskap", "process:sprida"),
    ],
)
def test_the_answer_that_is_asked_by_such_questions(index: QuestionIndex, text: str, answer: str) -> None:
    assert best(index, text).answer == answer


def test_a_question_that_is_known_word_for_word_is_sure(index: QuestionIndex) -> None:
    known, other = best(index, "Vad kostade Tidig hjälp?"), best(index, "kostade den mer än vanligt")
    assert known.likeness == pytest.approx(1.0, abs=1e-5)
    assert known.score > 0.8 > other.score


def test_what_nothing_is_known_of_scores_low(index: QuestionIndex) -> None:
    assert all(match.score < 0.2 for match in index.search("xyzzy plugh", []))


def test_matches_are_few_and_best_first(index: QuestionIndex) -> None:
    matches = index.search("hjälp", [], most=3)
    assert len(matches) == 3
    assert [match.score for match in matches] == sorted((match.score for match in matches), reverse=True)
    assert len({match.answer for match in matches}) == 3


def test_a_name_tells_like_questions_apart(index: QuestionIndex) -> None:
    question = "vilket resultat gav {}"
    assert best(index, question.format("Tidig hjälp")).score > best(index, question.format("Sen hjälp")).score


def test_an_answer_that_lacks_the_name_is_worth_less(index: QuestionIndex) -> None:
    text = "hur mycket pengar fick piloten"
    plain = index.search(text, [])[0]
    link = Link(("actor:fou-syd",), 0, 3)
    named = next(match for match in index.search(text, [link]) if match.answer == plain.answer)
    assert named.score < plain.score


def test_context_is_leaned_on(index: QuestionIndex) -> None:
    text = "hur många kronor gick åt"
    [without] = [match for match in index.search(text, []) if match.answer == "tidigt-pengar"]
    [leaning] = [match for match in index.search(text, [], ["pilot:tidigt"]) if match.answer == "tidigt-pengar"]
    assert leaning.score > without.score


def test_about_leaves_out_all_others(index: QuestionIndex) -> None:
    found = index.search("vad kostade hjälpen", [], about=["pilot:sent"])
    assert found[0].answer in ("sent-alder", "pilot:sent")
    assert all(match.score == 0 for match in found if match.answer.startswith("tidigt"))


def test_an_index_that_was_saved_finds_the_same(index: QuestionIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "index")
    loaded = QuestionIndex.load(tmp_path / "index", index.linker)
    for text in ("Vad kostade Tidig hjälp?", "åldersgräns", "vem hjälper till"):
        links = index.linker.link(text)
        assert loaded.search(text, links) == index.search(text, links)


@pytest.mark.parametrize(
    ("answer", "ref", "about"),
    [
        ("tidigt-pengar", "pilot:tidigt", True),
        ("tidigt-pengar", "pilot:sent", False),
        ("forum:radet", "forum:radet", True),
        ("rss_of:municipality:0101", "municipality:0101", False),
    ],
)
def test_what_an_answer_is_about(index: QuestionIndex, answer: str, ref: str, about: bool) -> None:
    assert bool(index.named_in(answer, [Link((ref,), 0, 4)])) is about
