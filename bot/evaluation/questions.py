"""Question files: what is asked, and what a good answer holds. One JSON object a line.

{"id": "def-001", "category": "definition", "turns": ["Vad är RSS?"],
 "expect": {"all": ["regional"], "any": [["stöd", "samverkan"]], "none": ["region Skåne"]}, "refs": ["actor:rss"]}

`refs`, which may be left out, are the entities that the turns name: with them links are counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REQUIRED = {"id", "category", "turns", "expect"}
OPTIONAL = {"refs"}
GROUPS = {"all", "any", "none"}

Pattern = re.Pattern[str]


class QuestionsError(ValueError):
    """Question files cannot be used. One line a problem: `file:line: what`."""


@dataclass(frozen=True)
class Expectation:
    """Regexes for an answer: each of `every`, one of each group of `either`, and none of `never` must be found."""

    every: tuple[Pattern, ...] = ()
    either: tuple[tuple[Pattern, ...], ...] = ()
    never: tuple[Pattern, ...] = ()


@dataclass(frozen=True)
class Item:
    """A conversation whose last turn's answer is scored. `refs` is None where the file says nothing of names."""

    id: str
    category: str
    turns: tuple[str, ...]
    expect: Expectation
    refs: tuple[str, ...] | None = None


def read(path: Path) -> list[Item]:
    """The items of a file, or of all .jsonl files in a folder. QuestionsError with every problem in them."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files or not files[0].exists():
        raise QuestionsError(f"{path}: there are no questions; name a .jsonl file or a folder with some")
    items: list[Item] = []
    problems: list[str] = []
    places: dict[str, str] = {}
    for place, line in (numbered for file in files for numbered in _lines(file)):
        try:
            item = parse(line)
        except QuestionsError as problem:
            problems.append(f"{place}: {problem}")
            continue
        first = places.setdefault(item.id, place)
        if first != place:
            problems.append(f'{place}: the id "{item.id}" stands in {first} already')
        items.append(item)
    if problems:
        raise QuestionsError("\n".join(problems))
    return items


def parse(line: str) -> Item:
    """The item that `line` holds. QuestionsError with what is wrong with it."""
    given = _object(line)
    texts = given["turns"]
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        raise QuestionsError('"turns" must be a list of at least one text, none of them empty')
    for name in ("id", "category"):
        if not isinstance(given[name], str) or not given[name]:
            raise QuestionsError(f'"{name}" must be a text')
    refs = tuple(_strings("refs", given["refs"])) if "refs" in given else None
    return Item(given["id"], given["category"], tuple(texts), _expectation(given["expect"]), refs)


def _lines(file: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if line.strip():
            yield f"{file}:{number}", line


def _object(line: str) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except json.JSONDecodeError as error:
        raise QuestionsError(f"no JSON: {error}") from error
    if not isinstance(given, dict):
        raise QuestionsError("no JSON object")
    _check_names("the item", set(given), REQUIRED, OPTIONAL)
    return given


def _expectation(given: object) -> Expectation:
    if not isinstance(given, dict):
        raise QuestionsError('"expect" must be an object')
    _check_names('"expect"', set(given), GROUPS)
    if not isinstance(given["any"], list):
        raise QuestionsError('"any" must be a list of lists')
    groups = tuple(_patterns("any", group) for group in given["any"])
    if not all(groups):
        raise QuestionsError('a group of "any" is empty: no answer can meet it')
    return Expectation(_patterns("all", given["all"]), groups, _patterns("none", given["none"]))


def _check_names(what: str, names: Set[str], required: Set[str], optional: Set[str] = frozenset()) -> None:
    if missing := sorted(required - names):
        raise QuestionsError(f"{what} lacks {', '.join(missing)}")
    if unknown := sorted(names - required - optional):
        raise QuestionsError(f"{what} has {', '.join(unknown)}, which nothing reads")


def _patterns(name: str, given: object) -> tuple[Pattern, ...]:
    return tuple(_compiled(regex) for regex in _strings(name, given))


def _strings(name: str, given: object) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise QuestionsError(f'"{name}" must hold texts in lists')
    return given


def _compiled(regex: str) -> Pattern:
    try:
        return re.compile(regex, re.IGNORECASE)
    except re.error as error:
        raise QuestionsError(f'"{regex}" is no regex: {error}') from error
