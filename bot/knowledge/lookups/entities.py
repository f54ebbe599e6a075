"""What an entity is, whether it is current, who owns it, who is in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot.answers import Answer
from bot.knowledge import models
from bot.knowledge.linking import kind_of
from bot.knowledge.lookups import contacts, processes
from bot.knowledge.lookups.desk import (
    Desk,
    Found,
    asking,
    choices,
    cite,
    entities,
    entity,
    facts_about,
    names,
)
from bot.knowledge.phrases import bullets, either, listed
from bot.knowledge.swedish import stems

PLACES = contacts.PLACES
SECONDARY = (*PLACES, "area", "source")
PAGELESS = (*PLACES, "area", "term", "process", "change")
"""The kinds that nobody keeps a page for."""
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])")
FIRST_WORDS = 4
"""A description that begins with all but one of these from a thing's name names it."""
NOT_STATED = "anges inte"
"""How a cell ends that says that the sources do not say it."""


def describe(desk: Desk, ref: str) -> Found | None:
    """What the entity `ref` is; None when nothing describes it."""
    if kind_of(ref) == "process":
        return processes.row(desk, ref)
    if kind_of(ref) == "contact":
        return contacts.card(desk, ref)
    row = entity(desk, ref)
    if not row.summary:
        return None
    text = row.summary if _named(row) else f"{row.name}: {row.summary}"
    answer = Answer(text, cite(desk, [ref]), row.note, choices(desk, facts_about(desk, ref)[:3]), key=ref)
    return Found(answer, (ref,))


def describe_named(desk: Desk, refs: Sequence[str]) -> Found | None:
    """The description of what is named among `refs`; a question back when a name means several things."""
    main = [ref for ref in refs if kind_of(ref) not in SECONDARY] or [ref for ref in refs if kind_of(ref) not in PLACES]
    if not main:
        return None
    return describe(desk, main[0])


def which(desk: Desk, refs: Sequence[str]) -> Found:
    """Asks which of `refs`, at most four, is meant."""
    rows = entities(desk, refs)[:4]
    buttons = tuple(asking(row.name) for row in rows)
    found = tuple(row.ref for row in rows)
    text = desk.phrases("ask.which", names=either(desk.phrases, [row.name for row in rows]))
    return Found(Answer(text, choices=buttons, key="ask:which"), found, shown=found, asks=True)


def website(desk: Desk, refs: Sequence[str]) -> Found | None:
    """The web address of what is named first among `refs`; None when nothing is."""
    rows = [row for row in entities(desk, refs) if row.kind not in PAGELESS]
    if not rows:
        return None
    row = rows[0]
    if not row.website:
        text = desk.phrases("entities.no_website", name=row.name)
        return Found(Answer(text, cite(desk, [row.ref]), missing=text, key=row.ref), (row.ref,))
    text = desk.phrases("entities.website", name=row.name, website=row.website)
    return Found(Answer(text, cite(desk, [row.ref]), desk.phrases("contacts.pages_unchecked"), key=row.ref), (row.ref,))


def detail(desk: Desk, refs: Sequence[str], aspect: str) -> Found | None:
    """One aspect of what is named (status, owner, members, start), before its description; None where no row has it."""
    for ref in refs:
        found = _detail(desk, ref, aspect)
        if found:
            return found
    return None


def compare(desk: Desk, refs: Sequence[str]) -> Found | None:
    """The descriptions of two of `refs` side by side, of more a sentence each; None when fewer are named."""
    rows = [row for row in entities(desk, refs) if row.summary and row.kind not in PLACES]
    if len(rows) != 2:
        return describe_all(desk, [row.ref for row in rows])
    text = "\n\n".join(row.summary if _named(row) else f"{row.name}: {row.summary}" for row in rows)
    found = tuple(row.ref for row in rows)
    return Found(Answer(text, cite(desk, found), " ".join(row.note for row in rows if row.note), key="compare"), found)


def describe_all(desk: Desk, refs: Sequence[str]) -> Found | None:
    """What each of `refs` is, a sentence each; None when fewer than two are described."""
    rows = [row for row in entities(desk, refs) if row.summary]
    if len(rows) < 2:
        return None
    lines = [_sentence(row.summary) if _named(row) else f"{row.name}: {_sentence(row.summary)}" for row in rows]
    found = tuple(row.ref for row in rows)
    buttons = choices(desk, found[:3])
    return Found(Answer(bullets(lines), cite(desk, found), choices=buttons, key="describe"), found, shown=found)


def _sentence(text: str) -> str:
    return SENTENCE_END.split(text, maxsplit=1)[0]


def same_as(desk: Desk, refs: Sequence[str]) -> Found | None:
    """The description of what is named among `refs`, after the change of name that it has been through."""
    described = describe_named(desk, refs)
    change = _renaming(desk, described.refs[0]) if described else None
    if described is None or change is None:
        return described
    text = f"{change.summary}\n\n{described.answer.text}"
    caveat = " ".join(dict.fromkeys(note for note in (change.note, described.answer.caveat) if note))
    cited = cite(desk, [change.ref, *described.refs])
    return replace(described, answer=replace(described.answer, text=text, caveat=caveat, citations=cited))


def _renaming(desk: Desk, ref: str) -> models.Entity | None:
    """The change that says what `ref` was called before; None when none does."""
    row = entity(desk, ref)
    aliases = desk.session.scalars(select(models.Alias.alias).where(models.Alias.ref == ref))
    former = models.Change.before.in_([row.name, *aliases])
    found: models.Entity | None = desk.session.scalars(
        select(models.Entity).join(models.Change, models.Change.ref == models.Entity.ref).where(former)
    ).first()
    return found


def _detail(desk: Desk, ref: str, aspect: str) -> Found | None:
    model = {"pilot": models.Pilot, "support": models.Support, "forum": models.Forum}.get(kind_of(ref))
    described = describe(desk, ref)
    if model is None or described is None:
        return None
    row = desk.session.get(model, ref)
    if aspect == "members" and isinstance(row, models.Pilot):
        aspect, value = "participants", _participants(desk, row)
    else:
        value = _value(row, aspect)
    if not value:
        return None
    lead = desk.phrases(f"entities.{aspect}", name=entity(desk, ref).name, value=value.rstrip("."))
    answer = described.answer
    return Found(
        Answer(f"{lead}\n\n{answer.text}", answer.citations, answer.caveat, answer.choices, key=answer.key), (ref,)
    )


def _value(row: Any, aspect: str) -> str:
    """What the column `aspect` of a row says; "start" with the end after it. "" where the table has no such column."""
    value = str(getattr(row, aspect, ""))
    end = getattr(row, "end", "")
    return f"{value}–{end}" if aspect == "start" and value and end else value


def _participants(desk: Desk, row: models.Pilot) -> str:
    """Who takes part in a pilot: the municipalities that are named, and who else. "" where no source says it."""
    refs = desk.session.scalars(
        select(models.PilotMunicipality.municipality).where(models.PilotMunicipality.pilot == row.ref)
    ).all()
    if not refs and row.participants.endswith(NOT_STATED):
        return ""
    places = [name for name in names(desk, refs) if name not in row.participants]
    return "; ".join(part for part in (listed(places), row.participants) if part)


def _named(row: models.Entity) -> bool:
    summary = row.summary.casefold()
    if any(name.casefold() in summary for name in (row.name, row.short_name) if name):
        return True
    # "Länspiloten Samverkan för barn …" names Länspilot Samverkan för barn och ungas bästa.
    first = stems(row.summary)[:FIRST_WORDS]
    return len(set(first) & set(stems(row.name))) >= FIRST_WORDS - 1
