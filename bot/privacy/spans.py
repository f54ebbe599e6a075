"""Where personal data stands in a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Span:
    """`text[start:end]` is personal data of a kind: "number", "name", "address" or "age"."""

    start: int
    end: int
    kind: str
