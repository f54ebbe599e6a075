"""The project's own question set: large and broad enough, and apart from what the assistant has learnt from."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import CountVectorizer

from bot.evaluation.questions import Item, read
from bot.knowledge.swedish import normalise, words

QUESTIONS = Path("tests/questions")
HELD_OUT = Path("tests/held_out")
"""Questions that nothing was chosen on: `make evaluate QUESTIONS=tests/held_out` says how far the figures carry."""

LEARNT = Path("data")
NEAR_WORDS = 0.85
NEAR_SPELLING = 92
SHORTEST = 4
"""Words: shorter questions can hardly be put in another way, so only the same words in the same order count."""

SHORT_FOLLOW_UP = 6
"""Words: what so short a turn means depends on the one before it."""


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return read(QUESTIONS)


@pytest.fixture(scope="module")
def all_items(items: list[Item]) -> list[Item]:
    return [*items, *read(HELD_OUT)]


def test_there_are_enough_questions(items: list[Item]) -> None:
    assert len(items) >= 600


def test_enough_of_them_are_conversations(items: list[Item]) -> None:
    assert sum(len(item.turns) > 1 for item in items) >= 120


@pytest.mark.parametrize(("category", "fewest"), [("out_of_scope", 80), ("privacy", 60), ("ambiguous", 60)])
def test_enough_of_them_are_no_plain_questions(items: list[Item], category: str, fewest: int) -> None:
    assert sum(item.category == category for item in items) >= fewest


def test_every_question_expects_something(items: list[Item]) -> None:
    empty = [item.id for item in items if not (item.expect.every or item.expect.either or item.expect.never)]
    assert not empty


def test_no_question_is_asked_twice(all_items: list[Item]) -> None:
    conversations: dict[tuple[str, ...], str] = {}
    twice = []
    for item in all_items:
        first = conversations.setdefault(tuple(map(_plain, item.turns)), item.id)
        if first != item.id:
            twice.append(f"{item.id} asks what {first} asks: {item.turns}")
    assert not twice, "\n".join(twice)


def test_no_question_stands_among_what_was_learnt(all_items: list[Item]) -> None:
    known = {_plain(text): (place, text) for place, text in _learnt()}
    asked = [(item.id, item.turns[-1]) for item in all_items if _counts(item)]
    offenders = [f'{item} "{text}" stands in {known[_plain(text)][0]}' for item, text in asked if _plain(text) in known]
    assert not offenders, f"{len(offenders)} questions:\n" + "\n".join(offenders)


def test_no_question_nearly_stands_among_what_was_learnt(all_items: list[Item]) -> None:
    asked = [
        (item.id, item.turns[-1])
        for item in all_items
        if _counts(item) and len(words(_plain(item.turns[-1]))) >= SHORTEST
    ]
    learnt = [(place, text) for place, text in _learnt() if len(words(_plain(text))) >= SHORTEST]
    offenders = [
        f'{asked[one][0]} "{asked[one][1]}" is nearly "{learnt[other][1]}" in {learnt[other][0]}'
        for one, other in _near([_plain(text) for _, text in asked], [_plain(text) for _, text in learnt])
    ]
    assert not offenders, f"{len(offenders)} pairs:\n" + "\n".join(offenders)


def _counts(item: Item) -> bool:
    """Whether the last turn stands alone: "och kontakten?" is the same in every conversation, "hej" in every bot."""
    if len(item.turns) > 1:
        return len(words(_plain(item.turns[-1]))) > SHORT_FOLLOW_UP
    return len(words(_plain(item.turns[-1]))) >= SHORTEST or item.category != "smalltalk"


def _plain(text: str) -> str:
    return " ".join(words(normalise(text)))


def _learnt() -> Iterator[tuple[str, str]]:
    """(file:line, text) of everything that the assistant is trained on or searches."""
    for path in sorted((LEARNT / "knowledge" / "questions").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                yield f"{path}:{reader.line_num}", row["question"]
    for path in sorted((LEARNT / "nlu").glob("*.yml")):
        for group in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            for line in group["examples"].splitlines():
                yield f"{path} ({group['intent']})", line.strip().removeprefix("- ")


def _near(asked: Sequence[str], learnt: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs that differ, but share nearly all words or nearly all letters."""
    spelled = process.cdist(asked, learnt, scorer=fuzz.ratio, score_cutoff=NEAR_SPELLING, dtype=np.uint8)
    vectorizer = CountVectorizer(analyzer=str.split, binary=True, dtype=np.int32)
    ours, theirs = vectorizer.fit_transform(asked), vectorizer.transform(learnt)
    shared = (ours @ theirs.T).toarray()
    sizes = np.array([len(set(text.split())) for text in asked])[:, None]
    other_sizes = np.array([len(set(text.split())) for text in learnt])[None, :]
    same_words = shared / (sizes + other_sizes - shared)
    found = np.argwhere((spelled >= NEAR_SPELLING) | (same_words >= NEAR_WORDS))
    return [(int(one), int(other)) for one, other in found if asked[one] != learnt[other]]
