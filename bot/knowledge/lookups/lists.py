"""Lists over the tables: pilots, knowledge supports, forums, actors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select

from bot.answers import LONGEST_ANSWER, Answer
from bot.knowledge import models
from bot.knowledge.linking import kind_of
from bot.knowledge.lookups.desk import Desk, Found, asking, cite, entity
from bot.knowledge.phrases import bullets, either, listed

LONGEST_LIST = LONGEST_ANSWER - 200
"""Characters: a line may come before or after it, such as a warning."""


def of_kind(desk: Desk, kind: str, level: str = "") -> Found:
    """All entities of a kind, on a level when one is named."""
    query = select(models.Entity).where(models.Entity.kind == kind, models.Entity.confidence != "low")
    if level:
        query = query.where(models.Entity.level.contains(level))
    rows = desk.session.scalars(query.order_by(models.Entity.name)).all()
    lead = desk.phrases(f"lists.{kind}", count=len(rows), level=f" på {level} nivå" if level else "")
    return _listing(desk, rows, lead, f"list:{kind}")


def pilots_for(desk: Desk, refs: Sequence[str]) -> Found | None:
    """The pilots in a municipality, of an RSS or in an area named among `refs`; None when none is named."""
    for ref in refs:
        query = select(models.Entity).join(models.Pilot, models.Pilot.ref == models.Entity.ref)
        if kind_of(ref) == "municipality":
            query = query.join(models.PilotMunicipality, models.PilotMunicipality.pilot == models.Pilot.ref).where(
                models.PilotMunicipality.municipality == ref
            )
        elif kind_of(ref) == "area":
            query = query.join(models.EntityArea, models.EntityArea.ref == models.Pilot.ref).where(
                models.EntityArea.area == ref
            )
        elif kind_of(ref) == "rss":
            name = entity(desk, ref).name
            query = query.where(models.Pilot.rss.contains(name))
        else:
            continue
        return _pilots(desk, ref, desk.session.scalars(query.order_by(models.Entity.ref)).all())
    return None


def supports_for(desk: Desk, refs: Sequence[str]) -> Found | None:
    """The knowledge supports for the areas named among `refs`, those for all of them where there are any; None when
    no area is named.
    """
    areas = [ref for ref in refs if kind_of(ref) == "area"]
    if not areas:
        return None
    names = [entity(desk, area).name for area in areas]
    together, apart = _supports(desk, areas, len(areas)), _supports(desk, areas, 1)
    name = listed(names) if together else either(desk.phrases, names)
    if not apart:
        return Found(
            Answer(desk.phrases("lists.no_supports", area=name), missing=name, key="list:support"), tuple(areas)
        )
    text = desk.phrases("lists.supports_for", area=name)
    return _listing(desk, together or apart, text, "list:support", tuple(areas))


def _supports(desk: Desk, areas: Sequence[str], fewest: int) -> Sequence[models.Entity]:
    """The knowledge supports that are for `fewest` of `areas` at least."""
    rows: Sequence[models.Entity] = desk.session.scalars(
        select(models.Entity)
        .join(models.EntityArea, models.EntityArea.ref == models.Entity.ref)
        .where(models.EntityArea.area.in_(areas), models.Entity.kind == "support")
        .group_by(models.Entity.ref)
        .having(func.count() >= fewest)
        .order_by(models.Entity.name)
    ).all()
    return rows


def _pilots(desk: Desk, ref: str, rows: Sequence[models.Entity]) -> Found:
    name = entity(desk, ref).name
    if not rows:
        text = desk.phrases("lists.no_pilots", name=name)
        cited = cite(desk, ["pilot:tidigt-stod"])
        return Found(Answer(text, cited, missing=text, key=f"pilots:{ref}"), (ref,))
    return _listing(desk, rows, desk.phrases("lists.pilots_for", name=name), f"pilots:{ref}", (ref,))


def _listing(desk: Desk, rows: Sequence[models.Entity], lead: str, key: str, refs: tuple[str, ...] = ()) -> Found:
    lines = [_line(row) for row in rows]
    shown = tuple(row.ref for row in rows)
    buttons = tuple(asking(row.short_name or row.name) for row in rows[:3] if len(row.name) <= 60)
    answer = Answer(f"{lead}\n{bullets(lines)}", cite(desk, shown), choices=buttons, key=key)
    while answer.length() > LONGEST_LIST and len(lines) > 1:
        lines.pop()
        rest = desk.phrases("lists.and_more", count=len(rows) - len(lines))
        answer = replace(answer, text=f"{lead}\n{bullets([*lines, rest])}")
    return Found(answer, refs, shown)


def _line(row: models.Entity) -> str:
    name = f"{row.name} ({row.short_name})" if row.short_name else row.name
    return f"{name}: {row.type}" if row.kind == "support" else name
