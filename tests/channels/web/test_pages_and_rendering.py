from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.answers import Answer, Citation
from bot.channels.texts import TextsError
from bot.channels.web.factpages import FactPages, blocks, statement
from bot.channels.web.rendering import Rendering
from bot.channels.web.shell import Shell, suggestions
from bot.channels.web.templates import HERE, Html, Templates, element
from bot.knowledge.pages import Background, Link, Page, Place, Replacement
from bot.settings import Settings

DATA = Path(__file__).parents[3] / "data"
ANSWER = Answer(
    "Det är GR.",
    (
        Citation("Om stöd", "GR", "2019", "12-14", "", "rss:gr"),
        Citation("Lag", "Riksdagen", "2025", "4 §", "https://x"),
    ),
    caveat="Gammalt.",
    key="rss:gr",
)
PAGE = Page(
    "a-b",
    "<GR>",
    "Så här:\n- ett\n- två",
    "Gammalt & vagt",
    "https://gr.example",
    (Place("T", "P", "2019", "3", "https://x.example/?a=1&b=2"), Place("U", "P", "2020", "", "javascript:alert(1)")),
    (Replacement(Link("change:x", "Nytt"), "förr", "", "2020"),),
    (Link("rss:gr", "GR"), Link("area:barn", "barn")),
    (Link("c-d", "Mer"),),
)


@pytest.fixture(scope="module")
def say() -> Templates:
    return Templates.load(DATA)


def test_a_text_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(TextsError, match=r"web\.yml is missing"):
        Templates.load(tmp_path)
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "web.yml").write_text("title: x", "utf-8")
    with pytest.raises(TextsError, match=r"web\.yml: .* is missing; write a text"):
        Templates.load(tmp_path).fill("page.html")


def test_elements_escape_what_is_no_html() -> None:
    assert element("a", "<b>", Html("<i></i>"), href='"x"', class_="y") == (
        '<a href="&quot;x&quot;" class="y">&lt;b&gt;<i></i></a>'
    )


def test_what_is_filled_in_is_not_read_again(say: Templates) -> None:
    filled = say.fill("around.html", heading="{{title}}", body=Html("{{you}}"))
    assert "<title>{{title}}</title>" in filled
    assert "{{you}}" in filled


def test_lines_become_paragraphs_and_lists() -> None:
    assert blocks("a\n\n- b\n- <c>\nd", "x") == (
        '<div class="x"><p>a</p><ul><li>b</li><li>&lt;c&gt;</li></ul><p>d</p></div>'
    )


def test_an_answer_for_the_page(say: Templates) -> None:
    shown = Rendering(say).answer(ANSWER, Background("Vad är GR?", "GR", "regional", "GR"))
    assert (shown["text"], shown["caveat"]) == ("Det är GR.", "Gammalt.")
    assert shown["sources"] == [
        {"title": "Om stöd", "rest": "GR, 2019, rad 12-14 i textutgåvan", "page": "/fakta/rss:gr", "url": ""},
        {"title": "Lag", "rest": "Riksdagen, 2025, 4 §", "page": "", "url": "https://x"},
    ]
    assert shown["copy"] == (
        "Det är GR.\n\nGammalt.\n\nKällor:\n- Om stöd, GR, 2019, rad 12-14 i textutgåvan {sida}/fakta/rss:gr\n"
        "- Lag, Riksdagen, 2025, 4 § https://x"
    )
    mail = shown["mail"]
    assert mail.startswith(
        "Så förstod Stödlotsen frågan: Vad är GR?\nGäller: GR\nNivå: regional\nAnsvarig: GR\n\nSvar:\n"
    )
    assert mail.index("Svar:") < mail.index("Gammalt.") < mail.index("Källor:") < mail.index("hämtat 20")


def test_an_answer_without_sources_or_background(say: Templates) -> None:
    shown = Rendering(say).answer(Answer("Hej!"), Background())
    assert shown["copy"] == "Hej!"
    assert shown["mail"].startswith("Svar:\nHej!")


def test_a_fact_page_shows_everything_and_trusts_nothing(say: Templates) -> None:
    html = FactPages(say).html(PAGE)
    for part in (
        "<h1>&lt;GR&gt;</h1>",
        "<ul><li>ett</li><li>två</li></ul>",
        "Gammalt &amp; vagt",
        '<a href="/fakta/change:x">Nytt</a>',
        "<dt>Tidigare</dt><dd>förr</dd>",
        "rad 3 i textutgåvan",
        'href="https://x.example/?a=1&amp;b=2"',
        '<a href="/fakta/rss:gr">GR</a>',
        "<span>barn</span>",
        '<a href="/fakta/c-d">Mer</a>',
        "a-b",
    ):
        assert part in html, part
    assert "javascript:" not in html
    assert "<dt>Nu</dt>" not in html


def test_a_fact_page_of_little(say: Templates) -> None:
    html = FactPages(say).html(Page("a", "A", "Så."))
    assert "<h2>" not in html
    assert "Uppgiften finns inte" in FactPages(say).missing()


def test_the_statement_names_owner_contact_and_supervision(say: Templates) -> None:
    given = Settings(web_owner="A & B", web_contact="https://a.example/?x=1&y=2")
    html = statement(say, given)
    assert "A &amp; B står bakom" in html
    assert 'href="https://a.example/?x=1&amp;y=2"' in html
    for part in ("2018:1937", "delvis förenlig", "https://www.digg.se/tdosanmalan", "självskattning", "2026"):
        assert part in html, part
    assert "har inte angett" in statement(say, Settings())


def test_suggestions_are_grouped() -> None:
    assert suggestions("A\n- b?\n- c?\nD\n- e?") == (
        '<section><h3>A</h3><ul><li><button type="button" class="try">b?</button></li>'
        '<li><button type="button" class="try">c?</button></li></ul></section>'
        '<section><h3>D</h3><ul><li><button type="button" class="try">e?</button></li></ul></section>'
    )


def test_the_page_has_no_inline_script_or_style_and_asks_nobody_else() -> None:
    for file in HERE.glob("*.html"):
        text = file.read_text("utf-8")
        assert "style=" not in text
        assert "<style" not in text
        assert " on" not in text.replace(" one", "").replace(" on ", "")
        assert text.count("<script") == text.count("<script src=")
    for file in (HERE / "page.css", HERE / "page.js", HERE / "page.html"):
        assert "http" not in file.read_text("utf-8").replace("https?:", ""), file


def test_the_script_asks_only_for_what_the_page_has() -> None:
    page, script = (HERE / "page.html").read_text("utf-8"), (HERE / "page.js").read_text("utf-8")
    for part in script.split('$("')[1:]:
        assert f'id="{part.partition(chr(34))[0]}"' in page
    for marker in ('tell("', 'text("', 'fail(turn, "'):
        for part in script.split(marker)[1:]:
            assert f'data-key="{part.partition(chr(34))[0]}"' in page or not part.partition('"')[0]


def test_the_page_may_be_embedded_by_configured_origins_only(say: Templates) -> None:
    closed = Shell(say, Settings())
    assert "frame-ancestors 'none'" in closed.headers["Content-Security-Policy"]
    assert "embed.js" not in closed.files
    opened = Shell(say, replace(Settings(), web_origins="https://a.example https://b.example"))
    policy = opened.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://a.example https://b.example")
    content, headers = opened.files["embed.js"]
    assert b'frame.title = "St\xc3\xb6dlotsen' in content
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
