"""The level that the assistant holds: shares right, refused and wrong, kept from version to version."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.evaluation.running import Case
from bot.evaluation.scoring import Outcome

LATEST = Path("docs/evaluation/latest.json")
TOLERANCE = 0.02
"""How far the share right may fall, or the share wrong rise, before it counts as a fall."""


@dataclass(frozen=True)
class Tally:
    """How many items came out right, refused and wrong."""

    right: int = 0
    refused: int = 0
    wrong: int = 0

    @classmethod
    def of(cls, cases: Iterable[Case]) -> Tally:
        """The tally of `cases`."""
        outcomes = [case.score.outcome for case in cases]
        return cls(*(outcomes.count(outcome) for outcome in (Outcome.RIGHT, Outcome.REFUSED, Outcome.WRONG)))

    @property
    def items(self) -> int:
        """How many there are."""
        return self.right + self.refused + self.wrong

    def share(self, outcome: Outcome) -> float:
        """The share of `outcome`, 0 to 1; 0 where there are no items."""
        count: int = getattr(self, outcome.value)
        return count / self.items if self.items else 0.0

    def __str__(self) -> str:
        return ", ".join(f"{outcome} {self.share(outcome):.1%}" for outcome in Outcome)


@dataclass(frozen=True)
class Level:
    """The tallies of a whole set and of each category, and what beside them is worth comparing."""

    date: str
    total: Tally
    categories: Mapping[str, Tally] = field(default_factory=dict)
    rivals: Mapping[str, Tally] = field(default_factory=dict)
    milliseconds: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Level | None:
        """The level in `path`; None where there is no such file."""
        if not path.exists():
            return None
        given = json.loads(path.read_text("utf-8"))
        return cls(
            given["date"],
            Tally(**given["total"]),
            {name: Tally(**tally) for name, tally in given["categories"].items()},
            {name: Tally(**tally) for name, tally in given["rivals"].items()},
            given["milliseconds"],
        )

    def write(self, path: Path) -> None:
        """Write the level to `path`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n", "utf-8")


def by_category(cases: Iterable[Case]) -> dict[str, Tally]:
    """The tally of each category, by name."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.item.category].append(case)
    return {name: Tally.of(groups[name]) for name in sorted(groups)}


def falls(now: Tally, before: Tally) -> list[str]:
    """In what `now` is worse than `before` by more than two points; empty when the level is held."""
    changes = {outcome: now.share(outcome) - before.share(outcome) for outcome in Outcome}
    found = []
    if changes[Outcome.RIGHT] < -TOLERANCE:
        found.append(f"right fell from {before.share(Outcome.RIGHT):.1%} to {now.share(Outcome.RIGHT):.1%}")
    if changes[Outcome.WRONG] > TOLERANCE:
        found.append(f"wrong rose from {before.share(Outcome.WRONG):.1%} to {now.share(Outcome.WRONG):.1%}")
    return found
