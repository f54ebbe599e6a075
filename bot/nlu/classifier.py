"""Classifies the intent of a message: TF-IDF of words and character n-grams, names masked by their kind, a linear
classifier beside the nearest example.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from math import sqrt

import numpy as np
from sklearn.svm import LinearSVC

from bot.knowledge.features import Analyzer, Text, Vectors, forms
from bot.knowledge.linking import Link, Linker

PROBABILITY_WEIGHT = 0.6
"""What the linear classifier counts for in the confidence, beside the likeness to the nearest example."""
SHARPNESS = 4.0
"""How sharply a lead in the classifier's margins becomes a lead in probability."""
UNKNOWN = 0.5
"""What confidence in an intent is worth whose examples know none of the message's content words."""
MOST_INTENTS = 5
OPEN = "out_of_scope"
"""The intents that any words may come with begin so."""
FACT = "fact"


class Classifier:
    """Message → ranked intents. Trained once; holds no training text."""

    def __init__(
        self,
        examples: Sequence[tuple[str, str]],
        linker: Linker,
        synonyms: Mapping[str, Sequence[str]],
        fillers: Container[str] = (),
        facts: Sequence[str] = (),
    ) -> None:
        """Train on (intent, text) pairs; `linker` finds the names to mask, `fillers` are words without content.

        `facts` are questions that facts answer and no intent stands for: the more a message is like them, the less
        confidence is left for any intent.
        """
        self.analyzer = Analyzer(synonyms, {}, "kind", fillers)
        examples = sorted([*examples, *((FACT, text) for text in facts)])
        analyzed = [self.analyzer.analyze(text, linker.link(text)) for _, text in examples]
        self.vectors = Vectors(analyzed)
        intents = [intent for intent, _ in examples]
        # The examples of an intent lie beside one another, in the order of the classifier's classes.
        self._starts = np.unique(intents, return_index=True)[1]
        self.linear = LinearSVC(C=0.5, class_weight="balanced", tol=0.01, random_state=0)
        self.linear.fit(self.vectors.matrix, intents)
        self.linear.coef_ = np.asfortranarray(self.linear.coef_.astype(np.float32))
        known: dict[str, set[str]] = defaultdict(set)
        for (intent, _), text in zip(examples, analyzed, strict=True):
            known[intent] |= forms(text.words)
        self._known = dict(known)

    def rank(self, text: str, links: Sequence[Link]) -> list[tuple[str, float]]:
        """The most likely intents of `text` with a confidence from 0 to 1, best first."""
        analyzed = self.analyzer.analyze(text, links)
        vector = self.vectors.transform([analyzed])
        margins = self.linear.decision_function(vector)[0]
        odds = np.exp(SHARPNESS * (margins - margins.max()))
        probabilities = odds / odds.sum()
        nearest = np.maximum.reduceat(self.vectors.matrix @ vector.toarray().ravel(), self._starts)
        confidence = PROBABILITY_WEIGHT * probabilities + (1 - PROBABILITY_WEIGHT) * nearest
        confidence *= [self._share(str(intent), analyzed) for intent in self.linear.classes_]
        best = np.argsort(-confidence)[:MOST_INTENTS]
        ranked = [(str(self.linear.classes_[row]), float(confidence[row])) for row in best]
        return [(intent, value) for intent, value in ranked if intent != FACT]

    def _share(self, intent: str, text: Text) -> float:
        """What confidence in an intent is worth: less, the fewer of the content words its examples know.

        What looks like a name is passed over: it may be a municipality that does not exist.
        """
        words = [meanings for name_like, *meanings in text.content if not name_like]
        if intent.startswith(OPEN) or not words:
            return 1.0
        known = [bool(forms(meanings) & self._known[intent]) for meanings in words]
        return UNKNOWN + (1 - UNKNOWN) * sqrt(sum(known) / len(known))
