"""The nine processes of Bilaga 1: who initiates, who supports, who receives, both ways."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot.answers import Answer
from bot.knowledge import models
from bot.knowledge.linking import kind_of
from bot.knowledge.lookups.desk import Desk, Found, choices, cite, entity, names
from bot.knowledge.phrases import bullets, listed

ROLES = ("initiator", "support", "recipient")


def row(desk: Desk, process: str, municipality: str = "") -> Found:
    """Who does what in `process`; with the RSS of `municipality` where regional level supports it."""
    say = desk.phrases
    name = entity(desk, process).name
    levels = _levels(desk, process)
    parts = {role: listed(say(f"level.{level}") for level in levels[role]) for role in ROLES}
    text = say("processes.row", process=name, **parts)
    cited = [process]
    if "regional" in levels["support"]:
        rss = _own_rss(desk, municipality)
        text += "\n\n" + (
            say("processes.own_rss", municipality=entity(desk, municipality).name, rss=listed(names(desk, rss)))
            if rss
            else say("processes.regional_is_rss")
        )
        cited += [f"membership:{municipality.partition(':')[2]}:{ref.partition(':')[2]}" for ref in rss]
    answer = Answer(
        text, cite(desk, cited), say("processes.caveat"), choices(desk, _neighbours(desk, process)), key=process
    )
    return Found(answer, (process,))


def support_here(desk: Desk, refs: Sequence[str], municipality: str) -> Found | None:
    """Who supports the process named among `refs`, in `municipality`; None when no process is named."""
    found = [ref for ref in refs if kind_of(ref) == "process"]
    return row(desk, found[0], municipality) if found else None


def listing(desk: Desk) -> Found:
    """All nine processes, with who initiates and who supports."""
    say = desk.phrases
    processes = desk.session.scalars(select(models.Entity).where(models.Entity.kind == "process")).all()
    lines = []
    for process in processes:
        levels = _levels(desk, process.ref)
        parts = {role: listed(say(f"level.{level}") for level in levels[role]) for role in ROLES}
        lines.append(say("processes.line", process=process.name, **parts))
    refs = [process.ref for process in processes]
    text = say("processes.list", count=len(refs), lines=bullets(lines))
    return Found(Answer(text, cite(desk, refs), key="list:process"), tuple(refs), shown=tuple(refs))


def _levels(desk: Desk, process: str) -> dict[str, list[str]]:
    rows = desk.session.scalars(
        select(models.ProcessRole)
        .where(models.ProcessRole.process == process)
        .order_by(models.ProcessRole.role, models.ProcessRole.position)
    )
    levels: dict[str, list[str]] = {role: [] for role in ROLES}
    for found in rows:
        levels[found.role].append(found.level)
    return levels


def _own_rss(desk: Desk, municipality: str) -> list[str]:
    rows = desk.session.scalars(
        select(models.MunicipalityRss.rss).where(
            models.MunicipalityRss.municipality == municipality, models.MunicipalityRss.confidence != "low"
        )
    )
    return list(rows)


def _neighbours(desk: Desk, process: str) -> list[str]:
    refs = desk.session.scalars(select(models.Entity.ref).where(models.Entity.kind == "process")).all()
    position = refs.index(process)
    return [refs[(position + 1) % len(refs)], refs[(position + 2) % len(refs)]]
