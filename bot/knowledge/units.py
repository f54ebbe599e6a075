"""The FoU units (forskning och utveckling) that a municipality has, by what their descriptions name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge import models
from bot.knowledge.linking import Link, Linker, kind_of

COLLECTIVE = "actor:fouenheter"
"""The name for all of them."""
TYPE = "FoU-"
"""How the type of a unit begins in actors.csv; one with `CLOSED` in it is no more."""
CLOSED = "upphörd"
SHORT_NAME = "FoU"
"""By itself it is mostly the beginning of another name: "FoU-samarbetet på Södertörn"."""


def units_of(session: Session, linker: Linker) -> Mapping[str, tuple[str, ...]]:
    """Municipality ref → refs of its units: those whose description names it, else those that name its RSS."""
    by_name: dict[str, list[str]] = defaultdict(list)
    by_rss: dict[str, list[str]] = defaultdict(list)
    units = select(models.Entity).where(models.Entity.kind == "actor", models.Entity.type.startswith(TYPE))
    for unit in session.scalars(units.order_by(models.Entity.ref)):
        if CLOSED in unit.type:
            continue
        named = {ref for link in linker.link(unit.summary) if link.exact for ref in link.refs}
        for place in named:
            (by_rss if kind_of(place) == "rss" else by_name)[place].append(unit.ref)
    found: dict[str, tuple[str, ...]] = {}
    for row in session.scalars(select(models.MunicipalityRss)):
        own = by_name.get(row.municipality) or by_rss.get(row.rss) or ()
        found[row.municipality] = tuple(dict.fromkeys((*found.get(row.municipality, ()), *own)))
    return {municipality: units for municipality, units in found.items() if units}


def is_collective(link: Link) -> bool:
    """Whether a link names FoU units in general: "vår FoU-enhet"."""
    return link.refs == (COLLECTIVE,) and link.end - link.start > len(SHORT_NAME)
