"""The wording that look-ups fill in: data/phrases/*.yml."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml

RESPONSE = "utter_"

BULLET = "- "


class PhraseError(ValueError):
    """A phrase is missing or cannot be filled in."""


class Phrases:
    """Phrases by name: `phrases("rss.one", municipality="Lerum")` → the sentence."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    @classmethod
    def read(cls, folder: Path) -> Phrases:
        """The phrases of all files in `folder`, named `<file>.<key>`, whole replies `utter_…` by their key alone.

        PhraseError when one is no text.
        """
        texts: dict[str, str] = {}
        for path in sorted(folder.glob("*.yml")):
            for key, text in (yaml.safe_load(path.read_text("utf-8")) or {}).items():
                if not isinstance(text, str):
                    raise PhraseError(f'{path}: {key}: "{text}" is no text; put it in quotes')
                name = key if key.startswith(RESPONSE) else f"{path.stem}.{key}"
                texts[name] = text.strip()
        return cls(texts)

    def __contains__(self, name: str) -> bool:
        return name in self._texts

    def __call__(self, name: str, /, **values: object) -> str:
        """The phrase `name` with `values` filled in. PhraseError when it or a value is missing."""
        if name not in self._texts:
            raise PhraseError(f'data/phrases: there is no phrase "{name}"; add it')
        try:
            return self._texts[name].format(**values)
        except KeyError as error:
            raise PhraseError(f'data/phrases: "{name}" needs {error}, which it is not given') from error


def listed(items: Iterable[str]) -> str:
    """Items in a sentence: "a", "a och b", "a, b och c"."""
    *first, last = list(items) or [""]
    return f"{', '.join(first)} och {last}" if first else last


def either(phrases: Phrases, items: Iterable[str]) -> str:
    """Items to choose from in a sentence: "a", "a eller b", "a, b eller c"."""
    *first, last = list(items) or [""]
    return f"{', '.join(first)} {phrases('ask.or')} {last}" if first else last


def bullets(items: Iterable[str]) -> str:
    """Items as a list, one a line."""
    return "\n".join(f"{BULLET}{item}" for item in items)
