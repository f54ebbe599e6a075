"""Small items and cases, made up for the tests."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.evaluation.questions import Expectation, Item
from bot.evaluation.running import Case, Heard

SOURCE = "Källa: En rapport, SKL, 2016"


def item(
    every: Sequence[str] = ("regional",),
    either: Sequence[Sequence[str]] = (),
    never: Sequence[str] = (),
    *,
    id: str = "def-001",  # noqa: A002 - as in the files
    category: str = "definition",
    turns: Sequence[str] = ("Vad är en RSS?",),
    refs: tuple[str, ...] | None = None,
) -> Item:
    expect = Expectation(_compiled(every), tuple(map(_compiled, either)), _compiled(never))
    return Item(id, category, tuple(turns), expect, refs)


def case(answer: str, key: str = "", seconds: float = 0.01, **options: str) -> Case:
    return Case.of(item(**options), Heard(answer, key, seconds))  # type: ignore[arg-type]


def _compiled(regexes: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(regex, re.IGNORECASE) for regex in regexes)
