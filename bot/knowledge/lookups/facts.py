"""What one fact says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from bot.answers import Answer
from bot.knowledge import models
from bot.knowledge.linking import kind_of
from bot.knowledge.lookups.desk import Desk, Found, choices, cite, facts_about


def fact(desk: Desk, fact_id: str) -> Found:
    """The answer that a fact gives. KeyError when there is no such fact."""
    row = desk.session.get(models.Fact, fact_id)
    if row is None:
        raise KeyError(fact_id)
    subjects = desk.session.scalars(
        select(models.FactSubject.ref)
        .where(models.FactSubject.fact_id == fact_id)
        .order_by(models.FactSubject.position)
    ).all()
    related = facts_about(desk, subjects[0], fact_id) if subjects else []
    answer = Answer(
        row.statement,
        cite(desk, [fact_id]),
        caveat=row.caveat,
        choices=choices(desk, related[:3]),
        missing=row.statement if row.missing else "",
        key=fact_id,
    )
    return Found(answer, tuple(subjects), shown=_alike(subjects))


def _alike(subjects: Sequence[str]) -> tuple[str, ...]:
    """The subjects of the kind that there are most of: what a fact lists, where it lists several."""
    kinds = Counter(kind_of(ref) for ref in subjects)
    kind, count = kinds.most_common(1)[0] if kinds else ("", 0)
    return tuple(ref for ref in subjects if kind_of(ref) == kind) if count > 1 else ()
