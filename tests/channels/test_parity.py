"""The same answer in every channel: the same facts and the same sources, within each channel's limits.

Each renderer's output is read back as its reader would see it: HTML by an HTML parser, cards from their
text runs. What was escaped twice, or not at all, is then not what was said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot.answers import Answer, Choice, Citation
from bot.channels.teams.cards import (
    CARD,
    LARGEST,
    LONGEST_NAME,
    MOST_ACTIONS,
    MOST_CITATIONS,
    Renderer,
    shortened,
    size,
)
from bot.channels.teams.texts import TeamsTexts
from bot.channels.telegram.rendering import LIMIT, render, units
from bot.channels.web.rendering import Rendering
from bot.channels.web.templates import Templates
from bot.knowledge.conversation import Context, Question
from bot.knowledge.pages import Background
from bot.knowledge.shared import assistant

DATA = Path(__file__).parents[2] / "data"
SKL = Citation(
    "Samverkansmodell", "Sveriges Kommuner och Landsting (SKL)", "2016", "53", "https://skr.se/x?a=1&b=2", "f-1"
)
GR = Citation('Om "stöd" & <råd>', "GR", "odaterad", fact="f-2")
ODD = (
    "5 < 6 & 7 > 3, *inte* _kursiv_ [nr 1](x) `kod` ~~struket~~ # rubrik | tabell \\ "
    "\"citat\" 'citat' &amp; &lt;b&gt; {{x}} %s"
)

BUILT = {
    "one sentence": Answer("Täby hör till Storsthlm.", (SKL,)),
    "no source": Answer("Hej! Jag heter Stödlotsen."),
    "paragraphs": Answer("Ett.\n\nTvå.\nTre.", (SKL, GR)),
    "a list": Answer("Det finns tre:\n- ett\n- två\n- tre", (SKL,)),
    "a long list": Answer("Alla:\n" + "\n".join(f"- Kommun nummer {number}" for number in range(300)), (SKL,)),
    "a caveat": Answer("Så var det.", (SKL,), "Uppgiften är från 2016; SKL heter SKR sedan 2019."),
    "choices": Answer("Vilken menar du?", choices=tuple(Choice(f"Val {n} <&>", f"/val{n}") for n in range(4))),
    "too many choices": Answer("Välj.", choices=tuple(Choice(f"Val {n}", f"val {n}") for n in range(12))),
    "odd characters": Answer(ODD, (GR,), ODD, (Choice(ODD[:40], "x"),)),
    "HTML": Answer("<script>alert(1)</script> <b>fet</b> <a href='x'>länk</a> &nbsp;", (GR,)),
    "an address": Answer("Läs mer på https://www.storsthlm.se/a_b?c=d&e=f, eller ring 08-615 94 00.", (SKL,)),
    "a mail address": Answer("Skriv till fou.nu@regionstockholm.se.", (GR,)),
    "other alphabets": Answer("Sámi čálliid, مرحبا, 你好, 👩‍👩‍👧 och 🇸🇪.", (SKL,)),
    "many sources": Answer("Så är det.", tuple(Citation(f"Dokument nr {n}", "SKR", str(2000 + n)) for n in range(30))),
    "the same source twice": Answer("Så är det.", (SKL, SKL)),
    "one title, two years": Answer("Så är det.", (Citation("Plan", "SKR", "2016"), Citation("Plan", "SKR", "2019"))),
    "a source without a year": Answer("Så är det.", (Citation("Plan", "SKR", ""),)),
    "a wicked address": Answer("Så är det.", (Citation("Plan", "SKR", "2016", url="javascript:alert(1)"),)),
    "several answers": Answer("Ett.\n\nTvå.", (SKL, GR), "Gammalt.\n\nOsäkert.", key="a b"),
    "as long as allowed": Answer("Ord och ord " * 130, (SKL, GR)),
}
ASKED = (
    "Vilken RSS hör Täby till?",
    "Vad är en RSS?",
    "Vilka kommuner hör till GR?",
    "Vad är skillnaden mellan BBIC och IBIC?",
    "Vilka RSS finns det?",
    "Vem är kontaktperson för Yrkesresan?",
    "Vilka piloter finns?",
    "Vem stödjer uppföljning?",
    "Vad betyder kunskapsstyrning?",
    "Vad blir det för väder?",
)


def real(question: str) -> Answer:
    """What the knowledge says to `question`, without Rasa: as if no intent was sure."""
    links = tuple(assistant().linker.link(question))
    return assistant().reply([Question(question, (), links)], Context()).answer


@dataclass(frozen=True)
class Seen:
    """What a reader sees: all of it, and the addresses that it links to."""

    text: str
    links: frozenset[str] = frozenset()


class _Reader(HTMLParser):
    """Reads Telegram's HTML; fails on a tag that Telegram does not take, or that is not closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.links, self.open = "", set[str](), list[str]()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "i", "a"}, tag
        self.open.append(tag)
        self.links |= {value or "" for key, value in attributes if key == "href"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def in_plain_text(answer: Answer) -> Seen:
    return Seen(answer.plain_text())


def in_telegram(answer: Answer) -> Seen:
    messages = render(answer)
    reader = _Reader()
    for message in messages:
        assert 0 < units(message) <= LIMIT
        reader.feed(f"{message}\n")
        assert reader.open == []
    reader.close()
    return Seen(reader.text, frozenset(reader.links))


def in_teams(answer: Answer) -> Seen:
    message = Renderer(TeamsTexts.load(DATA)).message(answer, lambda payload: f"knapp:{len(payload)}", feedback=True)
    assert size(message) <= LARGEST
    assert json.loads(json.dumps(message)) == message
    (attachment,) = message["attachments"]
    assert attachment["contentType"] == CARD
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.5")
    runs = [[run["text"] for run in block["inlines"]] for block in card["body"]]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}, "only these are not read as Markdown"
    assert all("\n" not in text and text for block in runs for text in block)
    assert [action["title"] for action in card["actions"]] == [c.title for c in answer.choices[:MOST_ACTIONS]]
    assert all(action["type"] == "Action.Submit" for action in card["actions"])
    check_teams_citations(message, answer)
    links = {run["selectAction"]["url"] for block in card["body"] for run in block["inlines"] if "selectAction" in run}
    return Seen("\n".join("".join(block) for block in runs), frozenset(links))


