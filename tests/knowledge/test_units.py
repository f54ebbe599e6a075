from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bot.knowledge import models
from bot.knowledge.linking import Link, Linker
from bot.knowledge.units import is_collective, units_of


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    models.Base.metadata.create_all(engine)
    with Session(engine) as session:
        for ref, kind, name, type_, summary in (
            ("municipality:1", "municipality", "Ekby", "", ""),
            ("municipality:2", "municipality", "Alby", "", ""),
            ("municipality:3", "municipality", "Norrby", "", ""),
            ("rss:nord", "rss", "Nordförbundet", "", "Stödjer."),
            ("rss:syd", "rss", "Sydförbundet", "", "Stödjer."),
            ("actor:ett", "actor", "Enhet Ett", "FoU-enhet", "Ägs av Ekby och hör till Nordförbundet."),
            ("actor:alla", "actor", "Enhet Alla", "FoU-enhet", "Arbetar åt Nordförbundet."),
            ("actor:slut", "actor", "Enhet Slut", "FoU-enhet (upphörd)", "Ägdes av Norrby."),
            ("actor:annan", "actor", "Annan", "myndighet", "Ligger i Norrby."),
        ):
            session.add(models.Entity(ref=ref, kind=kind, name=name, type=type_, summary=summary))
            session.add(models.Alias(ref=ref, alias=name))
        for municipality, rss in (("1", "nord"), ("2", "nord"), ("3", "syd")):
            membership = {"municipality": f"municipality:{municipality}", "rss": f"rss:{rss}"}
            session.add(models.MunicipalityRss(**membership, relation="primär", confidence="high"))
        session.flush()
        yield session


def test_a_unit_that_names_the_municipality_goes_before_one_for_its_whole_rss(session: Session) -> None:
    units = units_of(session, Linker.from_database(session))
    assert units["municipality:1"] == ("actor:ett",)
    assert set(units["municipality:2"]) == {"actor:alla", "actor:ett"}


def test_what_is_closed_or_no_unit_is_nobodys(session: Session) -> None:
    assert "municipality:3" not in units_of(session, Linker.from_database(session))


@pytest.mark.parametrize(
    ("ref", "length", "general"),
    [("actor:fouenheter", 9, True), ("actor:fouenheter", 3, False), ("actor:fou-nu", 7, False)],
)
def test_fou_alone_is_no_unit(ref: str, length: int, general: bool) -> None:
    assert is_collective(Link((ref,), 0, length)) is general
