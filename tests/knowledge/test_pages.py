from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.knowledge import models, pages
from bot.knowledge.answering import Assistant
from bot.knowledge.shared import assistant

CONTENT = Path("data/knowledge")


@pytest.fixture(scope="module")
def knowing() -> Assistant:
    return assistant()


def test_a_fact_says_where_it_stands_and_what_it_is_about(knowing: Assistant) -> None:
    page = pages.page(knowing, "yrkesresan-varfor", CONTENT)
    assert page is not None
    assert page.name == "Yrkesresan"
    assert "Göteborgsregionen" in page.statement
    assert [link.id for link in page.about] == ["support:yrkesresan", "rss:rss-14-gr"]
    assert "298" in [place.place for place in page.places]
    assert all(place.title and place.publisher and place.date for place in page.places)


def test_a_fact_says_what_has_changed_in_its_lines_since(knowing: Assistant) -> None:
    page = pages.page(knowing, "yrkesresan-varfor", CONTENT)
    assert page is not None
    assert [one.change.id for one in page.replaced] == ["change:yrkesresan-nationell"]
    untouched = pages.page(knowing, "yrkesresan-varfor", Path("nowhere"))
    assert untouched is not None
    assert untouched.replaced == ()


def test_a_change_says_what_it_replaced(knowing: Assistant) -> None:
    page = pages.page(knowing, "change:sol-2025", CONTENT)
    assert page is not None
    (one,) = page.replaced
    assert (one.before, one.after, one.date) == (
        "Socialtjänstlag (2001:453)",
        "Socialtjänstlag (2025:400)",
        "2025-07-01",
    )


@pytest.mark.parametrize(
    ("id_", "name", "says"),
    [
        ("actor:skr", "Sveriges Kommuner och Regioner", "SKR"),
        ("process:anvanda-kunskap", "Använda kunskap", "kommunen stödjer"),
        ("contact:lena-holmlund", "Lena Holmlund", "031-335 51 88"),
        ("municipality:1441", "Lerum", "Göteborgsregionen"),
        ("membership:1441:rss-14-gr", "Lerum", "Göteborgsregionen"),
    ],
)
def test_every_kind_of_thing_has_a_page(knowing: Assistant, id_: str, name: str, says: str) -> None:
    page = pages.page(knowing, id_, CONTENT)
    assert page is not None
    assert page.name == name
    assert says in page.statement


def test_everything_that_can_be_cited_has_a_page(knowing: Assistant) -> None:
    with knowing.sessions() as session:
        cited = session.execute(select(models.Citation.subject).distinct()).scalars().all()
    kinds = {subject.partition(":")[0] if ":" in subject else "": subject for subject in cited}
    missing = [subject for subject in kinds.values() if pages.page(knowing, subject, CONTENT) is None]
    assert missing == []


@pytest.mark.parametrize(
    "id_", ["", "finns-inte", "actor:finns-inte", "membership:1441:x", "membership:", "AKTÖR", "a/b", "a" * 200]
)
def test_what_is_not_there_has_no_page(knowing: Assistant, id_: str) -> None:
    assert pages.page(knowing, id_, CONTENT) is None


def test_what_is_behind_an_answer(knowing: Assistant) -> None:
    behind = pages.background(knowing, "rss_of:municipality:1441", ["membership:1441:rss-14-gr"])
    assert behind == pages.Background(
        "Vilken RSS har Lerum?", "Göteborgsregionen (GR)", "regional", "Göteborgsregionen (GR)"
    )
    fact = pages.background(knowing, "yrkesresan-varfor", ["yrkesresan-varfor"])
    assert fact.about == "Yrkesresan"
    assert fact.understood.endswith("?")
    assert fact.owner
    assert pages.background(knowing, "door.error", []) == pages.Background()


def test_levels_are_written_out(knowing: Assistant) -> None:
    assert pages.background(knowing, "forum:partnerskapet", []).level == "nationell, regional"


def test_municipalities_are_in_swedish_order(knowing: Assistant) -> None:
    names = pages.municipality_names(knowing)
    assert len(names) == 290
    assert names[0] == "Ale"
    assert names.index("Övertorneå") > names.index("Älmhult") > names.index("Åmål") > names.index("Ystad")


def test_the_name_of_an_entity(knowing: Assistant) -> None:
    assert (pages.name_of(knowing, "municipality:1441"), pages.name_of(knowing, "municipality:x")) == ("Lerum", "")


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    knowledge = tmp_path / "k.db"
    knowledge.write_bytes(b"one")
    first = pages.version(knowledge)
    knowledge.write_bytes(b"two!")
    assert pages.version(knowledge) != first
    assert len(first) == 16
