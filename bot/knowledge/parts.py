"""The parts of a message: its sentences, and the questions that "och" joins. Offsets only; no text is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]+)*[.!?]*")
LETTER = re.compile(r"[^\W\d_]")

Span = tuple[int, int]


class Splitter:
    """Splits messages. `joining` words before an `asking` one begin a new question; what begins with one of
    `closing` is how a mail ends, and no part.
    """

    def __init__(self, joining: Iterable[str], asking: Iterable[str], closing: Iterable[str]) -> None:
        self._joint = re.compile(rf"\s*[,;]?\s+(?:{_any(joining)})\s+(?=(?:{_any(asking)})\b)", re.IGNORECASE)
        self._closing = re.compile(rf"\W*?(?:{_any(closing)})", re.IGNORECASE)

    def spans(self, text: str) -> list[Span]:
        """Where the parts of `text` are, in order; one span for a message that is one question."""
        return [span for span in self._all(text) if LETTER.search(text[slice(*span)]) and not self._closes(text, span)]

    def _all(self, text: str) -> Iterator[Span]:
        for sentence in SENTENCE.finditer(text):
            start = sentence.start()
            for joint in self._joint.finditer(sentence.group()):
                yield start, sentence.start() + joint.start()
                start = sentence.start() + joint.end()
            yield start, sentence.end()

    def _closes(self, text: str, span: Span) -> bool:
        return span[0] > 0 and bool(self._closing.match(text[slice(*span)].strip()))


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
