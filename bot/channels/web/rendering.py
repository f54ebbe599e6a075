"""Makes of an answer what the page shows and copies."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from bot.answers import Answer, Citation
from bot.channels.web.templates import Templates
from bot.knowledge.pages import Background

PAGE_ADDRESS = "{sida}"
"""Stands for the page's own address, which the page itself knows best."""

_LINES = re.compile(r"[\d,\s-]+")


@dataclass(frozen=True)
class Rendering:
    """Renders answers with the texts of `say`."""

    say: Templates

    def answer(self, answer: Answer, background: Background) -> dict[str, Any]:
        """The answer for the page: what to show, and the two texts to copy."""
        return {
            "text": answer.text,
            "caveat": answer.caveat,
            "sources": [self.source(citation) for citation in answer.citations],
            "copy": self.copy(answer),
            "mail": self.mail(answer, background),
        }

    def source(self, citation: Citation) -> dict[str, str]:
        """A source: its title, what else is known of it, the page of the fact, its own address."""
        rest = ", ".join(part for part in (citation.publisher, citation.date, self.place(citation.place)) if part)
        page = f"/fakta/{citation.fact}" if citation.fact else ""
        return {"title": citation.title, "rest": rest, "page": page, "url": citation.url}

    def place(self, place: str) -> str:
        """Where in the source: lines are called lines, a paragraph of a law is what it is."""
        return self.say("lines", lines=place) if place and _LINES.fullmatch(place) else place

    def copy(self, answer: Answer) -> str:
        """The answer with its sources, to paste anywhere."""
        return "\n\n".join(part for part in (answer.text, answer.caveat, self._sources(answer)) if part)

    def mail(self, answer: Answer, background: Background) -> str:
        """What helpdesk forwards: what was understood, the answer, the level and the owner, the sources."""
        facts = [
            ("mail_understood", background.understood),
            ("mail_about", background.about),
            ("mail_level", background.level),
            ("mail_owner", background.owner),
        ]
        lines = "\n".join(f"{self.say(key)}: {value}" for key, value in facts if value)
        said = f"{self.say('mail_answer')}:\n{answer.text}"
        end = self.say("mail_end", date=dt.datetime.now().astimezone().date().isoformat())
        return "\n\n".join(part for part in (lines, said, answer.caveat, self._sources(answer), end) if part)

    def _sources(self, answer: Answer) -> str:
        if not answer.citations:
            return ""
        lines = [f"- {self._source_line(citation)}" for citation in answer.citations]
        heading = self.say("source" if len(lines) == 1 else "sources")
        return "\n".join([f"{heading}:", *dict.fromkeys(lines)])

    def _source_line(self, citation: Citation) -> str:
        known = ", ".join(part for part in (str(citation), self.place(citation.place)) if part)
        own_page = f"{PAGE_ADDRESS}/fakta/{citation.fact}" if citation.fact else ""
        return f"{known} {citation.url or own_page}".rstrip()
