"""The rival "best BM25 paragraph": the statement of the knowledge base that shares most words with the question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sqlalchemy import select

from bot.evaluation.questions import Item
from bot.evaluation.running import Heard
from bot.knowledge import dialogue, models
from bot.knowledge.answering import Assistant
from bot.knowledge.lookups import Desk
from bot.knowledge.swedish import stems

SATURATION = 1.2
LENGTH_WEIGHT = 0.75
"""k1 and b, as usually chosen."""


class Bm25:
    """Ranks texts by the words that they share with a query."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._vectorizer = CountVectorizer(analyzer=stems, dtype=np.float32)
        counts = self._vectorizer.fit_transform(texts).tocsc()
        found_in = np.diff(counts.indptr)
        lengths = counts.sum(axis=1).A1
        norms = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * lengths / lengths.mean())
        rarity = np.log(1 + (len(texts) - found_in + 0.5) / (found_in + 0.5))
        counts.data = counts.data * (SATURATION + 1) / (counts.data + norms[counts.indices])
        self._weights: Any = counts.multiply(rarity).tocsr()

    def best(self, query: str) -> int | None:
        """The number of the best text; None when none shares a word with `query`."""
        scores = (self._weights @ self._vectorizer.transform([query]).T).toarray().ravel()
        best = int(scores.argmax())
        return best if scores[best] > 0 else None


class BestParagraph:
    """Answers the last turn of an item with the best statement and its source line."""

    def __init__(self, assistant: Assistant) -> None:
        self._unknown = assistant.phrases("dialogue.unknown")
        with assistant.sessions() as session:
            facts = session.execute(select(models.Fact.fact_id, models.Fact.statement)).all()
            described = select(models.Entity.ref, models.Entity.summary).where(models.Entity.summary != "")
            rows = [*facts, *session.execute(described)]
            self._keys = [key for key, _ in rows]
            self._index = Bm25([text for _, text in rows])
            desk = Desk(session, assistant.phrases, assistant.linker)
            self._answers = {key: _plain(desk, key) for key in self._keys}

    def answer(self, item: Item) -> Heard:
        """The best paragraph for `item`."""
        best = self._index.best(item.turns[-1])
        if best is None:
            return Heard(self._unknown, "unknown")
        return Heard(self._answers[self._keys[best]], self._keys[best])


def _plain(desk: Desk, key: str) -> str:
    found = dialogue.by_key(desk, key)
    return found.answer.plain_text() if found else ""
