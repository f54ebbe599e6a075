"""What a page of its own shows of one fact or entity, and what is behind an answer. Reads only."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge import dialogue, models
from bot.knowledge.answering import Assistant
from bot.knowledge.content import citations
from bot.knowledge.linking import kind_of
from bot.knowledge.lookups import municipalities
from bot.knowledge.lookups.desk import Desk, facts_about, labels

MOST_FACTS = 12
_ID = re.compile(r"[a-z0-9:-]{1,120}")
_LINES = re.compile(r"(\d+)(?:-(\d+))?")
_ASKED = {
    "rss_of": ("rss.ask", "place"),
    "members": ("rss.ask_members", "rss"),
    "process": ("processes.ask", "process"),
}
"""What kinds of keys answer, where no question of the knowledge says it: a phrase, and what it names."""
_OWN_LEVEL = {"rss": "regional", "municipality": "lokal", "process": ""}


@dataclass(frozen=True)
class Link:
    """Another page: its id, and what to call it."""

    id: str
    name: str


@dataclass(frozen=True)
class Place:
    """Where a statement comes from."""

    title: str
    publisher: str
    date: str
    place: str
    url: str


@dataclass(frozen=True)
class Replacement:
    """What was so, and what is so instead. change: the page of the change; date: since when."""

    change: Link
    before: str
    after: str
    date: str


@dataclass(frozen=True)
class Page:
    """One fact or entity.

    name: what it is about. about: its subjects. facts: what else is known of an entity. replaced: what
    has changed since the sources were written, or the change that the page is about.
    """

    id: str
    name: str
    statement: str
    caveat: str = ""
    website: str = ""
    places: tuple[Place, ...] = ()
    replaced: tuple[Replacement, ...] = ()
    about: tuple[Link, ...] = ()
    facts: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Background:
    """What is behind an answer: the question it was taken for, what it is about, its level and its owner."""

    understood: str = ""
    about: str = ""
    level: str = ""
    owner: str = ""


def version(knowledge: Path) -> str:
    """The version of the knowledge: a hash of its database."""
    stat = knowledge.stat()
    return _version(knowledge, stat.st_mtime_ns, stat.st_size)


def page(assistant: Assistant, id_: str, content: Path) -> Page | None:
    """The page of the fact, entity or membership `id_`, or None; `content` is the folder data/knowledge."""
    if not _ID.fullmatch(id_):
        return None
    with assistant.sessions() as session:
        desk = Desk(session, assistant.phrases, assistant.linker)
        found = _entity_page(desk, id_) if ":" in id_ else _fact_page(desk, id_)
        if found is None:
            return None
        places, changed = _places(session, id_), _changes_of(session, id_, content)
        return replace(found, places=places, replaced=found.replaced + changed)


def municipality_names(assistant: Assistant) -> list[str]:
    """The names of all municipalities, in alphabetical order as Swedish has it."""
    with assistant.sessions() as session:
        names = session.scalars(select(models.Entity.name).where(models.Entity.kind == "municipality")).all()
    return sorted(names, key=lambda name: name.casefold().translate(_SWEDISH_ORDER))


def name_of(assistant: Assistant, ref: str) -> str:
    """The name of the entity `ref`, or "" when there is none."""
    with assistant.sessions() as session:
        row = session.get(models.Entity, ref)
        return str(row.name) if row else ""


def background(assistant: Assistant, key: str, cited: Sequence[str]) -> Background:
    """What is behind an answer with `key` that cites the facts `cited`."""
    with assistant.sessions() as session:
        desk = Desk(session, assistant.phrases, assistant.linker)
        keys = [part for part in re.split(r"[+ ]", key) if part]
        subject = next(_subjects(session, [*keys, *cited]), None)
        understood = " ".join(dict.fromkeys(_understood(desk, keys)))
        if subject is None:
            return Background(understood)
        level = subject.level or _OWN_LEVEL.get(str(subject.kind), "")
        return Background(understood, str(subject.name), str(level).replace("-", ", "), _owner(session, subject))


_SWEDISH_ORDER = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


@lru_cache(maxsize=2)
def _version(knowledge: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(knowledge.read_bytes()).hexdigest()[:16]


def _fact_page(desk: Desk, fact_id: str) -> Page | None:
    fact = desk.session.get(models.Fact, fact_id)
    if fact is None:
        return None
    about = tuple(_fact_subjects(desk.session, fact_id))
    changes = [link.id for link in about if kind_of(link.id) == "change"]
    return Page(
        fact_id,
        about[0].name if about else fact_id,
        fact.statement,
        fact.caveat,
        replaced=tuple(_replacements(desk.session, changes)),
        about=about,
    )


def _entity_page(desk: Desk, id_: str) -> Page | None:
    kind, _, rest = id_.partition(":")
    if kind == "membership":
        return _membership_page(desk, id_, rest)
    entity = desk.session.get(models.Entity, id_)
    if entity is None or kind in ("area", "county", "source"):
        return None
    found = municipalities.rss_of(desk, [id_]) if kind == "municipality" else dialogue.by_key(desk, id_)
    if found is None:
        return None
    return Page(
        id_,
        entity.name,
        found.answer.text,
        entity.note or found.answer.caveat,
        entity.website,
        replaced=tuple(_replacements(desk.session, [id_])) if kind == "change" else (),
        facts=tuple(_statements(desk.session, facts_about(desk, id_)[:MOST_FACTS])),
    )


def _membership_page(desk: Desk, id_: str, rest: str) -> Page | None:
    code, _, rss = rest.partition(":")
    key = {"municipality": f"municipality:{code}", "rss": f"rss:{rss}"}
    if desk.session.get(models.MunicipalityRss, key) is None:
        return None
    found = municipalities.rss_of(desk, [key["municipality"]])
    about = tuple(_links(desk.session, list(key.values())))
    if found is None or not about:
        return None
    return Page(id_, about[0].name, found.answer.text, found.answer.caveat, about=about)


def _fact_subjects(session: Session, fact_id: str) -> Iterator[Link]:
    refs = session.scalars(
        select(models.FactSubject.ref)
        .where(models.FactSubject.fact_id == fact_id)
        .order_by(models.FactSubject.position)
    )
    yield from _links(session, refs.all())


def _links(session: Session, refs: Sequence[str]) -> Iterator[Link]:
    for ref in refs:
        row = session.get(models.Entity, ref)
        if row is not None:
            yield Link(ref, row.name)


def _statements(session: Session, facts: Sequence[str]) -> Iterator[Link]:
    for fact_id in facts:
        row = session.get(models.Fact, fact_id)
        if row is not None:
            yield Link(fact_id, str(row.statement).partition("\n")[0])


def _places(session: Session, subject: str) -> tuple[Place, ...]:
    rows = session.execute(
        select(models.Citation, models.Source)
        .join(models.Source, models.Source.source_id == models.Citation.source_id)
        .where(models.Citation.subject == subject)
        .order_by(models.Citation.position)
    )
    return tuple(Place(source.title, source.publisher, source.date, cited.place, source.url) for cited, source in rows)


def _replacements(session: Session, changes: Sequence[str]) -> Iterator[Replacement]:
    for ref in changes:
        row, entity = session.get(models.Change, ref), session.get(models.Entity, ref)
        if row is not None and entity is not None:
            yield Replacement(Link(ref, entity.name), row.before, row.after, row.date)


def _changes_of(session: Session, subject: str, content: Path) -> tuple[Replacement, ...]:
    """What has changed since, in the very lines of the sources that bear out `subject`."""
    if kind_of(subject) == "change":
        return ()
    file = content / "changes.csv"
    touched = _affected(file, file.stat().st_mtime_ns) if file.exists() else {}
    rows = session.execute(
        select(models.Citation.source_id, models.Citation.place).where(models.Citation.subject == subject)
    )
    found = [ref for source, place in rows for line in _lines(place) for ref in touched.get((source, line), ())]
    own = session.scalars(select(models.FactSubject.ref).where(models.FactSubject.fact_id == subject)).all()
    return tuple(_replacements(session, [ref for ref in dict.fromkeys(found) if ref not in own]))


@lru_cache(maxsize=2)
def _affected(file: Path, _changed: int) -> Mapping[tuple[str, int], tuple[str, ...]]:
    """(source, line) → the changes that make it out of date; the knowledge database does not hold them yet."""
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for source, place in citations(row["affected"]):
                for line in _lines(place):
                    found[source, line] = (*found.get((source, line), ()), f"change:{row['change_id']}")
    return found


def _lines(place: str) -> Iterator[int]:
    """The line numbers in a place: "3,19-21" → 3, 19, 20, 21; nothing for a paragraph of a law."""
    for part in place.split(","):
        match = _LINES.fullmatch(part.strip())
        if match:
            first, last = int(match[1]), int(match[2] or match[1])
            yield from range(first, min(last, first + 1000) + 1)


def _understood(desk: Desk, keys: Sequence[str]) -> Iterator[str]:
    questions = labels(desk, keys)
    for key in keys:
        kind, _, rest = key.partition(":")
        named = desk.session.get(models.Entity, key if kind == "process" else rest)
        if key in questions:
            yield questions[key]
        elif kind in _ASKED and named is not None:
            phrase, gap = _ASKED[kind]
            yield desk.phrases(phrase, **{gap: named.name})


def _subjects(session: Session, keys: Sequence[str]) -> Iterator[models.Entity]:
    for key in keys:
        row = session.get(models.Entity, _ref_behind(session, key))
        if row is not None:
            yield row


def _ref_behind(session: Session, key: str) -> str:
    kind, _, rest = key.partition(":")
    if kind == "membership":
        return f"rss:{rest.partition(':')[2]}"
    if kind in ("members", "contact", "pilots") and ":" in rest:
        return rest
    if rest:
        return key
    main = select(models.FactSubject.ref).where(models.FactSubject.fact_id == key, models.FactSubject.position == 0)
    return session.scalars(main).first() or ""


def _owner(session: Session, entity: models.Entity) -> str:
    if entity.kind in ("support", "pilot"):
        table = models.Support if entity.kind == "support" else models.Pilot
        row = session.get(table, entity.ref)
        return str(row.owner) if row else ""
    return str(entity.name) if entity.kind in ("actor", "rss") else ""
