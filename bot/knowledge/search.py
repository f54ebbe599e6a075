"""Finds what answers a message by evidence: how like it is to the questions that each answer is known to answer.

The index is built with the knowledge database and lies beside it; processes share it, read-only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge import models
from bot.knowledge.features import (
    NAME_KINDS,
    Analyzer,
    Array,
    Discriminant,
    Matrix,
    Text,
    Topics,
    Vectors,
    counties,
    fillers,
    forms,
    synonyms,
)
from bot.knowledge.linking import Link, Linker

STATEMENT_WEIGHT = 0.25
QUESTION_WEIGHT = 0.4
LEAD_WEIGHT = 0.5
"""What likeness to the statement, likeness to the nearest single question, and the lead over other answers count for
beside likeness to all that an answer is asked by (1) and to its topic (1)."""
REPETITION = 0.7
"""From where likeness to a single question counts besides: a near repetition, not a resemblance."""
WORD_WEIGHT = 0.75
SUBJECT = 0.97
NAMED_IN_QUESTION = 0.95
NAMED_IN_STATEMENT = 0.85
"""How strongly an answer is about what is its subject beside the first, or is named in it."""
IN_COUNTY = 0.9
"""How strongly an answer about its county is about a municipality."""
SOME_NAMES = 0.5
NO_NAME = 0.65
"""What evidence is worth, for a name that the answer lacks beside others, and when it lacks all of them."""
UNCOVERED = 0.5
"""What evidence is worth for an answer that has to do with none of the message's content words."""


@dataclass(frozen=True)
class Match:
    """`answer` (a fact's id or an entity's ref) answers the message with the evidence `score`, 0 to 1.

    `likeness` is that to the nearest question which the answer is known to answer. `coverage` is the share of the
    message's content words that the answer has to do with.
    """

    answer: str
    score: float
    likeness: float = 0.0
    coverage: float = 1.0


class QuestionIndex:
    """All questions and statements of the knowledge base, ready to be searched."""

    def __init__(self, session: Session, linker: Linker) -> None:
        self.linker = linker
        self.analyzer = Analyzer(synonyms(session), counties(session), "ref", fillers(session))
        questions, statements = _questions(session), _statements(session)
        self.answers = list(dict.fromkeys(answer for answer, _ in [*questions, *statements]))
        position = {answer: number for number, answer in enumerate(self.answers)}
        questions.sort(key=lambda row: position[row[0]])
        statements.sort(key=lambda row: position[row[0]])
        names = _Names()
        asked = [self._analyze(names, answer, text, NAMED_IN_QUESTION) for answer, text in questions]
        stated = [self._analyze(names, answer, text, NAMED_IN_STATEMENT) for answer, text in statements]
        for subject in session.scalars(select(models.FactSubject)):
            names.add(subject.fact_id, subject.ref, SUBJECT if subject.position else 1.0)
        whole = self._whole([*questions, *statements], asked + stated, names)
        self._vectors = Vectors(whole, WORD_WEIGHT)
        self._topics = Topics(whole)
        self._words = _Inverted([forms(text.words) for text in whole])
        self._named = names.by_ref(position)
        owners = [position[answer] for answer, _ in [*questions, *statements]]
        self._discriminant = Discriminant([*asked, *stated], owners, len(self.answers))
        self._asked = _Owned(self._vectors.transform(asked), owners[: len(questions)])
        self._stated = _Owned(self._vectors.transform(stated), owners[len(questions) :])

    @classmethod
    def load(cls, path: Path, linker: Linker) -> QuestionIndex:
        """The index that :meth:`save` wrote to `path`; its arrays stay in the file until they are needed."""
        index: QuestionIndex = joblib.load(path, mmap_mode="r")
        index.linker = linker
        return index

    def save(self, path: Path) -> None:
        """Write the index, without its linker, to `path`."""
        joblib.dump(self, path)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "linker"}

    def search(
        self, text: str, links: Sequence[Link], context: Iterable[str] = (), most: int = 5, about: Iterable[str] = ()
    ) -> list[Match]:
        """The answers with the best evidence for `text`, best first.

        `context` are refs that the text leans on; with `about`, only answers that name one of its refs count.
        """
        analyzed = self.analyzer.analyze(text, links, context)
        vector = self._vectors.dense(analyzed)
        asked = self._asked.best(vector, len(self.answers))
        evidence = self._vectors.matrix @ vector + self._topics.matrix @ self._topics.transform(analyzed)
        evidence += LEAD_WEIGHT * self._discriminant.lead(analyzed)
        evidence += STATEMENT_WEIGHT * self._stated.best(vector, len(self.answers)) + QUESTION_WEIGHT * asked
        scores = evidence / (2 + LEAD_WEIGHT + STATEMENT_WEIGHT + QUESTION_WEIGHT) + np.maximum(0.0, asked - REPETITION)
        known = self._known(analyzed)
        scores *= self._agreement(links) * self._covered(analyzed, known)
        wanted = set(about)
        if wanted:
            scores *= self._strength(wanted)
        rows = np.argsort(-scores)[:most]
        share = known.mean(axis=0) if len(known) else np.ones(len(self.answers))
        return [
            Match(self.answers[row], float(scores[row]), float(asked[row]), float(share[row]))
            for row in rows
            if scores[row] > 0
        ]

    def named_in(self, answer: str, links: Sequence[Link]) -> int:
        """How many of the names `links` the answer is about, or mentions."""
        if answer not in self.answers:
            return 0
        row = self.answers.index(answer)
        return sum(bool(self._strength(self.analyzer.with_counties(link.refs))[row] > 0) for link in links)

    def _agreement(self, links: Sequence[Link]) -> Array:
        """For each answer 1 when it is about all names of the message, less when it only mentions or lacks some."""
        named = [link.refs for link in links if link.kinds & NAME_KINDS]
        if not named:
            return np.ones(len(self.answers))
        strengths = np.array([self._strength_there(refs) for refs in named])
        mean = np.where(strengths > 0, strengths, SOME_NAMES).mean(axis=0)
        return np.where(strengths.any(axis=0), mean, NO_NAME)

    def _strength_there(self, refs: Sequence[str]) -> Array:
        """How strongly each answer is about one of `refs`, or the county that it is in."""
        return np.maximum(self._strength(refs), IN_COUNTY * self._strength(self.analyzer.with_counties(refs)))

    def _strength(self, refs: Iterable[str]) -> Array:
        """How strongly each answer is about one of `refs`, 0 to 1."""
        strength = np.zeros(len(self.answers))
        for ref in refs:
            rows, values = self._named.get(ref, ((), ()))
            np.maximum.at(strength, np.asarray(rows, dtype=int), values)
        return strength

    def _known(self, text: Text) -> Array:
        """For each content word of the message and each answer, whether the answer has to do with it."""
        return np.array([self._words.rows(forms(features[1:]), len(self.answers)) for features in text.content])

    def _covered(self, text: Text, known: Array) -> Array:
        """What the evidence for each answer is worth: 1 when it has to do with every content word of the message."""
        if not len(known):
            return np.ones(len(self.answers))
        covered: Array = UNCOVERED + (1 - UNCOVERED) * np.sqrt(known.mean(axis=0))
        name_like = np.array([bool(features[0]) for features in text.content])
        return np.where((~known & name_like[:, None]).any(axis=0), UNCOVERED, covered)

    def _analyze(self, names: _Names, answer: str, text: str, strength: float) -> Text:
        links = self.linker.link(text)
        for link in links:
            for ref in link.refs:
                names.add(answer, ref, strength)
        if ":" in answer:
            names.add(answer, answer, 1.0)
        return self.analyzer.analyze(text, links)

    def _whole(self, rows: Sequence[tuple[str, str]], texts: Sequence[Text], names: _Names) -> list[Text]:
        """All that each answer is asked by and says, and the names that it is about, as one text."""
        words: dict[str, list[str]] = defaultdict(list)
        characters: dict[str, list[str]] = defaultdict(list)
        for (answer, _), text in zip(rows, texts, strict=True):
            words[answer] += text.words
            characters[answer] += text.characters
        return [
            Text(words[answer] + [f"E:{ref}" for ref in names.of(answer)], characters[answer])
            for answer in self.answers
        ]


