"""What is asked, what was understood before, and what is replied. Holds ids only, never what a user wrote, but
for :attr:`Question.text`, which lives as long as the turn.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bot.answers import Answer
from bot.knowledge.linking import Link, kind_of


@dataclass(frozen=True)
class Question:
    """One message as understood. `intents` are (name, confidence) pairs, best first."""

    text: str
    intents: tuple[tuple[str, float], ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def intent(self) -> str:
        """The likeliest intent, or ""."""
        return self.intents[0][0] if self.intents else ""

    @property
    def confidence(self) -> float:
        """The confidence in it."""
        return self.intents[0][1] if self.intents else 0.0

    def refs(self, *kinds: str) -> list[str]:
        """The refs that the message names, in order, of the given kinds (of all kinds when none is given)."""
        refs = [ref for link in self.links for ref in link.refs]
        return list(dict.fromkeys(ref for ref in refs if not kinds or kind_of(ref) in kinds))


@dataclass(frozen=True)
class Context:
    """What of the conversation the next turn may lean on.

    municipality: the user's own, a ref. intent, key, refs: of the last answer: the question kind, what answered,
    what it was about. shown: answers or refs that it listed, in order. asked: the intent that waits for a choice.
    cited: what its citations bear out.
    """

    municipality: str = ""
    intent: str = ""
    key: str = ""
    refs: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    asked: str = ""
    cited: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The context as JSON types; :meth:`from_json` is its inverse."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any] | None) -> Context:
        """The context that `value` holds; an empty one for None."""
        if not value:
            return cls()
        parts: dict[str, Any] = {name: tuple(part) if isinstance(part, list) else part for name, part in value.items()}
        return cls(**parts)

    def of(self, *kinds: str) -> list[str]:
        """The refs of the last answer of the given kinds."""
        return [ref for ref in self.refs if kind_of(ref) in kinds]


@dataclass(frozen=True)
class Reply:
    """What to say, and what the next turn may lean on."""

    context: Context
    answer: Answer
