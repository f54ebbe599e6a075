"""Answers → scores: right, refused or wrong, and what was missed.

right: everything expected is there, in at most 1,600 characters, and a source is named. refused: not right, but
the first sentence owns up to it or asks back, and no source is named. wrong: anything else, for it misleads.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bot.answers import LONGEST_ANSWER
from bot.evaluation.questions import Expectation, Item

SOURCELESS = frozenset({"ambiguous", "out_of_scope", "privacy", "smalltalk"})
"""The categories whose answers state no facts, and so name no source."""

_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2011": "-"})
_EMPHASIS = re.compile(r"[*_`]")
_SOURCE = re.compile(r"^\W*käll(?:a|or)\b", re.IGNORECASE | re.MULTILINE)
_DATE = re.compile(r"\b(?:19|20)\d\d\b|odaterad", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def _not(verb: str, between: int, *negations: str) -> str:
    """Matches `verb` and, at most `between` words later, one of `negations` (else "inte")."""
    return rf"{verb} (?:\w+ ){{0,{between}}}(?:{'|'.join(negations or ('inte',))})"


OWNS_UP = (
    _not("vet", 1),
    _not("kan", 3),
    _not("hittar", 2),
    _not("hittade", 2, "inte", "inget", "ingen"),
    _not("(?:finns|framgår|anges)", 0),
    "inget svar",
    "saknas",
    "utanför",
)
ASKS_BACK = ("menar du", "vad menar", "vilken", "kan du förtydliga")
_REFUSAL = re.compile("|".join(OWNS_UP + ASKS_BACK), re.IGNORECASE)


class Outcome(StrEnum):
    """What an answer is worth to who asked."""

    RIGHT = "right"
    REFUSED = "refused"
    WRONG = "wrong"


@dataclass(frozen=True)
class Miss:
    """An expectation that an answer does not meet: `rule` is all, any, none, length or source."""

    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}"


@dataclass(frozen=True)
class Score:
    """The outcome and every expectation that was missed (none when it is right)."""

    outcome: Outcome
    misses: tuple[Miss, ...] = ()


def score(item: Item, answer: str) -> Score:
    """What `answer`, the last turn's whole text with the titles of its buttons, is worth for `item`."""
    plain = plainly(answer)
    cited = names_source(plain)
    refusing = not cited and refuses(plain)
    misses = list(missed(item.expect, plain))
    if len(plain) > LONGEST_ANSWER:
        misses.append(Miss("length", f"{len(plain)} characters"))
    if not misses and not cited and not refusing and item.category not in SOURCELESS:
        misses.append(Miss("source", "no line with Källa: and a year or odaterad"))
    if not misses:
        return Score(Outcome.RIGHT)
    return Score(Outcome.REFUSED if refusing else Outcome.WRONG, tuple(misses))


def missed(expect: Expectation, plain: str) -> list[Miss]:
    """The expectations that `plain` does not meet; of a group, its first regex stands for all."""
    found = [Miss("all", regex.pattern) for regex in expect.every if not regex.search(plain)]
    found += [Miss("any", group[0].pattern) for group in expect.either if not any(one.search(plain) for one in group)]
    return found + [Miss("none", regex.pattern) for regex in expect.never if regex.search(plain)]


def plainly(answer: str) -> str:
    """`answer` composed, with ordinary spaces and hyphens and without Markdown's emphasis."""
    return _EMPHASIS.sub("", unicodedata.normalize("NFC", answer).translate(_SPACES))


def names_source(plain: str) -> bool:
    """Whether a line begins with Källa or Källor and a date follows."""
    source = _SOURCE.search(plain)
    return source is not None and _DATE.search(plain, source.end()) is not None


def refuses(plain: str) -> bool:
    """Whether the first sentence owns up to not knowing, or asks back."""
    return _REFUSAL.search(_SENTENCE_END.split(plain.strip(), maxsplit=1)[0]) is not None
