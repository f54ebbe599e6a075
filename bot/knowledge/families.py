"""Families of knowledge supports: Yrkesresan is one name, and each area of work has a Yrkesresa of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge import models


class Families:
    """The supports whose names begin with another support's name, by area."""

    def __init__(self, session: Session) -> None:
        supports = session.scalars(select(models.Entity).where(models.Entity.kind == "support")).all()
        areas: dict[str, list[str]] = defaultdict(list)
        for row in session.scalars(select(models.EntityArea)):
            areas[row.ref].append(row.area)
        self._members: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._family: dict[str, str] = {}
        for head in supports:
            for member in supports:
                if member.name.startswith(f"{head.name} "):
                    self._family[member.ref] = head.ref
                    for area in areas[member.ref]:
                        self._members[head.ref][area].append(member.ref)

    def member(self, ref: str, areas: Iterable[str]) -> str:
        """The one for `areas` in the family of `ref`, its head or a member; "" where there are none or several."""
        within = self._members.get(self._family.get(ref, ref), {})
        found = {member for area in areas for member in within.get(area, ())}
        return found.pop() if len(found) == 1 else ""

    def is_head(self, ref: str) -> bool:
        """Whether `ref` is the name of a whole family."""
        return ref in self._members
