from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.linking import Link
from bot.knowledge.spelling import FEWEST, Speller, common_words

COMMON_WORDS = Path("data/language/common_words.txt")

TEXTS = FEWEST * [
    "Vilken kommun får stöd av RSS?",
    "vem stödjer uppföljningen av skolan",
    "Hur är samordningen med landstinget?",
]


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller([*TEXTS, "vad kostar skulan"], ["AC Konsensus", "Tidigt stöd"], ["skuld", "skul", "väderlek"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("vlken komun", "vilken kommun"),
        ("vem stöddjer uppföljingen?", "vem stödjer uppföljningen?"),
        ("Vem får stöd av landtsinget?", "Vem får stöd av landstinget?"),
        ("samordnigenn", "samordningen"),
        ("uppfoljnigen", "uppföljningen"),
    ],
)
def test_a_misspelt_word_is_put_right(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "vilken kommun stodjer",
        "skuld, skul och väderlek",
        "vem är tant Skolin",
        "rxx 12 abc",
        "",
    ],
)
def test_what_is_known_common_short_or_unlike_stays(speller: Speller, text: str) -> None:
    assert speller.correct(text) == text


def test_a_rare_word_is_known_but_never_meant(speller: Speller) -> None:
    assert speller.correct("skulan skulen") == "skulan skulen"


def test_what_has_capitals_may_only_be_a_name(speller: Speller) -> None:
    assert speller.correct("bereds det i AC Konsesus om Tidigtt stöd") == "bereds det i AC konsensus om tidigt stöd"
    assert speller.correct("det sade Kommunn") == "det sade Kommunn"


def test_a_linked_name_stays_and_a_linked_term_is_put_right(speller: Speller) -> None:
    text = "vad är skolann"
    assert speller.correct(text, [Link(("actor:skolann",), 7, 14, exact=False)]) == text
    assert speller.correct(text, [Link(("term:skolan",), 7, 14, exact=False)]) == "vad är skolan"


def test_common_words_are_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("# from a list\nväder\nkaka\n", encoding="utf-8")
    assert common_words(path) == ["väder", "kaka"]


def test_the_common_words_name_their_source() -> None:
    path = COMMON_WORDS
    assert "CC BY-SA" in "".join(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#"))
    assert len(common_words(path)) > 50_000
