"""The door's own replies, in the words that stand under `data/`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml

KEYS = ("utter_empty", "utter_too_long", "utter_command", "utter_privacy", "utter_rate_limited", "utter_error")
"""The replies that the door gives itself."""
_Own = TypeVar("_Own", bound="ChannelTexts")


class TextsError(ValueError):
    """A reply that the door or a channel needs is missing or has no text."""


@dataclass(frozen=True)
class Texts:
    """The door's replies by key; see `KEYS`."""

    replies: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.replies[key]

    @classmethod
    def load(cls, data: Path) -> Texts:
        """The replies in `data`/responses (Rasa's `responses:`) and `data`/phrases (`utter_…: text`).

        Both, because stock `rasa data validate` warns of a response that no rule uses. TextsError when
        one is missing.
        """
        found: dict[str, str] = {}
        for file in sorted([*data.glob("responses/*.yml"), *data.glob("phrases/*.yml")]):
            found |= dict(_replies(file))
        missing = [key for key in KEYS if key not in found]
        if missing:
            raise TextsError(f"{data}/responses, {data}/phrases: {', '.join(missing)} missing; add a text for each.")
        return cls({key: found[key] for key in KEYS})


@dataclass(frozen=True)
class ChannelTexts:
    """A channel's own texts by key. A channel names its `file` in data/phrases, and the `keys` it needs."""

    texts: Mapping[str, str]
    file: ClassVar[str]
    keys: ClassVar[tuple[str, ...]]

    @classmethod
    def load(cls: type[_Own], data: Path) -> _Own:
        """The texts in `data`/phrases. TextsError that names every key without a text."""
        file = data / "phrases" / cls.file
        if not file.exists():
            raise TextsError(f"{file} is missing; write it, with a text for {', '.join(cls.keys)}.")
        found = yaml.safe_load(file.read_text("utf-8")) or {}
        missing = [key for key in cls.keys if not isinstance(found.get(key), str) or not found[key].strip()]
        if missing:
            raise TextsError(f"{file}: {', '.join(missing)} missing; write a text for each.")
        return cls({key: found[key].strip() for key in cls.keys})

    def __call__(self, key: str, /, **values: object) -> str:
        """The text `key`, with `values` in it."""
        return self.texts[key].format(**values) if values else self.texts[key]


def _replies(file: Path) -> Iterator[tuple[str, str]]:
    content = yaml.safe_load(file.read_text("utf-8"))
    if not isinstance(content, Mapping):
        return
    for key, value in {**content, **(content.get("responses") or {})}.items():
        if key in KEYS:
            yield key, _first_text(file, key, value)


def _first_text(file: Path, key: str, value: Any) -> str:
    first = value[0] if isinstance(value, list) and value else value
    text = first.get("text") if isinstance(first, Mapping) else first
    if not isinstance(text, str) or not text.strip():
        raise TextsError(f"{file}: {key} has no text; write one.")
    return text.strip()
