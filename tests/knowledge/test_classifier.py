"""The intent classifier on a handful of examples."""

from __future__ import annotations

import pytest

from bot.knowledge.linking import Linker
from bot.nlu.classifier import Classifier

EXAMPLES = [
    ("contact", "vem kan jag ringa om piloten"),
    ("contact", "telefonnummer till ansvarig chef"),
    ("contact", "mejladress till samordnaren"),
    ("thanks", "tack så mycket"),
    ("thanks", "stort tack för hjälpen"),
    ("out_of_scope_general", "blir det regn i helgen"),
    ("out_of_scope_general", "recept på pannkakor"),
]
FACTS = [
    "vilka grupper riktar sig satsningen till",
    "hur gamla är deltagarna i satsningen",
    "hur länge pågick satsningen",
]


def confidences(linker: Linker, text: str, facts: list[str] = FACTS) -> dict[str, float]:
    classifier = Classifier(EXAMPLES, linker, {}, {"vem", "kan", "jag", "om", "till"}, facts)
    return dict(classifier.rank(text, linker.link(text)))


def test_an_intent_is_recognised(linker: Linker) -> None:
    found = confidences(linker, "vem ringer jag om piloten")
    assert max(found, key=lambda intent: found[intent]) == "contact"


def test_what_facts_are_asked_leaves_less_for_any_intent(linker: Linker) -> None:
    question = "hur gamla är de som satsningen riktar sig till"
    assert max(confidences(linker, question).values()) < max(confidences(linker, question, []).values())


def test_facts_are_no_intent(linker: Linker) -> None:
    assert set(confidences(linker, FACTS[0])) <= {intent for intent, _ in EXAMPLES}


def test_words_that_its_examples_do_not_know_weaken_an_intent(linker: Linker) -> None:
    known, unknown = "telefonnummer ansvarig chef", "telefonnummer ansvarig tandläkare snarast"
    assert confidences(linker, unknown)["contact"] < 0.8 * confidences(linker, known)["contact"]


@pytest.mark.parametrize("name", ["Göteboda", "Sundsvik"])
def test_what_looks_like_a_name_weakens_nothing(linker: Linker, name: str) -> None:
    typed = confidences(linker, f"telefonnummer chef {name}")["contact"]
    assert typed > confidences(linker, f"telefonnummer chef {name.casefold()}")["contact"]
