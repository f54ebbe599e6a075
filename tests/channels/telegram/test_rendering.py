from __future__ import annotations

import pytest

from bot.answers import Answer, Citation
from bot.channels.telegram.rendering import LIMIT, LONGEST_CAVEAT, render, units
from tests.channels.telegram.stand_in import Shown

LINKED = Citation("Om stöd & råd", "GR", "2019", url='https://gr.example/?a=1&b="2"')
PLAIN = Citation("Kartläggning", "PwC", "augusti 2020", place="33-36")


def shown(html: str) -> str:
    return Shown(html).text


def test_everything_is_there_in_order() -> None:
    answer = Answer("Det är <GR> & co.\n\n- Lund", (LINKED, PLAIN, LINKED), "Från 2017.", missing="x")
    (html,) = render(answer)
    assert shown(html) == answer.plain_text()
    assert Shown(html).links == [LINKED.url]
    assert html == (
        "Det är &lt;GR&gt; &amp; co.\n\n- Lund\n\n<i>Från 2017.</i>\n\n"
        'Källor: <a href="https://gr.example/?a=1&amp;b=&quot;2&quot;">Om stöd &amp; råd</a>, GR, 2019; '
        "Kartläggning, PwC, augusti 2020"
    )


def test_what_is_not_there_leaves_no_gap() -> None:
    assert render(Answer("Hej.")) == ["Hej."]
    assert render(Answer("Hej.", (PLAIN,))) == ["Hej.\n\nKälla: Kartläggning, PwC, augusti 2020"]


def test_nothing_is_escaped_twice() -> None:
    (html,) = render(Answer("&amp; &lt;b&gt; \"x\" 'y'"))
    assert shown(html) == "&amp; &lt;b&gt; \"x\" 'y'"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "", "tg://user?id=1"])
def test_only_web_addresses_are_linked(url: str) -> None:
    assert "<a" not in render(Answer("A", (Citation("T", "P", "2017", url=url),)))[0]


def test_an_address_is_used_wherever_it_stands() -> None:
    without = Citation("T", "P", "2017")
    for citations in ((without, Citation("T", "P", "2017", url="https://t.example")), (LINKED, without)):
        assert len(Shown(render(Answer("A", citations))[0]).links) == 1


def test_the_heading_stands_above() -> None:
    assert render(Answer("Svar."), "Vem <då>?") == ["<b>Vem &lt;då&gt;?</b>\n\nSvar."]
    (long,) = render(Answer("Svar."), "a" * 500)
    assert "…</b>" in long


TEXTS = {
    "words": "ord " * 2500,
    "lines": "- Lund & Malmö, en rad till\n" * 400,
    "paragraphs": ("Ett stycke med några meningar. Och en till.\n\n" * 220),
    "no gap": "a" * 9000,
    "emoji": "👩‍👩‍👧‍👦" * 1200,
    "escapes": "<&>" * 2000,
    "just too long": "b" * 4090,
    "exactly": "c" * 4096,
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("citations", [(), (LINKED, PLAIN)], ids=["uncited", "cited"])
@pytest.mark.parametrize("caveat", ["", "Från 2017."])
@pytest.mark.parametrize("heading", ["", "Vad då & varför?"])
def test_long_answers_are_split_and_the_sources_stay(
    name: str, citations: tuple[Citation, ...], caveat: str, heading: str
) -> None:
    answer = Answer(TEXTS[name], citations, caveat)
    messages = render(answer, heading)
    texts = [shown(html) for html in messages]
    assert all(0 < units(html) <= LIMIT for html in messages)
    together = "".join("".join(texts).split())
    assert together == "".join((heading + answer.plain_text()).split())
    if citations or caveat:
        last = texts[-1]
        assert last.endswith(answer.source_line())
        assert last.index(caveat or "Källor") > 0, "the ending stands with a piece of the text"


def test_texts_are_cut_where_they_have_a_gap() -> None:
    texts = [shown(html) for html in render(Answer(TEXTS["paragraphs"]))]
    assert len(texts) == 3
    assert all(text.endswith("Och en till.") and text.startswith("Ett stycke") for text in texts)
    assert all(text.startswith("- Lund") for text in (shown(html) for html in render(Answer(TEXTS["lines"]))))


def test_many_citations_go_on_and_none_is_torn() -> None:
    citations = tuple(Citation(f"Titel {n} " + "x" * 150, "P", "2017", url=f"https://x.example/{n}") for n in range(60))
    messages = render(Answer("Svar.", citations, "Gammalt."))
    assert len(messages) > 2
    assert all(units(html) <= LIMIT for html in messages)
    assert messages[0].startswith("Svar.\n\n<i>Gammalt.</i>\n\nKällor: <a")
    assert all(shown(html).startswith("Källor: Titel") for html in messages[1:])
    assert [link for html in messages for link in Shown(html).links] == [citation.url for citation in citations]


def test_absurd_citations_and_caveats_fit() -> None:
    absurd = Citation("&" * 6000, "P", "2017", url="https://x.example/" + "y" * 5000)
    for answer in (
        Answer("Svar.", (absurd, PLAIN), "c" * (LONGEST_CAVEAT + 1)),
        Answer("Svar " * 1000, (absurd,) * 3, "&" * 500),
        Answer("", (PLAIN,)),
    ):
        for html in render(answer, "&" * 300):
            assert 0 < units(html) <= LIMIT
            Shown(html)


@pytest.mark.parametrize("surrogate", ["\ud83d", "a\udc00b"])
def test_half_characters_do_not_stop_it(surrogate: str) -> None:
    assert render(Answer(surrogate))
