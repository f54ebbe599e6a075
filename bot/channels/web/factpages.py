"""The pages around the conversation: one for each fact and entity, and the accessibility statement."""

from __future__ import annotations

from bot.channels.web.rendering import Rendering
from bot.channels.web.templates import Html, Templates, element, joined
from bot.knowledge.pages import Link, Page, Place, Replacement
from bot.settings import Settings


class FactPages:
    """Writes the page of a fact or entity."""

    def __init__(self, say: Templates) -> None:
        self._say = say
        self._rendering = Rendering(say)

    def html(self, page: Page) -> str:
        """The page as HTML."""
        body = joined(
            [
                element("h1", page.name),
                blocks(page.statement, "statement"),
                self._caveat(page),
                self._replaced(page.replaced),
                self._places(page.places),
                self._website(page),
                self._links("fact_about", page.about),
                self._links("fact_more", page.facts),
                element("p", self._say("fact_id", id=page.id), class_="id"),
            ]
        )
        return self._say.fill("around.html", heading=f"{page.name} – {self._say('title')}", body=body)

    def missing(self) -> str:
        """What stands where there is no such page."""
        body = joined([element("h1", self._say("fact_unknown")), element("p", self._say("fact_unknown_text"))])
        return self._say.fill("around.html", heading=f"{self._say('fact_unknown')} – {self._say('title')}", body=body)

    def _caveat(self, page: Page) -> Html:
        if not page.caveat:
            return Html("")
        label = element("strong", f"{self._say('caveat')}: ")
        return element("p", label, page.caveat, class_="caveat")

    def _replaced(self, replaced: tuple[Replacement, ...]) -> Html:
        if not replaced:
            return Html("")
        rows = [element("li", self._replacement(one)) for one in replaced]
        return joined([element("h2", self._say("fact_replaced")), element("ul", *rows, class_="plain")])

    def _replacement(self, one: Replacement) -> Html:
        pairs = [("fact_before", one.before), ("fact_after", one.after), ("fact_since", one.date)]
        rows = [element("div", element("dt", self._say(key)), element("dd", value)) for key, value in pairs if value]
        return joined([element("p", _link(one.change)), element("dl", *rows)])

    def _places(self, places: tuple[Place, ...]) -> Html:
        if not places:
            return Html("")
        heading = element("h2", self._say("source" if len(places) == 1 else "sources"))
        return joined([heading, element("ul", *[element("li", self._place(place)) for place in places])])

    def _place(self, place: Place) -> Html:
        known = (place.publisher, place.date, self._rendering.place(place.place))
        text = element("span", ", ".join(part for part in (place.title, *known) if part))
        return joined([text, self._outward(place.url, "source_open")], " ") if place.url else text

    def _website(self, page: Page) -> Html:
        if not page.website:
            return Html("")
        return joined([element("h2", self._say("website")), element("p", self._outward(page.website, ""))])

    def _outward(self, url: str, text: str) -> Html:
        if not url.startswith(("https://", "http://")):
            return Html("")
        new_tab = element("span", f" ({self._say('new_tab')})", class_="aside")
        shown = self._say(text) if text else url
        return element("a", shown, new_tab, href=url, target="_blank", rel="noopener noreferrer")

    def _links(self, heading: str, links: tuple[Link, ...]) -> Html:
        if not links:
            return Html("")
        rows = [element("li", _link(link)) for link in links]
        return joined([element("h2", self._say(heading)), element("ul", *rows)])


def statement(say: Templates, settings: Settings) -> str:
    """The accessibility statement, as the law on accessible digital public service asks for it."""
    owner = settings.web_owner or say("statement_owner_unknown")
    contact = (
        element("a", say("statement_report_link"), href=settings.web_contact)
        if settings.web_contact
        else Html(element("span", say("statement_contact_unknown")))
    )
    intro = say("statement_intro", owner=owner)
    # No f-string or str.format here: what was filled in must not be read as a gap.
    body = Html(say.fill("statement.html", intro=intro, contact=contact))
    return say.fill("around.html", heading=f"{say('statement_title')} – {say('title')}", body=body)


def blocks(text: str, class_: str) -> Html:
    """Text as paragraphs; lines that begin with "- " as a list."""
    parts, rows = list[Html](), list[Html]()
    for line in [*text.split("\n"), ""]:
        if line.startswith("- "):
            rows.append(element("li", line[2:]))
            continue
        if rows:
            parts.append(element("ul", *rows))
            rows = []
        if line.strip():
            parts.append(element("p", line))
    return element("div", *parts, class_=class_)


def _link(link: Link) -> Html:
    if link.id.startswith(("area:", "county:", "source:")):
        return element("span", link.name)
    return element("a", link.name, href=f"/fakta/{link.id}")
