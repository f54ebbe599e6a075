"""Builds the knowledge database from its content: all or nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bot.knowledge import models
from bot.knowledge.content import TABLES, Content, Row, citations, read
from bot.knowledge.database import open_knowledge
from bot.knowledge.linking import Linker
from bot.knowledge.search import QuestionIndex


def build(source: Path, target: Path) -> None:
    """Build `target`, an SQLite file, and its search index from the files of the folder `source`.

    The new files take the old ones' place only when they are whole. Raises ContentError with every bad row.
    """
    content = read(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        database, index = Path(folder) / "knowledge", Path(folder) / "index"
        _write(content, database)
        _write_index(database, index)
        index.replace(index_of(target))
        database.replace(target)


def index_of(database: Path) -> Path:
    """Where the search index of a knowledge database lies."""
    return database.with_suffix(".index")


def is_current(source: Path, target: Path) -> bool:
    """Whether `target` exists and is newer than every file that it is built from."""
    if not target.exists() or not index_of(target).exists():
        return False
    files = [*source.rglob("*.csv"), *(source.parent / "language").glob("*.csv"), *Path(__file__).parent.glob("*.py")]
    return all(file.stat().st_mtime <= target.stat().st_mtime for file in files if file.exists())


def _write(content: Content, path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}", future=True)
    models.Base.metadata.create_all(engine)
    with Session(engine, future=True) as session:
        session.add_all(_sources(content))
        session.add_all(_entities(content))
        session.flush()
        session.add_all(_details(content))
        session.flush()
        session.add_all(_relations(content))
        session.add_all(_facts(content))
        session.add_all(_citations(content))
        session.commit()
    engine.dispose()


def _write_index(database: Path, path: Path) -> None:
    with open_knowledge(database)() as session:
        QuestionIndex(session, Linker.from_database(session)).save(path)


def _sources(content: Content) -> Iterator[models.Source]:
    for row in content.sources:
        yield models.Source(**row.cells)


def _entities(content: Content) -> Iterator[models.Entity]:
    for row in content.sources:
        yield models.Entity(ref=f"source:{row['source_id']}", kind="source", name=row["title"], website=row["url"])
    for table in TABLES:
        for row in content.entities[table.kind]:
            yield models.Entity(
                ref=f"{table.kind}:{row[table.id_column]}",
                kind=table.kind,
                website=row.cells.get("website") or row.cells.get("url") or "",
                **_cells(row, "name", "short_name", "summary", "note", "level", "type"),
                confidence=row.cells.get("confidence", "high"),
            )


def _cells(row: Row, *columns: str) -> dict[str, str]:
    return {column: row.cells.get(column, "") for column in columns}


def _details(content: Content) -> Iterator[Any]:
    for row in content.entities["municipality"]:
        yield models.Municipality(ref=f"municipality:{row['municipality_code']}", county=f"county:{row['county_code']}")
    for row in content.entities["rss"]:
        cells = _cells(row, "host", "form", "role_stated", "phone", "email")
        yield models.Rss(ref=f"rss:{row['rss_id']}", county=f"county:{row['county_code']}", **cells)
    for row in content.entities["pilot"]:
        cells = _cells(row, "participants", "rss", "start", "end", "owner", "status", "as_of")
        yield models.Pilot(ref=f"pilot:{row['pilot_id']}", **cells)
    for row in content.entities["support"]:
        yield models.Support(ref=f"support:{row['support_id']}", **_cells(row, "audience", "owner", "status"))
    for row in content.entities["forum"]:
        cells = _cells(row, "members", "organisation", "task", "authority", "status", "as_of")
        yield models.Forum(ref=f"forum:{row['forum_id']}", **cells)
    for row in content.entities["contact"]:
        cells = _cells(row, "function", "organisation", "phone", "email")
        yield models.Contact(ref=f"contact:{row['contact_id']}", **cells)
    for row in content.entities["change"]:
        yield models.Change(ref=f"change:{row['change_id']}", **_cells(row, "before", "after", "date"))


def _relations(content: Content) -> Iterator[Any]:
    yield from _memberships(content)
    yield from _areas(content)
    yield from _participants(content)
    yield from _roles(content)
    yield from _language(content)


def _memberships(content: Content) -> Iterator[Any]:
    for row in content.memberships:
        yield models.MunicipalityRss(
            municipality=f"municipality:{row['municipality_code']}",
            rss=f"rss:{row['rss_id']}",
            **_cells(row, "relation", "confidence"),
        )


def _areas(content: Content) -> Iterator[Any]:
    for kind, id_column in (("actor", "actor_id"), ("pilot", "pilot_id"), ("support", "support_id")):
        for row in content.entities[kind]:
            for area in dict.fromkeys(row.list("areas")):
                yield models.EntityArea(ref=f"{kind}:{row[id_column]}", area=f"area:{area}")


def _participants(content: Content) -> Iterator[Any]:
    for row in content.entities["pilot"]:
        for code in row.list("municipalities"):
            yield models.PilotMunicipality(pilot=f"pilot:{row['pilot_id']}", municipality=f"municipality:{code}")
    for row in content.entities["contact"]:
        for ref in dict.fromkeys(row.list("about")):
            yield models.ContactSubject(contact=f"contact:{row['contact_id']}", ref=ref)


def _roles(content: Content) -> Iterator[Any]:
    for row in content.entities["process"]:
        for role, column in (("initiator", "initiators"), ("support", "supports"), ("recipient", "recipients")):
            for position, level in enumerate(row.list(column)):
                yield models.ProcessRole(
                    process=f"process:{row['process_id']}", role=role, level=level, position=position
                )


def _language(content: Content) -> Iterator[Any]:
    for ref, alias in dict.fromkeys((row["entity"], row["alias"]) for row in content.aliases):
        yield models.Alias(ref=ref, alias=alias)
    for word, canonical in dict.fromkeys((row["word"], row["canonical"]) for row in content.synonyms):
        yield models.Synonym(word=word, canonical=canonical)
    for signal, word in dict.fromkeys((row["signal"], row["word"]) for row in content.signals):
        yield models.Signal(signal=signal, word=word)
    yield from (models.Homograph(word=row["word"]) for row in content.homographs)
    yield from (models.Ordinal(word=row["word"], position=int(row["position"])) for row in content.ordinals)
    yield from (models.English(english=row["english"], swedish=row["swedish"]) for row in content.english)


def _facts(content: Content) -> Iterator[Any]:
    for row in content.facts:
        yield models.Fact(
            topic=row.file.stem, missing=row["status"] == "missing", **_cells(row, "fact_id", "statement", "caveat")
        )
        for position, ref in enumerate(dict.fromkeys(row.list("subjects"))):
            yield models.FactSubject(fact_id=row["fact_id"], position=position, ref=ref)
    for row in content.questions:
        yield models.Question(answer=row["answer"], text=row["question"])


def _citations(content: Content) -> Iterator[models.Citation]:
    for row in content.facts:
        yield from _cite(row["fact_id"], row)
    for table in TABLES:
        for row in content.entities[table.kind]:
            if "sources" in row.cells:
                yield from _cite(f"{table.kind}:{row[table.id_column]}", row)
    for row in content.memberships:
        yield from _cite(f"membership:{row['municipality_code']}:{row['rss_id']}", row)


def _cite(subject: str, row: Row) -> Iterator[models.Citation]:
    for position, (source_id, place) in enumerate(dict.fromkeys(citations(row["sources"]))):
        yield models.Citation(subject=subject, position=position, source_id=source_id, place=place)
