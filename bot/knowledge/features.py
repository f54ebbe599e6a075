"""What of a text is compared: words, names and characters, counted with TF-IDF.

Words are stemmed and their synonyms added, names are replaced by what they name, and character n-grams catch
compounds, inflection and misspelling.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge import models
from bot.knowledge.linking import Link, Token, kind_of, tokens
from bot.knowledge.swedish import fold, stem

NAME_KINDS = frozenset({"municipality", "county", "rss", "actor", "forum", "pilot", "support", "contact"})
NAME_LIKE = "name"
NGRAMS = range(4, 6)
SHORTEST_NGRAM_WORD = 3
FEWEST_TEXTS = 2
"""Texts that a character n-gram stands in at least: the others, a third of all, tell nothing apart."""
DIMENSIONS = 200
BEGINNING = 6
"""Characters of a long word's beginning, which compounds share."""
UNLIKE, ALIKE = -1.0, -1 / 3
"""The margin of a text that has nothing to do with an answer, and from where it counts as one of its questions."""
SLIGHT = 0.02
"""Weights below this are dropped: nineteen in twenty, and no answer is lost by it."""
TOLERANCE = 0.1

Matrix = Any
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Text:
    """What of a text is compared: word features and character features; and its content, word by word."""

    words: list[str]
    characters: list[str]
    content: tuple[tuple[str, ...], ...] = ()
    """The features of each word that is neither a known name nor a filler; the first says whether it looks like one."""


class Analyzer:
    """Text → features. `names`: "ref" puts the entity in a name's place, "kind" its kind."""

    def __init__(
        self,
        synonyms: Mapping[str, Sequence[str]],
        counties: Mapping[str, str],
        names: str,
        fillers: Container[str] = (),
    ) -> None:
        self.synonyms = synonyms
        self.fillers = fillers
        self.counties = counties
        self.names = names

    def analyze(self, text: str, links: Sequence[Link], context: Iterable[str] = ()) -> Text:
        """The features of `text`, whose names are `links`; `context` are refs that it leans on."""
        sequence: list[str] = []
        characters: list[str] = []
        content: list[tuple[str, ...]] = []
        extra: list[str] = [feature for ref in context for feature in self._name_features((ref,))]
        covered = {position: link for link in links for position in range(link.start, link.end)}
        done: set[Link] = set()
        for token in tokens(text):
            link = covered.get(token.start)
            if link and self._replaces(link):
                if link not in done:
                    done.add(link)
                    features = self._name_features(link.refs)
                    sequence.append(features[0])
                    extra += features[1:]
                continue
            if link and link not in done:
                done.add(link)
                extra += self._name_features(link.refs)
            stemmed = stem(token.text)
            sequence.append(stemmed)
            meanings = [f"S:{synonym}" for synonym in self.synonyms.get(stemmed, ())]
            extra += meanings
            if not link and token.folded not in self.fillers:
                content.append((NAME_LIKE if is_name_like(token) else "", stemmed, *meanings))
            if len(token.folded) >= SHORTEST_NGRAM_WORD:
                characters += _ngrams(token.folded)
        pairs = [f"{first} {second}" for first, second in pairwise(sequence)]
        return Text(sequence + pairs + extra, characters, tuple(content))

    def with_counties(self, refs: Sequence[str]) -> list[str]:
        """`refs`, and after them the counties that their places are in."""
        return list(dict.fromkeys([*refs, *(self.counties[ref] for ref in refs if ref in self.counties)]))

    def _replaces(self, link: Link) -> bool:
        return bool(link.kinds & NAME_KINDS)

    def _name_features(self, refs: Sequence[str]) -> list[str]:
        if self.names == "kind":
            return list(dict.fromkeys(f"T:{kind_of(ref)}" for ref in refs))
        return [f"E:{ref}" for ref in self.with_counties(refs)]


def is_name_like(token: Token) -> bool:
    """Whether a word has capitals as a name has."""
    capitals = sum(map(str.isupper, token.typed))
    return capitals > 1 or (capitals == 1 and token.start > 0)


def _ngrams(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[i : i + n] for n in NGRAMS for i in range(len(padded) - n + 1)]


