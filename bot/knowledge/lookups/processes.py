"""The nine processes of Bilaga 1: who initiates, who supports, who receives, both ways."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import select

from bot.answers import Answer
from bot.knowledge import models
from bot.knowledge.linking import kind_of, tokens
from bot.knowledge.lookups.desk import Desk, Found, choices, cite, entity, names
from bot.knowledge.phrases import bullets, listed
from bot.knowledge.swedish import normalise

ROLES = ("initiator", "support", "recipient")
LEVEL = "level_"
"""What the signals of a level begin with."""
EVERYONE = "alla"
EVERY_PROCESS = re.compile(r"\b(?:alla|samtliga)(?: (?:de|dom|dessa|nio|9|olika))* process\w*")
"""Where "alla" counts the processes, and is no level."""


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


def asked(desk: Desk, text: str) -> tuple[list[str], list[str]]:
    """The roles and the levels that a message speaks of, by the words that are signs of them."""
    words = {token.text for token in tokens(EVERY_PROCESS.sub(" ", normalise(text)))}
    found = set(desk.session.scalars(select(models.Signal.signal).where(models.Signal.word.in_(words))))
    levels = sorted(signal.removeprefix(LEVEL) for signal in found if signal.startswith(LEVEL))
    return [role for role in ROLES if role in found], levels


def about(desk: Desk, refs: Sequence[str], text: str, municipality: str = "") -> Found:
    """The row of the process named among `refs`; else the processes in which a level has a role; else all of them."""
    named = support_here(desk, refs, municipality)
    if named is not None:
        return named
    roles, levels = asked(desk, text)
    found = by_level(desk, roles[0], levels[0]) if len(roles) == len(levels) == 1 else None
    return found or listing(desk)


def likewise(desk: Desk, key: str, text: str) -> Found | None:
    """After the answer `key` about one level: the processes in which the level of `text` has the same role."""
    kind, _, rest = key.partition(":")
    role = rest.partition(":")[0]
    roles, levels = asked(desk, text)
    if kind != "list" or role not in ROLES or roles or len(levels) != 1:
        return None
    return by_level(desk, role, levels[0])


def by_level(desk: Desk, role: str, level: str) -> Found | None:
    """The processes in which `level` has `role`, with those in which every level has it; None when there are none."""
    say = desk.phrases
    rows = desk.session.execute(
        select(models.ProcessRole.process, models.ProcessRole.level).where(models.ProcessRole.role == role)
    ).all()
    processes = desk.session.scalars(select(models.Entity).where(models.Entity.kind == "process")).all()
    mine = [process for process in processes if (process.ref, level) in rows]
    shared = [process for process in processes if level != EVERYONE and (process.ref, EVERYONE) in rows]
    if not mine and not shared:
        return None
    name = say(f"level.{level}")
    text = say(
        f"processes.{role}_in" if mine else f"processes.no_{role}",
        level=name[:1].upper() + name[1:],
        count=len(mine),
        total=len(processes),
        lines=bullets(process.name for process in mine),
    )
    if shared:
        text += "\n\n" + say(f"processes.{role}_shared", names=listed(process.name for process in shared))
    refs = tuple(process.ref for process in (*mine, *shared))
    answer = Answer(text, cite(desk, refs), say("processes.caveat"), choices(desk, refs), key=f"list:{role}:{level}")
    return Found(answer, refs, shown=refs)


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
