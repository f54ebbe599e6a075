from __future__ import annotations

from bot.knowledge import learning
from bot.knowledge.answering import Assistant


def test_the_questions_of_facts(assistant: Assistant) -> None:
    questions = learning.fact_questions(assistant.sessions, 1)
    assert len(questions) == 3
    assert "Vad kostade Tidig hjälp?" in questions
    assert len(learning.fact_questions(assistant.sessions, 2)) == 6


def test_a_speller_knows_the_words_of_the_knowledge_and_of_examples(assistant: Assistant) -> None:
    speller = learning.speller(assistant.sessions, ["vilken grej", "den grejen", "grej", "grej och grej"], ["grevar"])
    assert speller.correct("hjällp med en greej") == "hjälp med en grej"
    assert speller.correct("grevar") == "grevar"
