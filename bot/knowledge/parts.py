"""The parts of a message: its sentences, and the questions that "och" joins. Offsets only; no text is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]+)*[.!?]*")
LETTER = re.compile(r"[^\W\d_]")

PREPOSITIONS = ("av", "för", "från", "hos", "i", "med", "om", "på", "till", "under", "vid", "åt")
"""What may stand before an asking word: "och till vilket år?"."""

Span = tuple[int, int]


class Splitter:
    """Splits messages. `joining` words before an `asking` one begin a new question, and so does an `asking` one after
    a colon, or after a comma when its sentence began with one; what begins with one of `closing` is how a mail ends,
    and no part.
    """

    def __init__(self, joining: Iterable[str], asking: Iterable[str], closing: Iterable[str]) -> None:
        question = rf"(?:(?:{_any(PREPOSITIONS)})\s+)?(?:{_any(asking)})\b"
        self._joint = re.compile(rf"(?:\s*[,;]?\s+(?:{_any(joining)})|:)\s+(?={question})", re.IGNORECASE)
        self._comma = re.compile(rf"\s*,\s+(?={question})", re.IGNORECASE)
        self._question = re.compile(rf"\W*{question}", re.IGNORECASE)
        self._closing = re.compile(rf"\W*?(?:{_any(closing)})", re.IGNORECASE)

    def spans(self, text: str) -> list[Span]:
        """Where the parts of `text` are, in order; one span for a message that is one question."""
        return [span for span in self._all(text) if LETTER.search(text[slice(*span)]) and not self._closes(text, span)]

    def _all(self, text: str) -> Iterator[Span]:
        for sentence in SENTENCE.finditer(text):
            start = sentence.start()
            for joint in self._joints(sentence.group()):
                yield start, sentence.start() + joint.start()
                start = sentence.start() + joint.end()
            yield start, sentence.end()

    def _joints(self, sentence: str) -> list[re.Match[str]]:
        joints = list(self._joint.finditer(sentence))
        if self._question.match(sentence):
            ends = {joint.end() for joint in joints}
            joints += [comma for comma in self._comma.finditer(sentence) if comma.end() not in ends]
        return sorted(joints, key=re.Match.start)

    def _closes(self, text: str, span: Span) -> bool:
        return span[0] > 0 and bool(self._closing.match(text[slice(*span)].strip()))


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
