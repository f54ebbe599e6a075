"""The vocabulary of an answer; it imports nothing of ours.

Lookups return an :class:`Answer`, actions hand it on, channels render it. The JSON form
(:meth:`Answer.to_json`) is what travels between them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

LONGEST_ANSWER = 1600
"""Characters that the plain text of an answer may hold, its source line included."""


@dataclass(frozen=True)
class Citation:
    """Where a statement comes from.

    title, publisher: as the source gives them. date: a year, a month and year, or "odaterad".
    place: line numbers or a paragraph in the source, or "". url: the source's address, or "".
    fact: the id of the fact or row that the citation bears out, or "".
    """

    title: str
    publisher: str
    date: str
    place: str = ""
    url: str = ""
    fact: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.title, self.publisher, self.date) if part)


@dataclass(frozen=True)
class Choice:
    """A next question, shown as a button: `title` is what it says, `payload` what it sends."""

    title: str
    payload: str


@dataclass(frozen=True)
class Answer:
    """One whole answer.

    text: Swedish, the answer first. citations: at least one for every factual answer.
    caveat: what time has done to it, or "". choices: at most three next questions (four when the
    answer asks back). missing: what was asked for and is not known, or "". key: the id of what
    answered (a fact, a row, a kind of reply), never what the user wrote.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    caveat: str = ""
    choices: tuple[Choice, ...] = ()
    missing: str = ""
    key: str = field(default="")

    def plain_text(self) -> str:
        """The answer as plain text: text, caveat, and one line that begins with "Källa:" or "Källor:"."""
        parts = [self.text, self.caveat, self.source_line()]
        return "\n\n".join(part for part in parts if part)

    def length(self) -> int:
        """Characters of the plain text and the buttons' titles."""
        return len(self.plain_text()) + sum(len(choice.title) + 1 for choice in self.choices)

    def source_line(self) -> str:
        """ "Källa: …", "Källor: …; …", or "" where nothing is cited."""
        sources = list(dict.fromkeys(str(citation) for citation in self.citations))
        if not sources:
            return ""
        return f"{'Källa' if len(sources) == 1 else 'Källor'}: {'; '.join(sources)}"

    def to_json(self) -> dict[str, Any]:
        """The answer as JSON types; :meth:`from_json` is its inverse."""
        return {
            "text": self.text,
            "citations": [vars(citation) for citation in self.citations],
            "caveat": self.caveat,
            "choices": [vars(choice) for choice in self.choices],
            "missing": self.missing,
            "key": self.key,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Answer:
        """The answer that `value`, made by :meth:`to_json`, holds. KeyError when a part is missing."""
        return cls(
            text=value["text"],
            citations=tuple(Citation(**citation) for citation in value["citations"]),
            caveat=value["caveat"],
            choices=tuple(Choice(**choice) for choice in value["choices"]),
            missing=value["missing"],
            key=value["key"],
        )
