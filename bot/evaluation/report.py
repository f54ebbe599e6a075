"""Cases → tables and lists to read, in Markdown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bot.evaluation.levels import Level, Tally, by_category
from bot.evaluation.questions import Item
from bot.evaluation.running import Case
from bot.evaluation.scoring import Outcome
from bot.knowledge.features import NAME_KINDS
from bot.knowledge.linking import Link, Linker, kind_of

PREVIOUS = "previous version"
OURS = "Stödlotsen"
MOST_KINDS = 6


@dataclass(frozen=True)
class Links:
    """Names in the items that say what they name: how many there are, which were missed, which were found falsely."""

    items: int
    named: int
    missed: tuple[tuple[Item, str], ...]
    false: tuple[tuple[Item, str], ...]


@dataclass(frozen=True)
class Column:
    """A contestant's tallies."""

    name: str
    total: Tally
    categories: Mapping[str, Tally]

    @classmethod
    def of(cls, name: str, cases: Sequence[Case]) -> Column:
        """The column of `cases`."""
        return cls(name, Tally.of(cases), by_category(cases))


def row(case: Case) -> dict[str, Any]:
    """A case as JSON types."""
    return {
        "id": case.item.id,
        "category": case.item.category,
        "turns": case.item.turns,
        "answer": case.heard.text,
        "key": case.heard.key,
        "outcome": case.score.outcome,
        "misses": [asdict(miss) for miss in case.score.misses],
        "seconds": round(case.heard.seconds, 4),
    }


def table(columns: Sequence[Column]) -> str:
    """Right, refused and wrong per category, three columns for each contestant; percentages in the last row."""
    names = sorted({category for column in columns for category in column.categories})
    head = ["category", "items", *(f"{column.name}: right" for column in columns[:1]), "refused", "wrong"]
    for column in columns[1:]:
        head += [f"{column.name}: right", "refused", "wrong"]
    rows = [[name, str(_items(columns, name)), *_cells(columns, name)] for name in names]
    shares = [f"{column.total.share(outcome):.1%}" for column in columns for outcome in Outcome]
    return aligned([head, *rows, ["all", str(columns[0].total.items), *shares]])


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table that can be read as it stands; the first row is its head."""
    widths = [max(len(row[number]) for row in rows) for number in range(len(rows[0]))]
    lines = [_line(cells, widths) for cells in rows]
    rule = "|".join("-" * (width + 1) + (":" if number else "-") for number, width in enumerate(widths))
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def failures(cases: Iterable[Case]) -> str:
    """Every case that is not right, in full, the wrong ones first."""
    failed = [case for case in cases if case.score.outcome is not Outcome.RIGHT]
    failed.sort(key=lambda case: (case.score.outcome is Outcome.REFUSED, case.item.category, case.item.id))
    return "\n".join([f"# Failures: {len(failed)}", *map(_failure, failed)]) + "\n"


def confusion(cases: Iterable[Case]) -> str:
    """For each category, what kinds of answer its items got where they are right, and where they are not."""
    right: dict[str, Counter[str]] = defaultdict(Counter)
    others: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        counts = right if case.score.outcome is Outcome.RIGHT else others
        counts[case.item.category][answer_kind(case.heard.key)] += 1
    return "\n".join(f"- {name}: {_answered(right[name], others[name])}" for name in sorted({*right, *others}))


def answer_kind(key: str) -> str:
    """What kind of answer has this key: a topic of facts, a kind of entity or list, a set reply, a refusal."""
    if not key:
        return "(no key)"
    if "+" in key:
        return "+".join(sorted({answer_kind(part) for part in key.split("+")}))
    if ":" in key:
        return kind_of(key)
    return key if key.startswith(("utter_", "door.")) else key.split("-", 1)[0]


def links(items: Iterable[Item], linker: Linker) -> Links:
    """What `linker` misses and finds falsely in the items that say which entities they name."""
    known = [(item, item.refs, _found(item, linker)) for item in items if item.refs is not None]
    missed = [
        (item, ref) for item, refs, found in known for ref in refs if not any(ref in link.refs for link, _ in found)
    ]
    false = [
        (item, f"{words} → {', '.join(link.refs)}")
        for item, refs, found in known
        for link, words in found
        if link.kinds & NAME_KINDS and not set(refs).intersection(link.refs)
    ]
    return Links(len(known), sum(len(refs) for _, refs, _ in known), tuple(missed), tuple(false))


def links_text(found: Links) -> str:
    """What `found` says."""
    lines = [f"{found.items} items say whom or what they name ({found.named} names)."]
    for title, pairs in (("Missed", found.missed), ("False", found.false)):
        lines += ["", f"{title}: {len(pairs)}", *(f"- {item.id}: {what}" for item, what in pairs)]
    return "\n".join(lines)


def milliseconds(cases: Sequence[Case]) -> dict[str, float]:
    """Median and 95th percentile of a turn."""
    times = [1000 * case.heard.seconds for case in cases]
    return {name: round(float(np.percentile(times, part)), 1) for name, part in (("median", 50), ("p95", 95))}


def changes(now: Level, before: Level | None) -> str:
    """How the level has changed since `before`."""
    if before is None:
        return "There is no previous version to compare with."
    points = [
        f"{outcome} {100 * (now.total.share(outcome) - before.total.share(outcome)):+.1f} points" for outcome in Outcome
    ]
    return f"Against {before.date} ({before.total.items} items): {', '.join(points)}."


def _items(columns: Sequence[Column], category: str) -> int:
    return columns[0].categories.get(category, Tally()).items


def _cells(columns: Sequence[Column], category: str) -> Iterator[str]:
    for column in columns:
        tally = column.categories.get(category, Tally())
        yield from map(str, (tally.right, tally.refused, tally.wrong))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = [
        cell.ljust(width) if not n else cell.rjust(width)
        for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join([first, *rest])} |"


def _failure(case: Case) -> str:
    turns = "\n".join(f"> {turn}\n" for turn in case.item.turns)
    misses = "\n".join(f"- {miss.rule}: `{miss.what}`" for miss in case.score.misses)
    title = f"\n## {case.item.id}: {case.score.outcome} ({case.item.category})"
    return f"{title}\n\n{turns}\n{case.heard.text}\n\nKey: `{case.heard.key}`. Missed:\n\n{misses}"


def _answered(right: Counter[str], others: Counter[str]) -> str:
    groups = {"right by": right, "not right by": others}
    return "; ".join(f"{by} {_most(counts)}" for by, counts in groups.items() if counts)


def _most(counts: Counter[str]) -> str:
    shown = [f"{kind} {count}" for kind, count in counts.most_common(MOST_KINDS)]
    rest = counts.total() - sum(count for _, count in counts.most_common(MOST_KINDS))
    return ", ".join([*shown, *([f"others {rest}"] if rest else [])])


def _found(item: Item, linker: Linker) -> list[tuple[Link, str]]:
    return [(link, turn[link.start : link.end]) for turn in item.turns for link in linker.link(turn)]
