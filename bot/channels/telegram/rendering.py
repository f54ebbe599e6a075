"""Makes of an answer the messages that Telegram shows: HTML, none longer than Telegram takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from bot.answers import Answer, Citation

LIMIT = 4096
"""UTF-16 units in a message. Telegram counts without tags; we count with them, to be on the safe side."""

LONGEST_SOURCES = 2500
"""How long the line of sources may be; what is more goes on in messages of its own."""

LONGEST_CAVEAT = 500
"""A longer one is part of the text."""

_LONGEST_HEADING = 200
_GAPS = [re.compile(pattern) for pattern in (r"\n\s*\n", r"\n", r"(?<=[.!?:;])\s", r"\s")]
"""Where a text may be cut, from the best place to the worst."""


def render(answer: Answer, heading: str = "") -> list[str]:
    """The messages that show `answer`, `heading` (what was asked) above it. The sources stay with the text's end."""
    top = f"<b>{_html(_shortened(heading))}</b>\n\n" if heading else ""
    text, caveat = answer.text, answer.caveat
    if units(_html(caveat)) > LONGEST_CAVEAT:
        text, caveat = f"{text}\n\n{caveat}", ""
    sources = list(_sources(answer.citations))
    ending = [f"<i>{_html(caveat)}</i>"] if caveat else []
    messages = _with_ending(text, "\n\n".join([*ending, *sources[:1]]), LIMIT - units(top))
    messages[0] = top + messages[0]
    return [*messages, *sources[1:]]


def units(text: str) -> int:
    """The length of `text` as Telegram counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _with_ending(text: str, ending: str, limit: int) -> list[str]:
    room = limit - units(ending) - len("\n\n")
    text, messages = text.strip(), list[str]()
    while (length := units(_html(text))) > room:
        # Never all of it: the sources must not stand alone.
        end = _end(text, min(limit, length - 1))
        messages.append(_html(text[:end].rstrip()))
        text = text[end:].lstrip()
    return [*messages, "\n\n".join(part for part in (_html(text), ending) if part)]


def _end(text: str, room: int) -> int:
    """Where the first piece of `text` ends: at the best gap that is not too early, or anywhere if there is none."""
    most = _fitting(text, room)
    if most == len(text):
        return most
    for gap in _GAPS:
        ends = [match.start() for match in gap.finditer(text, 0, most + 1)]
        if ends and ends[-1] >= most // 2:
            return ends[-1]
    return most


def _fitting(text: str, room: int) -> int:
    """How many characters of `text` make HTML of at most `room` units; at least one."""
    used = 0
    for index, character in enumerate(text):
        used += units(_html(character))
        if used > room:
            return max(index, 1)
    return len(text)


def _sources(citations: Iterable[Citation]) -> Iterator[str]:
    """The lines "Källa: …" or "Källor: …; …": one, unless it would be too long. No citation is torn apart."""
    named: dict[str, Citation] = {}
    for citation in citations:
        if citation.url or str(citation) not in named:
            named[str(citation)] = citation
    label = "Källa: " if len(named) == 1 else "Källor: "
    line = ""
    for source in map(_source, named.values()):
        longer = f"{line}; {source}" if line else label + source
        if line and units(longer) > LONGEST_SOURCES:
            yield line
            longer = label + source
        line = longer
    if line:
        yield line


def _source(citation: Citation) -> str:
    name = str(citation)
    if citation.title and citation.url.startswith(("https://", "http://")):
        linked = f'<a href="{escape(citation.url)}">{_html(citation.title)}</a>{_html(name[len(citation.title) :])}'
        if units(linked) <= LONGEST_SOURCES // 2:
            return linked
    return _html(_shortened(name, LONGEST_SOURCES // 12))


def _shortened(text: str, most: int = _LONGEST_HEADING) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _html(text: str) -> str:
    return escape(text, quote=False)
