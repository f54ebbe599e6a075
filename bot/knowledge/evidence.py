"""The evidence for what answers a message: what it is like, and what the conversation adds to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.knowledge.conversation import Context, Question
from bot.knowledge.features import NAME_KINDS
from bot.knowledge.linking import kind_of
from bot.knowledge.reading import Reader, is_long
from bot.knowledge.search import Match, QuestionIndex
from bot.knowledge.weights import CONTEXT_BONUS, ELSEWHERE, FAR_ELSEWHERE, LEANING_BONUS, NEAR, NEAR_PROCESS, PLAIN

MOST_MATCHES = 5
MOST_SUBJECTS = 5
"""How many of the last answer's subjects the next turn leans on."""


def matches(index: QuestionIndex, reader: Reader, question: Question, context: Context) -> list[Match]:
    """The answers with the best evidence for a message, the last answer and the own municipality considered."""
    plain = _with_own_place(index, reader, question, context)
    about = _spoken_of(reader, question, context)
    if not about or is_long(question):
        return plain
    named = any(kind_of(ref) in NAME_KINDS for ref in question.refs())
    leans = not named and reader.leans(question)
    bonus = LEANING_BONUS if leans else 0.0 if named else CONTEXT_BONUS
    share = 1.0
    if leans and (not plain or plain[0].score < PLAIN):
        share = FAR_ELSEWHERE if reader.points_back(question) else ELSEWHERE
    elsewhere = [replace(match, score=match.score * share) for match in plain]
    there = index.search(question.text, question.links, about, about=about)
    return _best(elsewhere, [_raised(match, bonus) for match in there])


def _spoken_of(reader: Reader, question: Question, context: Context) -> list[str]:
    """What the message may lean on; of several people the first, where it speaks of one."""
    about = list(context.refs[:MOST_SUBJECTS])
    if not reader.has("person", question):
        return about
    others = [ref for ref in about if kind_of(ref) == "contact"][1:]
    return [ref for ref in about if ref not in others]


def near(index: QuestionIndex, reader: Reader, question: Question, context: Context) -> list[str]:
    """The answers that come near enough to be named."""
    return [match.answer for match in matches(index, reader, question, context) if match.score >= NEAR]


def process(index: QuestionIndex, question: Question) -> list[str]:
    """The process that a message without one's name most likely means; none when no evidence is good enough."""
    found = index.search(question.text, question.links, most=4 * MOST_MATCHES)
    refs = [match.answer for match in found if kind_of(match.answer) == "process" and match.score > NEAR_PROCESS]
    return refs[:1]


def _with_own_place(index: QuestionIndex, reader: Reader, question: Question, context: Context) -> list[Match]:
    """What is like the message; with the own municipality understood where it says "vi" or "vår"."""
    plain = index.search(question.text, question.links, most=MOST_MATCHES)
    place = context.municipality
    if not place or question.refs("municipality", "county") or not reader.has("own", question):
        return plain
    there = index.search(question.text, question.links, [place], about=[place])
    return _best(plain, [_raised(match, CONTEXT_BONUS) for match in there])


def _raised(match: Match, bonus: float) -> Match:
    """The match with a bonus for the conversation; the less of the message it has to do with, the smaller."""
    return replace(match, score=match.score + bonus * match.coverage)


def _best(first: Sequence[Match], second: Sequence[Match]) -> list[Match]:
    """The best match of each answer, best first."""
    best: dict[str, Match] = {}
    for match in (*first, *second):
        if match.answer not in best or best[match.answer].score < match.score:
            best[match.answer] = match
    return sorted(best.values(), key=lambda match: -match.score)[:MOST_MATCHES]
