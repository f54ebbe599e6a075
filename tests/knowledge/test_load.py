from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.knowledge import load, models
from bot.knowledge.content import ContentError
from bot.knowledge.database import KnowledgeMissing, open_knowledge
from bot.knowledge.load import build, index_of, is_current
from tests.knowledge.conftest import Folder

LATER = 4_000_000_000


def names(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        return {name for (name,) in connection.execute("SELECT name FROM entity")}
    finally:
        connection.close()


def test_the_database_holds_the_content(session: Session) -> None:
    assert session.get(models.Entity, "forum:radet").name == "Kunskapsrådet"
    assert session.get(models.Entity, "source:plan").kind == "source"
    assert session.get(models.Entity, "support:guiden").website == "https://guiden.se"
    assert session.get(models.Municipality, "municipality:0101").county == "county:01"
    assert session.get(models.Rss, "rss:nord").phone == "0100-11 11 11"
    assert session.get(models.Pilot, "pilot:sent").status == "avslutad"
    assert session.get(models.Contact, "contact:anna").organisation == "rss:nord"
    assert session.get(models.Change, "change:namnet").after == "SKR"
    assert session.get(models.Fact, "tidigt-resultat").missing is True
    assert session.get(models.Fact, "tidigt-pengar").topic == "pilots"


def test_relations_can_be_asked_both_ways(session: Session) -> None:
    places = session.scalars(
        select(models.PilotMunicipality.municipality).where(models.PilotMunicipality.pilot == "pilot:tidigt")
    )
    assert set(places) == {"municipality:0101", "municipality:0105"}
    roles = session.scalars(
        select(models.ProcessRole.level)
        .where(models.ProcessRole.process == "process:infora", models.ProcessRole.role == "support")
        .order_by(models.ProcessRole.position)
    )
    assert list(roles) == ["nationell", "regional"]
    about = session.scalars(select(models.ContactSubject.contact).where(models.ContactSubject.ref == "pilot:tidigt"))
    assert list(about) == ["contact:anna"]
    areas = session.scalars(select(models.EntityArea.ref).where(models.EntityArea.area == "area:aldre"))
    assert set(areas) == {"actor:fou-nord", "actor:fou-syd", "pilot:sent"}


def test_a_citation_has_its_place(session: Session) -> None:
    cited = session.get(models.Citation, ("membership:0104:syd", 0))
    assert (cited.source_id, cited.place) == ("plan", "12-14")


def test_building_is_all_or_nothing(folder: Folder, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "knowledge.db"
    build(folder.knowledge, target)
    before = contents(target.parent)
    folder.change("knowledge/forums.csv", 0, name="Nya rådet")
    folder.change("knowledge/contacts.csv", 0, name="")
    with pytest.raises(ContentError, match=r"contacts\.csv:2: name: is empty"):
        build(folder.knowledge, target)
    assert contents(target.parent) == before


def contents(folder: Path) -> dict[Path, bytes]:
    """All files of a folder, and what they hold."""
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_build_replaces_the_whole(folder: Folder, tmp_path: Path) -> None:
    target = tmp_path / "knowledge.db"
    build(folder.knowledge, target)
    folder.change("knowledge/forums.csv", 0, name="Nya rådet")
    build(folder.knowledge, target)
    assert "Nya rådet" in names(target)
    assert "Kunskapsrådet" not in names(target)


@pytest.mark.parametrize("step", ["_write", "_write_index"])
def test_a_failure_while_writing_leaves_the_old(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    target = tmp_path / "built" / "knowledge.db"
    build(folder.knowledge, target)
    before = contents(target.parent)

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(load, step, fail)
    with pytest.raises(OSError, match="disk is full"):
        build(folder.knowledge, target)
    assert contents(target.parent) == before
    assert [path for path in target.parent.iterdir() if path.is_dir()] == []


def test_a_reader_keeps_the_database_that_it_opened(folder: Folder, tmp_path: Path) -> None:
    target = tmp_path / "knowledge.db"
    build(folder.knowledge, target)
    sessions = open_knowledge(target)
    with sessions() as session:
        session.get(models.Entity, "forum:radet")
    folder.change("knowledge/forums.csv", 0, name="Nya rådet")
    build(folder.knowledge, target)
    with sessions() as session:
        assert session.get(models.Entity, "forum:radet").name == "Kunskapsrådet"


def test_is_current(folder: Folder, tmp_path: Path) -> None:
    target = tmp_path / "knowledge.db"
    assert not is_current(folder.knowledge, target)
    build(folder.knowledge, target)
    assert is_current(folder.knowledge, target)
    index_of(target).unlink()
    assert not is_current(folder.knowledge, target)


@pytest.mark.parametrize("file", ["knowledge/forums.csv", "knowledge/facts/pilots.csv", "language/signals.csv"])
def test_a_newer_file_makes_it_old(folder: Folder, tmp_path: Path, file: str) -> None:
    target = tmp_path / "knowledge.db"
    build(folder.knowledge, target)
    os.utime(folder.data / file, (LATER, LATER))
    assert not is_current(folder.knowledge, target)


def test_there_must_be_a_database(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeMissing, match="make build"):
        open_knowledge(tmp_path / "none.db")


def test_nobody_writes_to_it(tiny_knowledge: Path) -> None:
    with open_knowledge(tiny_knowledge)() as session:
        session.add(models.Homograph(word="ny"))
        with pytest.raises(OperationalError, match="readonly"):
            session.flush()
