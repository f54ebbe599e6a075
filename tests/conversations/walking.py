"""Walks the tables of data/knowledge: questions in hand-written wordings over their rows, and what must be answered."""

from __future__ import annotations

import csv
import re
import uuid
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.answers import LONGEST_ANSWER, Answer

Ask = Callable[[str], Answer]
Say = Callable[[str, str], Answer]
Row = dict[str, str]
Wording = TypeVar("Wording")

KNOWLEDGE = Path("data/knowledge")


@cache
def rows(table: str) -> list[Row]:
    """The rows of data/knowledge/<table>.csv."""
    with (KNOWLEDGE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [{name: (cell or "").strip() for name, cell in row.items()} for row in csv.DictReader(file)]


@cache
def by_id(table: str) -> dict[str, Row]:
    """The rows of a table by what its first column holds."""
    return {next(iter(row.values())): row for row in rows(table)}


def parts(cell: str) -> list[str]:
    """The parts of a cell that holds several."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def titles(row: Mapping[str, str]) -> set[str]:
    """The titles of the sources that a row names."""
    known = by_id("sources")
    return {known[part.partition(":")[0]]["title"] for part in parts(row["sources"])}


KNOWN_GAPS = {
    "lanspilot-vastmanland: Var pågår länspiloten i Västmanland?": "answered with when it goes on",
}
"""Cases that fail today, by their ids. They are strict: one that passes again has to be taken out."""


def neighbour(table: str, number: int) -> Row:
    """The row after row `number`; after the last one the first."""
    return rows(table)[(number + 1) % len(rows(table))]


def rotated(wordings: Sequence[Wording], number: int, most: int) -> list[Wording]:
    """`most` of `wordings`, for row `number`: each row begins where the one before it ended."""
    start = number * most
    return list(dict.fromkeys(wordings[(start + step) % len(wordings)] for step in range(most)))


def case(name: str, wording: str, *values: Any) -> Any:
    """A parameter set whose id names the row and the wording."""
    identity = f"{name}: {wording}"
    reason = KNOWN_GAPS.get(identity, "")
    return pytest.param(*values, id=identity, marks=[pytest.mark.xfail(reason=reason, strict=True)] if reason else [])


def plain(text: str) -> str:
    """`text` casefolded, with ordinary spaces, dashes and quotes, for comparing."""
    return " ".join(re.sub("[“”„\"']", "”", text.casefold().replace("–", "-")).split())


def says(answer: Answer, fact: str) -> bool:
    """Whether the answer holds `fact`, in its text or its caveat."""
    return plain(fact).rstrip(".") in plain(f"{answer.text}\n{answer.caveat}")


def expect(answer: Answer, facts: Iterable[str], row: Mapping[str, str], absent: Iterable[str] = ()) -> None:
    """The answer holds every one of `facts`, a source of `row` is cited, and nothing of `absent` is said."""
    expect_sound(answer)
    for fact in facts:
        assert says(answer, fact), f"“{fact}” is not in: {answer.plain_text()}"
    expect_source(answer, titles(row))
    for fact in absent:
        assert not says(answer, fact), f"“{fact}” of the next row is in: {answer.plain_text()}"


def expect_any(answer: Answer, facts: Iterable[str]) -> None:
    """The answer holds one of `facts`."""
    wanted = list(facts)
    assert any(says(answer, fact) for fact in wanted), f"none of {wanted} is in: {answer.plain_text()}"


def expect_source(answer: Answer, wanted: Container[str]) -> None:
    """One of the titles `wanted` is cited, in the line of sources too."""
    cited = [citation.title for citation in answer.citations if citation.title in wanted]
    assert cited, f"none of {wanted} is cited in: {answer.plain_text()}"
    assert cited[0] in answer.source_line()


def expect_sound(answer: Answer) -> None:
    """What every answer keeps to."""
    buttons = [choice.title for choice in answer.choices]
    assert answer.text.strip()
    assert len(answer.plain_text()) <= LONGEST_ANSWER, f"too long: {answer.plain_text()}"
    assert len(buttons) <= 4, f"too many buttons: {buttons}"
    assert len(set(buttons)) == len(buttons), f"a button twice: {buttons}"
    assert "{" not in answer.text, f"not filled in: {answer.text}"


def chosen(say: Say, question: str, name: str) -> Answer:
    """The answer to `question`; where the assistant asks back which is meant, the answer to picking `name`."""
    sender = uuid.uuid4().hex
    answer = say(sender, question)
    if not answer.key.startswith("ask:which"):
        return answer
    titles = [choice.title for choice in answer.choices]
    assert name in titles, f"“{name}” is no choice in: {answer.plain_text()} {titles}"
    return say(sender, answer.choices[titles.index(name)].payload)


def tells(answer: Answer, cell: str, share: float = 0.6) -> None:
    """The answer holds what `cell` says, in its words or in others: at least `share` of the cell's long words."""
    wanted = _long_words(cell)
    if not wanted:
        assert says(answer, cell.partition(" (")[0]), f"“{cell}” is not in: {answer.plain_text()}"
        return
    told = _long_words(f"{answer.text}\n{answer.caveat}")
    held = len(wanted & told) / len(wanted)
    assert held >= share, f"{held:.0%} of “{cell}” is in: {answer.plain_text()}"


def _long_words(text: str) -> set[str]:
    """The beginnings of the words of at least five letters, and the numbers."""
    return {word[:6] for word in re.findall(r"[^\W_]+", plain(text)) if len(word) > 4 or word.isdecimal()}


def first_sentence(text: str) -> str:
    """The first sentence of `text`."""
    return re.split(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])", text)[0]