class Vectors:
    """TF-IDF vectors of texts: cosines of words and of characters, weighed together."""

    def __init__(self, texts: Sequence[Text], word_weight: float = 0.55) -> None:
        self.word_weight = word_weight
        self.words = _vectorizer()
        self._characters = _vectorizer(min_df=min(FEWEST_TEXTS, len(texts)))
        self.matrix = self._join(
            self.words.fit_transform([text.words for text in texts]),
            self._characters.fit_transform([text.characters for text in texts]),
        )

    def transform(self, texts: Sequence[Text]) -> Matrix:
        """The vectors of `texts`, one row each."""
        return self._join(
            self.words.transform([text.words for text in texts]),
            self._characters.transform([text.characters for text in texts]),
        )

    def dense(self, text: Text) -> Array:
        """The vector of one text, as a plain array: what a matrix of vectors is multiplied with."""
        vector: Array = self.transform([text]).toarray().ravel()
        return vector

    def _join(self, words: Matrix, characters: Matrix) -> Matrix:
        return sparse.hstack(
            [words * np.sqrt(self.word_weight), characters * np.sqrt(1 - self.word_weight)],
            format="csr",
            dtype=np.float32,
        )


class Topics:
    """Latent semantic vectors: words that the same answers share are near one another."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self._words = _vectorizer()
        counts = self._words.fit_transform([_single(text) for text in texts])
        size = min(DIMENSIONS, min(counts.shape) - 1)
        self._reduction = TruncatedSVD(size, n_iter=3, random_state=0).fit(counts)
        self.matrix: Array = normalize(self._reduction.transform(counts)).astype(np.float32)

    def transform(self, text: Text) -> Array:
        """The vector of `text`, of length 1 (0 when it knows none of its words)."""
        vector: Array = normalize(self._reduction.transform(self._words.transform([_single(text)])))[0]
        return vector.astype(np.float32)


class Discriminant:
    """Linear classifiers, one an answer: the words that tell its questions from those of all other answers."""

    def __init__(self, texts: Sequence[Text], owners: Sequence[int], count: int) -> None:
        """Train on `texts`; `owners` are the answers that they belong to, numbers below `count`."""
        self._words = _vectorizer()
        linear = LinearSVC(tol=TOLERANCE, random_state=0)
        linear.fit(self._words.fit_transform([_single(text) for text in texts]), owners)
        weights = np.zeros((len(self._words.vocabulary_), count), dtype=np.float32)
        weights[:, linear.classes_] = np.where(np.abs(linear.coef_) < SLIGHT, 0, linear.coef_).T
        self._weights = sparse.csr_matrix(weights)
        self._offsets = np.full(count, UNLIKE, dtype=np.float32)
        self._offsets[linear.classes_] = linear.intercept_

    def lead(self, text: Text) -> Array:
        """For each answer how surely `text` is one of its questions, 0 to 1."""
        margins = (self._words.transform([_single(text)]) @ self._weights).toarray().ravel() + self._offsets
        lead: Array = np.clip((margins - UNLIKE) / (ALIKE - UNLIKE), 0.0, 1.0)
        return lead


def _single(text: Text) -> list[str]:
    return [word for word in text.words if " " not in word]


def _vectorizer(min_df: int = 1) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=_as_they_are, sublinear_tf=True, dtype=np.float32, min_df=min_df)


def _as_they_are(features: list[str]) -> list[str]:
    return features


def synonyms(session: Session) -> dict[str, list[str]]:
    """Stem → canonical words of its groups, for the thesaurus's single words."""
    found: dict[str, list[str]] = defaultdict(list)
    for word, canonical in session.execute(select(models.Synonym.word, models.Synonym.canonical)):
        for name in {word, canonical}:
            stemmed = stem(name.casefold())
            if " " not in name and canonical not in found[stemmed]:
                found[stemmed].append(canonical)
    return dict(found)


def counties(session: Session) -> dict[str, str]:
    """Municipality and RSS ref → ref of its county."""
    tables = (models.Municipality, models.Rss)
    return {row.ref: row.county for table in tables for row in session.scalars(select(table))}


def fillers(session: Session) -> set[str]:
    """The words that carry no meaning of their own, folded."""
    words = session.scalars(select(models.Signal.word).where(models.Signal.signal == "filler"))
    return {fold(word) for word in words}


def forms(features: Iterable[str]) -> set[str]:
    """Single words, and the beginnings of those that are long: compounds share them."""
    single = {feature for feature in features if " " not in feature}
    return single | {feature[:BEGINNING] for feature in single if len(feature) > BEGINNING and ":" not in feature}