def check_teams_citations(message: dict[str, Any], answer: Answer) -> None:
    different = list(dict.fromkeys(answer.citations))[:MOST_CITATIONS]
    claims = [claim for entity in message.get("entities", []) for claim in entity["citation"]]
    assert [claim["appearance"]["name"] for claim in claims] == [
        shortened(citation.title, LONGEST_NAME) for citation in different
    ]
    assert re.findall(r"\[(\d+)\]", message.get("text", "")) == [str(claim["position"]) for claim in claims]
    for claim in claims:
        appearance = claim["appearance"]
        assert 0 < len(appearance["name"]) <= 80
        assert 0 < len(appearance["abstract"]) <= 160
        assert appearance.get("url", "https://").startswith(("https://", "http://"))


def in_web(answer: Answer) -> Seen:
    given = json.loads(json.dumps(Rendering(Templates.load(DATA)).answer(answer, Background())))
    sources = [f"{source['title']}, {source['rest']}" for source in given["sources"]]
    return Seen("\n".join([given["text"], given["caveat"], *sources]))


RENDERERS: dict[str, Callable[[Answer], Seen]] = {
    "plain text": in_plain_text,
    "Telegram": in_telegram,
    "Teams": in_teams,
    "web": in_web,
}


def words(text: str) -> str:
    """`text` as words: how a list is marked and where lines break is each channel's own affair."""
    return " ".join(re.sub(r"^[-•]\s", "", text, flags=re.MULTILINE).split())


def check(answer: Answer, renderer: str) -> None:
    seen = RENDERERS[renderer](answer)
    shown = words(seen.text)
    for line in (*answer.text.split("\n"), *answer.caveat.split("\n")):
        assert words(line) in shown, f"{renderer} does not say: {line}"
    for citation in answer.citations:
        named = (citation.title, citation.publisher, citation.date)
        assert words(", ".join(part for part in named if part)) in shown, f"{renderer} does not cite: {citation}"
    own = answer.text + answer.caveat + "".join(map(str, answer.citations))
    assert [mark for mark in ("&amp;", "&lt;", "&gt;", "&quot;") if mark in shown and mark not in own] == []
    assert all(link.startswith(("https://", "http://")) for link in seen.links)


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("kind", BUILT)
def test_built_answers(kind: str, renderer: str) -> None:
    check(BUILT[kind], renderer)


@pytest.mark.parametrize("question", ASKED)
def test_real_answers(question: str) -> None:
    answer = real(question)
    for renderer in RENDERERS:
        check(answer, renderer)


def test_there_are_thirty() -> None:
    assert len(BUILT) + len(ASKED) >= 30


@pytest.mark.parametrize("text", ["x" * 400_000, "rad\n" * 100_000, "😀" * 100_000, "\u0001" * 100_000])
def test_what_is_far_too_long_is_cut_and_says_so(text: str) -> None:
    citations = tuple(Citation(f"{n} {'t' * 5000}", "p" * 5000, "2016") for n in range(300))
    message = Renderer(TeamsTexts.load(DATA)).message(Answer(text, citations), str)
    assert size(message) <= LARGEST
    shown = json.dumps(message, ensure_ascii=False)
    assert "längre än vad som får plats" in shown
    assert "källor till" in shown
    assert all(0 < units(part) <= LIMIT for part in render(Answer(text[:50_000], citations)))


def test_a_place_in_the_source_and_the_page_of_a_fact() -> None:
    renderer = Renderer(TeamsTexts.load(DATA), "https://lots.example")
    assert renderer.link(SKL) == "https://lots.example/fakta/f-1"
    assert Renderer(renderer.texts).link(SKL) == SKL.url
    assert "rad 53" in json.dumps(renderer.message(Answer("x", (SKL,)), str), ensure_ascii=False)
