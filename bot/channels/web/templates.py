"""The pages' HTML, with the Swedish texts of data/phrases/web.yml in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

import yaml

from bot.channels.texts import TextsError

HERE = Path(__file__).parent
_GAP = re.compile(r"\{\{(\w+)\}\}")


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


class Templates:
    """Fills `{{gaps}}` in the files of this folder: with what it is given, else with the text of that name."""

    def __init__(self, file: Path, texts: Mapping[str, str]) -> None:
        self._file = file
        self._texts = texts

    @classmethod
    def load(cls, data: Path) -> Templates:
        """With the texts in `data`/phrases/web.yml. TextsError when a template asks for one that is not there."""
        file = data / "phrases" / "web.yml"
        try:
            texts = yaml.safe_load(file.read_text("utf-8"))
        except FileNotFoundError:
            raise TextsError(f"{file} is missing: it holds the texts of the web page.") from None
        return cls(file, {key: str(text).strip() for key, text in texts.items()})

    def __call__(self, key: str, /, **values: str) -> str:
        """The text `key`, as plain text, with `values` in it."""
        if key not in self._texts:
            raise TextsError(f"{self._file}: {key} is missing; write a text for it.")
        return self._texts[key].format(**values) if values else self._texts[key]

    def fill(self, template: str, **parts: str) -> str:
        """The file `template`, filled; a part is escaped unless it is Html, and so is every text."""

        def part(match: re.Match[str]) -> str:
            given = parts.get(match[1])
            text = self(match[1]) if given is None else given
            return text if isinstance(text, Html) else escape(text)

        return _GAP.sub(part, (HERE / template).read_text("utf-8"))


def element(name: str, *children: str, **attributes: str) -> Html:
    """An HTML element; children are escaped unless they are Html. `class_` is written class."""
    written = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    inner = "".join(child if isinstance(child, Html) else escape(child) for child in children)
    return Html(f"<{name}{written}>{inner}</{name}>")


def joined(parts: list[Html], between: str = "") -> Html:
    """Several pieces of HTML as one."""
    return Html(between.join(parts))
