"""How right, refused and wrong move with the evidence that an answer must have; in this process, as a picture."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import knowledge
from bot.evaluation.levels import Tally
from bot.evaluation.questions import Item
from bot.evaluation.running import Case, Heard, Progress
from bot.evaluation.scoring import Outcome
from bot.knowledge import weights
from bot.knowledge.search import Match, QuestionIndex

BARS = ("ENOUGH", "FAIR")
"""The constants of the assistant that say how good evidence must be; they move together."""
VALUES = tuple(round(0.10 + 0.04 * step, 2) for step in range(18))
COLOURS = {Outcome.RIGHT: "#2a7f4f", Outcome.REFUSED: "#c28a1a", Outcome.WRONG: "#b3342d"}

Converse = Callable[[Item], Heard]


@dataclass(frozen=True)
class Point:
    """The tally when answers need the evidence `enough`."""

    enough: float
    tally: Tally


def measure(items: Sequence[Item], converse: Converse, index: QuestionIndex) -> list[Point]:
    """A point for each of the values and for the one in use. `converse` answers by way of `index`."""
    values = sorted({*VALUES, weights.ENOUGH})
    progress = Progress("Drawing the curve", len(values))
    points = []
    with _remembering(index):
        for value in values:
            with _needing(value):
                points.append(Point(value, Tally.of(Case.of(item, converse(item)) for item in items)))
            progress.step()
    return points


def draw(points: Sequence[Point], chosen: float, path: Path) -> None:
    """Draw the curve to `path` (its ending says the format), with a line at the `chosen` value."""
    # Imported late: it takes long, and warns of its own dependencies until Rasa has set the warnings up.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for outcome, colour in COLOURS.items():
        shares = [100 * point.tally.share(outcome) for point in points]
        axes.plot([point.enough for point in points], shares, color=colour, label=outcome.value, marker=".")
    axes.axvline(chosen, color="#555555", linestyle="--", linewidth=1, label=f"in use: {chosen:.2f}")
    axes.set(xlabel="evidence that an answer needs", ylabel="share of the questions, %", ylim=(0, 100))
    axes.grid(visible=True, alpha=0.3)
    axes.legend(loc="center right")
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


@contextmanager
def _needing(value: float) -> Iterator[None]:
    # The assistant's modules import these constants by name, and offer no other way to vary them.
    bars = {name: vars(weights)[name] for name in BARS}
    try:
        _set({name: value * bar / bars["ENOUGH"] for name, bar in bars.items()})
        yield
    finally:
        _set(bars)


def _set(bars: Mapping[str, float]) -> None:
    for name, module in sys.modules.items():
        if name.startswith(f"{knowledge.__name__}."):
            vars(module).update({bar: value for bar, value in bars.items() if bar in vars(module)})


@contextmanager
def _remembering(index: QuestionIndex) -> Iterator[None]:
    """Search each thing once: what is found does not depend on the threshold, and finding is what takes time."""
    search = index.search
    found: dict[tuple[str, ...], list[Match]] = {}

    def remembered(*arguments: Any, **options: Any) -> list[Match]:
        key = tuple(map(repr, (*arguments, *sorted(options.items()))))
        if key not in found:
            found[key] = search(*arguments, **options)
        return list(found[key])

    vars(index)["search"] = remembered
    try:
        yield
    finally:
        del vars(index)["search"]
