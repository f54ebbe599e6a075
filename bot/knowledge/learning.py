"""What a model learns of the knowledge when it is trained: questions of facts, and words that are rightly spelt."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby, islice
from operator import itemgetter

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from bot.knowledge import models
from bot.knowledge.spelling import Speller


def fact_questions(sessions: sessionmaker[Session], most: int) -> list[str]:
    """The first `most` questions of each fact."""
    with sessions() as session:
        rows = session.execute(
            select(models.Question.answer, models.Question.text)
            .join(models.Fact, models.Fact.fact_id == models.Question.answer)
            .order_by(models.Question.answer, models.Question.question_id)
        )
        return [text for _, group in groupby(rows, itemgetter(0)) for _, text in islice(group, most)]


def speller(sessions: sessionmaker[Session], examples: Iterable[str], common: Iterable[str] = ()) -> Speller:
    """A speller that knows the words of `examples` and of the knowledge: of questions, statements and names.

    Other words that are `common` in the language are left as they are.
    """
    with sessions() as session:
        texts = [
            *examples,
            *session.scalars(select(models.Question.text)),
            *session.scalars(select(models.Fact.statement)),
            *session.scalars(select(models.Signal.word)),
            *session.scalars(select(models.Synonym.word)),
            *session.scalars(select(models.Synonym.canonical)),
            *session.scalars(select(models.English.english)),
        ]
        names = session.scalars(select(models.Entity.name).where(models.Entity.kind != "contact"))
        aliases = session.scalars(select(models.Alias.alias).where(models.Alias.ref.not_like("contact:%")))
        return Speller(texts, [*names, *aliases], common)
