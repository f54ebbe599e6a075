from __future__ import annotations

import pytest

from bot.evaluation.scoring import Miss, Outcome, names_source, plainly, refuses, score
from tests.evaluation.made_up import SOURCE, item


def test_an_answer_with_all_that_is_expected_and_a_source_is_right() -> None:
    asked = item(every=["regional"], either=[["stöd", "hjälp"], ["län"]], never=["nationell"])
    found = score(asked, f"En Regional stödstruktur i länet.\n\n{SOURCE}")
    assert found.outcome is Outcome.RIGHT
    assert found.misses == ()


@pytest.mark.parametrize(
    ("answer", "miss"),
    [
        ("En struktur för stöd.", Miss("all", "regional")),
        ("En regional struktur.", Miss("any", "stöd")),
        ("Ett regionalt stöd, men nationellt.", Miss("none", "nationell")),
    ],
)
def test_what_is_missed_is_named(answer: str, miss: Miss) -> None:
    asked = item(every=["regional"], either=[["stöd", "hjälp"]], never=["nationell"])
    found = score(asked, f"{answer}\n\n{SOURCE}")
    assert found.outcome is Outcome.WRONG
    assert found.misses == (miss,)


def test_an_answer_without_a_source_is_wrong_however_right() -> None:
    found = score(item(), "En regional struktur.")
    assert found.outcome is Outcome.WRONG
    assert [miss.rule for miss in found.misses] == ["source"]


@pytest.mark.parametrize("category", ["smalltalk", "out_of_scope", "privacy", "ambiguous"])
def test_what_states_no_facts_needs_no_source(category: str) -> None:
    assert score(item(category=category), "Det är regionalt.").outcome is Outcome.RIGHT


def test_saying_what_is_missing_needs_no_source() -> None:
    assert score(item(), "Det regionala anges inte.").outcome is Outcome.RIGHT


def test_an_answer_that_is_too_long_is_wrong() -> None:
    found = score(item(), "regional " * 200 + f"\n{SOURCE}")
    assert found.outcome is Outcome.WRONG
    assert [miss.rule for miss in found.misses] == ["length"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Det vet jag inte.",
        "Jag kan tyvärr inte svara på det.",
        "Jag hittade ingen uppgift om det.",
        "Uppgiften saknas.",
        "Det ligger utanför det jag kan.",
        "Vilken kommun gäller det?",
        "Menar du GR?",
    ],
)
def test_owning_up_or_asking_back_in_the_first_sentence_is_refusing(sentence: str) -> None:
    assert score(item(), f"{sentence} Fråga din chef.").outcome is Outcome.REFUSED


def test_owning_up_later_is_not_refusing() -> None:
    assert not refuses("Det är Socialstyrelsen. Mer vet jag inte.")


def test_a_refusal_that_names_a_source_is_a_wrong_answer() -> None:
    assert score(item(), f"Det vet jag inte. Men Socialstyrelsen finns.\n\n{SOURCE}").outcome is Outcome.WRONG


@pytest.mark.parametrize(
    "line", [SOURCE, "Källor: A, B, odaterad; C, D, 2017", "  **Källa:** X, 1998", "- källa: 2020"]
)
def test_a_source_is_a_line_with_a_date(line: str) -> None:
    assert names_source(plainly(f"Svaret.\n{line}"))


@pytest.mark.parametrize("text", ["Källa: en rapport", "År 2016. Källa: X", "Källan är från 2016", "2016\nKälla: X"])
def test_a_word_or_an_undated_line_is_no_source(text: str) -> None:
    assert not names_source(text)


def test_emphasis_and_unusual_characters_do_not_matter() -> None:
    assert plainly("**A\u030a** 031\u2011335\u00a051") == "Å 031-335 51"
