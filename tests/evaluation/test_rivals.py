from __future__ import annotations

import pytest

from bot.evaluation.rivals import BestParagraph, Bm25
from bot.knowledge.shared import assistant
from tests.evaluation.made_up import item

TEXTS = ["Kommunerna betalar RSS.", "Rådet möts tre gånger om året, och Rådet möts i Stockholm.", "RSS möts i länet."]


@pytest.mark.parametrize(
    ("query", "best"), [("vem betalar", 0), ("när möts rådet?", 1), ("länens RSS", 2), ("xyz", None)]
)
def test_the_text_that_shares_the_rarest_words_is_best(query: str, best: int | None) -> None:
    assert Bm25(TEXTS).best(query) == best


@pytest.fixture(scope="module")
def paragraphs() -> BestParagraph:
    return BestParagraph(assistant())


def test_the_last_turn_is_answered_with_a_source(paragraphs: BestParagraph) -> None:
    heard = paragraphs.answer(item(turns=["hej", "telefonnumret 031-335 51 88 till Lena Holmlund"]))
    assert "Lena Holmlund" in heard.text
    assert "\nKälla" in heard.text


def test_no_word_in_common_is_a_refusal(paragraphs: BestParagraph) -> None:
    heard = paragraphs.answer(item(turns=["xyzzy"]))
    assert heard.key == "unknown"
    assert "vet jag inte" in heard.text
