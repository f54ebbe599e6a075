"""What every look-up works with, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.answers import Answer, Choice, Citation
from bot.answers import Citation as AnswerCitation
from bot.knowledge import models
from bot.knowledge.linking import Linker, kind_of
from bot.knowledge.phrases import Phrases

MOST_CHOICES = 3
MOST_CITATIONS = 3


@dataclass(frozen=True)
class Desk:
    """A session on the knowledge, the phrases, and the linker (to suggest names that are like one)."""

    session: Session
    phrases: Phrases
    linker: Linker


@dataclass(frozen=True)
class Found:
    """What a look-up found: the answer, the refs that it is about, what it listed; `asks` when it asks back."""

    answer: Answer
    refs: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    asks: bool = False


def together(found: Sequence[Found], key: str) -> Found:
    """One find with the answers of several, one after the other."""
    answers = [each.answer for each in found]
    answer = Answer(
        "\n\n".join(each.text for each in answers),
        tuple(dict.fromkeys(citation for each in answers for citation in each.citations))[: MOST_CITATIONS + 1],
        "\n".join(dict.fromkeys(each.caveat for each in answers if each.caveat)),
        choices=tuple(dict.fromkeys(each.choices[0] for each in answers if each.choices))[:MOST_CHOICES],
        key=key,
    )
    refs = tuple(dict.fromkeys(ref for each in found for ref in each.refs))
    return Found(answer, refs, shown=tuple(dict.fromkeys(ref for each in found for ref in each.shown)))


def entity(desk: Desk, ref: str) -> models.Entity:
    """The entity of a ref. KeyError when there is none."""
    row: models.Entity | None = desk.session.get(models.Entity, ref)
    if row is None:
        raise KeyError(ref)
    return row


def entities(desk: Desk, refs: Iterable[str]) -> list[models.Entity]:
    """The entities of `refs`, in their order; unknown ones are passed over."""
    wanted = list(dict.fromkeys(refs))
    rows = desk.session.scalars(select(models.Entity).where(models.Entity.ref.in_(wanted)))
    by_ref = {row.ref: row for row in rows}
    return [by_ref[ref] for ref in wanted if ref in by_ref]


def rss_refs(desk: Desk, place: str) -> list[str]:
    """The RSS of a municipality or a county, known or not who it is; none for anything else."""
    of_municipality = select(models.MunicipalityRss.rss).where(models.MunicipalityRss.municipality == place)
    of_county = select(models.Rss.ref).where(models.Rss.county == place)
    queries = {"municipality": of_municipality, "county": of_county}
    query = queries.get(kind_of(place))
    return [] if query is None else list(desk.session.scalars(query))


def names(desk: Desk, refs: Iterable[str]) -> list[str]:
    """The names of `refs`."""
    return [row.name for row in entities(desk, refs)]


def cite(desk: Desk, subjects: Sequence[str]) -> tuple[AnswerCitation, ...]:
    """The citations of facts, entities or memberships, one a source, at most three."""
    rows = desk.session.execute(
        select(models.Citation, models.Source)
        .join(models.Source, models.Source.source_id == models.Citation.source_id)
        .where(models.Citation.subject.in_(subjects))
    ).all()
    rows.sort(key=lambda pair: (subjects.index(pair[0].subject), pair[0].position))
    found: dict[str, Citation] = {}
    for citation, source in rows:
        found.setdefault(
            source.source_id,
            Citation(source.title, source.publisher, source.date, citation.place, source.url, citation.subject),
        )
    return tuple(found.values())[:MOST_CITATIONS]


def labels(desk: Desk, answers: Iterable[str]) -> dict[str, str]:
    """The label (the first question) of each of `answers` that has one."""
    wanted = list(answers)
    first = (
        select(func.min(models.Question.question_id))
        .where(models.Question.answer.in_(wanted))
        .group_by(models.Question.answer)
    )
    rows = desk.session.scalars(select(models.Question).where(models.Question.question_id.in_(first)))
    by_answer = {row.answer: row.text for row in rows}
    return {answer: by_answer[answer] for answer in wanted if answer in by_answer}


def choices(desk: Desk, answers: Iterable[str]) -> tuple[Choice, ...]:
    """Buttons with the labels of at most three of `answers`."""
    return tuple(Choice(label, label) for label in list(labels(desk, answers).values())[:MOST_CHOICES])


def asking(title: str) -> Choice:
    """A button that asks what it says."""
    return Choice(title, title)


def facts_about(desk: Desk, ref: str, but: str = "") -> list[str]:
    """The ids of the facts whose main subject is `ref`, those that follow the fact `but` first."""
    rows = desk.session.scalars(
        select(models.FactSubject.fact_id)
        .join(models.Fact, models.Fact.fact_id == models.FactSubject.fact_id)
        .where(models.FactSubject.ref == ref, models.FactSubject.position == 0, models.Fact.missing.is_(False))
        .order_by(models.FactSubject.fact_id)
    ).all()
    after = [fact for fact in rows if fact > but]
    return after + [fact for fact in rows if fact < but]