class _Names:
    """How strongly each answer is about each ref that it names."""

    def __init__(self) -> None:
        self._strengths: dict[str, dict[str, float]] = defaultdict(dict)

    def add(self, answer: str, ref: str, strength: float) -> None:
        self._strengths[answer][ref] = max(strength, self._strengths[answer].get(ref, 0.0))

    def of(self, answer: str) -> Iterable[str]:
        return self._strengths[answer]

    def by_ref(self, position: dict[str, int]) -> dict[str, tuple[list[int], list[float]]]:
        """Ref → the positions of the answers that name it, and how strongly."""
        found: dict[str, tuple[list[int], list[float]]] = {}
        for answer, strengths in self._strengths.items():
            for ref, strength in strengths.items():
                rows, values = found.setdefault(ref, ([], []))
                rows.append(position[answer])
                values.append(strength)
        return found


class _Inverted:
    """Which rows hold a word."""

    def __init__(self, texts: Sequence[set[str]]) -> None:
        found: dict[str, list[int]] = defaultdict(list)
        for row, words in enumerate(texts):
            for word in words:
                found[word].append(row)
        self._rows = {word: np.array(rows, dtype=np.int32) for word, rows in found.items()}

    def rows(self, words: Iterable[str], count: int) -> Array:
        """For each of `count` rows whether it holds one of `words`."""
        holds = np.zeros(count, dtype=bool)
        for word in words:
            if word in self._rows:
                holds[self._rows[word]] = True
        return holds


class _Owned:
    """Vectors that belong to answers: a row each, those of an answer beside one another."""

    def __init__(self, matrix: Matrix, owners: Sequence[int]) -> None:
        self._matrix = matrix
        self._owners, self._starts = np.unique(np.asarray(owners), return_index=True)

    def best(self, vector: Array, count: int) -> Array:
        """For each of `count` answers the greatest cosine of its rows with `vector`; 0 without rows."""
        best = np.zeros(count)
        if len(self._owners):
            best[self._owners] = np.maximum.reduceat(self._matrix @ vector, self._starts)
        return best


def _questions(session: Session) -> list[tuple[str, str]]:
    return [(row.answer, row.text) for row in session.scalars(select(models.Question))]


def _statements(session: Session) -> list[tuple[str, str]]:
    facts = [(row.fact_id, row.statement) for row in session.scalars(select(models.Fact))]
    described = session.scalars(select(models.Entity).where(models.Entity.summary != ""))
    return [*facts, *((row.ref, f"{row.name}. {row.summary}") for row in described)]
