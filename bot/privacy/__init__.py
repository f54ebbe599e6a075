"""Finds what must not be kept: personal identity numbers and plain case stories. Pure functions.

No pattern finds every name. That is why nothing that users write is stored (see `bot.rasa_runtime`);
this module is for warning them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from bot.privacy.numbers import find_numbers
from bot.privacy.spans import Span
from bot.privacy.stories import find_stories

__all__ = ["MASK", "Span", "find", "mask"]

MASK = "…"


def find(text: str, known: Container[str] = frozenset()) -> list[Span]:
    """The personal data in `text`, in order, without overlaps.

    `known` holds, casefolded, the public names (of persons, organisations, places) that are none.
    """
    found = sorted([*find_numbers(text), *find_stories(text, known)], key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in found:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def mask(text: str, spans: Iterable[Span]) -> str:
    """`text` with each of `spans` replaced by three dots."""
    parts, end = [], 0
    for span in spans:
        parts += [text[end : span.start], MASK]
        end = span.end
    return "".join([*parts, text[end:]])
