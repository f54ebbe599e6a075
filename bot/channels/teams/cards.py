"""Makes of an answer what Teams shows: a message with an Adaptive Card, and Teams' own citations.

Texts stand in RichTextBlocks, where nothing is read as Markdown: there is nothing to escape. Teams
shows a citation for each [number] in the message's own text, not in the card: hence the short line above it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.answers import Answer, Citation
from bot.channels.teams.texts import TeamsTexts

LARGEST = 76_000
"""Bytes of a message; Teams takes 80 KB with what we add to send it."""
MOST_ACTIONS = 6
MOST_CITATIONS = 20
"""Teams' limit for its own citations; the card lists all of them."""
LONGEST_NAME = 80
LONGEST_ABSTRACT = 160
LONGEST_SUMMARY = 200
LONGEST_TITLE = 100
CARD = "application/vnd.microsoft.card.adaptive"
BUTTON = "knapp"
"""The key in a button's data that its token stands under."""

_URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")
_LINES = re.compile(r"[\d,\s-]+")

Json = dict[str, Any]


@dataclass(frozen=True)
class Renderer:
    """Renders answers. web_address: where the page of a fact is found, or ""."""

    texts: TeamsTexts
    web_address: str = ""

    def message(self, answer: Answer, token: Callable[[str], str], *, asked: str = "", feedback: bool = False) -> Json:
        """The message for `answer`. token: what a button carries for a payload. asked: the question of a button."""
        most = 16_000
        actions = [_button(choice.title, token(choice.payload)) for choice in answer.choices[:MOST_ACTIONS]]
        while size(message := self._message(answer, actions, asked, most)) > LARGEST:
            most //= 2
        if feedback:
            message["channelData"] = {"feedbackLoop": {"type": "default"}}
        return message

    def _message(self, answer: Answer, actions: list[Json], asked: str, most: int) -> Json:
        """The message, with at most `most` characters of each of its parts."""
        text = answer.text if len(answer.text) <= most else f"{answer.text[:most]} …\n\n{self.texts('cut')}"
        citations = list(dict.fromkeys(answer.citations))
        shown = citations[: most // 100]
        body = [
            *([_block([_run(self.texts("asked", question=asked[:most]), isSubtle=True)])] if asked else []),
            *blocks(text),
            *blocks(answer.caveat[:most], italic=True),
            *self._sources(shown, len(citations) - len(shown)),
        ]
        card: Json = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.5",
            "lang": "sv",
            "body": body,
            "actions": actions,
        }
        message: Json = {
            "type": "message",
            "locale": "sv-SE",
            "summary": shortened(answer.text, LONGEST_SUMMARY),
            "attachments": [{"contentType": CARD, "content": card}],
        }
        return {**message, **self._citations(shown[:MOST_CITATIONS])}

    def _sources(self, citations: list[Citation], left_out: int) -> Iterator[Json]:
        if not citations:
            return
        heading = self.texts("source" if len(citations) + left_out == 1 else "sources")
        yield _block([_run(heading, weight="Bolder", size="Small")], spacing="Medium", separator=True)
        for number, citation in enumerate(citations, 1):
            rest = ", ".join(part for part in (citation.publisher, citation.date, self._place(citation)) if part)
            title = _linked(shortened(citation.title, 500), self.link(citation))
            runs = [_run(f"[{number}] "), title, *([_run(shortened(f", {rest}", 500))] if rest else [])]
            yield _block([{**run, "size": "Small"} for run in runs], spacing="Small")
        if left_out:
            yield _block([_run(self.texts("sources_left_out", count=left_out), size="Small")], spacing="Small")

    def _citations(self, citations: list[Citation]) -> Json:
        """The part of the message that Teams makes its own citations of."""
        if not citations:
            return {}
        lead = self.texts("according_to_one" if len(citations) == 1 else "according_to_several")
        marks = " ".join(f"[{number}]" for number in range(1, len(citations) + 1))
        entity = {
            "type": "https://schema.org/Message",
            "@type": "Message",
            "@context": "https://schema.org",
            "@id": "",
            "citation": [self._claim(number, citation) for number, citation in enumerate(citations, 1)],
        }
        return {"text": f"{lead} {marks}", "textFormat": "markdown", "entities": [entity]}

    def _claim(self, number: int, citation: Citation) -> Json:
        about = ", ".join(part for part in (citation.publisher, citation.date, self._place(citation)) if part)
        link = self.link(citation)
        appearance = {
            "@type": "DigitalDocument",
            "name": shortened(citation.title, LONGEST_NAME),
            "abstract": shortened(about or citation.title, LONGEST_ABSTRACT),
            **({"url": link} if link else {}),
        }
        return {"@type": "Claim", "position": number, "appearance": appearance}

    def link(self, citation: Citation) -> str:
        """The page of the cited fact, else the source's own address, else ""."""
        if self.web_address and citation.fact:
            return f"{self.web_address}/fakta/{citation.fact}"
        return citation.url if _URL.fullmatch(citation.url) else ""

    def _place(self, citation: Citation) -> str:
        place = citation.place
        return self.texts("place_lines", lines=place) if place and _LINES.fullmatch(place) else place


def blocks(text: str, *, italic: bool = False) -> Iterator[Json]:
    """One block for each line of `text`; "- " at its beginning becomes a bullet."""
    after_gap = True
    for line in text.split("\n"):
        if not line.strip():
            after_gap = True
            continue
        bullet = line.startswith("- ")
        runs = list(_runs(f"•\N{NO-BREAK SPACE}{line[2:]}" if bullet else line, italic=italic))
        yield _block(runs, spacing="Medium" if after_gap else "Small")
        after_gap = False


def shortened(text: str, most: int) -> str:
    """`text` in one line of at most `most` characters."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def size(message: Json) -> int:
    """How many bytes `message` has, in whichever of the two ways that Teams might count."""
    written = json.dumps(message, ensure_ascii=False)
    return max(len(written.encode("utf-8", "surrogatepass")), 2 * len(written))


def _runs(text: str, *, italic: bool) -> Iterator[Json]:
    """`text` with the addresses in it as links."""
    style = {"italic": True} if italic else {}
    end = 0
    for match in _URL.finditer(text):
        if match.start() > end:
            yield _run(text[end : match.start()], **style)
        yield {**_linked(match[0], match[0]), **style}
        end = match.end()
    if end < len(text):
        yield _run(text[end:], **style)


def _linked(text: str, url: str) -> Json:
    return _run(text, **({"selectAction": {"type": "Action.OpenUrl", "url": url}} if url else {}))


def _run(text: str, **style: Any) -> Json:
    return {"type": "TextRun", "text": text, **style}


def _block(runs: list[Json], **style: Any) -> Json:
    return {"type": "RichTextBlock", "inlines": runs, **style}


def _button(title: str, token: str) -> Json:
    return {"type": "Action.Submit", "title": shortened(title, LONGEST_TITLE), "data": {BUTTON: token}}
