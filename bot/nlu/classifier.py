"""Classifies the intent of a message: TF-IDF of words and character n-grams, names masked by their kind, a linear
classifier beside the nearest example.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.svm import LinearSVC

from bot.knowledge.features import Analyzer, Vectors
from bot.knowledge.linking import Link, Linker

PROBABILITY_WEIGHT = 0.6
"""What the linear classifier counts for in the confidence, beside the likeness to the nearest example."""
SHARPNESS = 4.0
"""How sharply a lead in the classifier's margins becomes a lead in probability."""
MOST_INTENTS = 5
FACT = "fact"


class Classifier:
    """Message → ranked intents. Trained once; holds no training text."""

    def __init__(
        self,
        examples: Sequence[tuple[str, str]],
        linker: Linker,
        synonyms: dict[str, list[str]],
        facts: Sequence[str] = (),
    ) -> None:
        """Train on (intent, text) pairs; `linker` finds the names to mask.

        `facts` are questions that facts answer and no intent stands for: the more a message is like them, the less
        confidence is left for any intent.
        """
        self.analyzer = Analyzer(synonyms, {}, "kind")
        examples = sorted([*examples, *((FACT, text) for text in facts)])
        self.vectors = Vectors([self.analyzer.analyze(text, linker.link(text)) for _, text in examples])
        intents = [intent for intent, _ in examples]
        # The examples of an intent lie beside one another, in the order of the classifier's classes.
        self._starts = np.unique(intents, return_index=True)[1]
        self.linear = LinearSVC(C=0.5, class_weight="balanced", random_state=0)
        self.linear.fit(self.vectors.matrix, intents)
        self.linear.coef_ = np.asfortranarray(self.linear.coef_.astype(np.float32))

    def rank(self, text: str, links: Sequence[Link]) -> list[tuple[str, float]]:
        """The most likely intents of `text` with a confidence from 0 to 1, best first."""
        vector = self.vectors.transform([self.analyzer.analyze(text, links)])
        margins = self.linear.decision_function(vector)[0]
        odds = np.exp(SHARPNESS * (margins - margins.max()))
        probabilities = odds / odds.sum()
        nearest = np.maximum.reduceat(self.vectors.matrix @ vector.toarray().ravel(), self._starts)
        confidence = PROBABILITY_WEIGHT * probabilities + (1 - PROBABILITY_WEIGHT) * nearest
        best = np.argsort(-confidence)[:MOST_INTENTS]
        ranked = [(str(self.linear.classes_[row]), float(confidence[row])) for row in best]
        return [(intent, value) for intent, value in ranked if intent != FACT]
