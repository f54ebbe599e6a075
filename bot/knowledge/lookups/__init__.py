"""The look-ups: one function a kind of question, by the name of its intent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.knowledge.conversation import Context, Question
from bot.knowledge.features import NAME_KINDS
from bot.knowledge.linking import kind_of
from bot.knowledge.lookups import contacts, entities, lists, municipalities, processes
from bot.knowledge.lookups.desk import Desk, Found
from bot.knowledge.weights import COLLECTIVES

__all__ = ["LOOKUPS", "Desk", "Found"]

Lookup = Callable[[Desk, Question, Context, Sequence[str]], Found | None]

LEVEL_WORDS = {"nation": "nationell", "stat": "nationell", "region": "regional", "län": "regional", "lokal": "lokal"}


def _own_place(refs: Sequence[str], context: Context) -> list[str]:
    """The places named, or the user's own municipality."""
    places = [ref for ref in refs if kind_of(ref) in ("municipality", "county")]
    return places or ([context.municipality] if context.municipality else [])


def _municipality(refs: Sequence[str], context: Context) -> str:
    return next((ref for ref in refs if kind_of(ref) == "municipality"), context.municipality)


def _level(question: Question) -> str:
    text = question.text.casefold()
    return next((level for word, level in LEVEL_WORDS.items() if word in text), "")


def _detail(aspect: str) -> Lookup:
    return lambda desk, question, context, refs: entities.detail(desk, refs, aspect)


def _all_of(kind: str) -> Lookup:
    """All of a kind, on the level that the question speaks of; nothing where it names what a list passes over."""

    def look_up(desk: Desk, question: Question, context: Context, refs: Sequence[str]) -> Found | None:
        passed_over = set(question.refs(*NAME_KINDS)) - COLLECTIVES
        return None if passed_over else lists.of_kind(desk, kind, _level(question))

    return look_up


LOOKUPS: dict[str, Lookup] = {
    "municipality_rss": lambda desk, question, context, refs: municipalities.rss_of(
        desk, _own_place(refs, context), question.text
    ),
    # The municipalities of a pilot are not those of the county or the RSS that it is in.
    "rss_municipalities": lambda desk, question, context, refs: (
        entities.detail(desk, refs, "members")
        if any(kind_of(ref) == "pilot" for ref in refs)
        else municipalities.municipalities_of(desk, refs)
    ),
    "list_rss": lambda desk, question, context, refs: (
        municipalities.in_counties(desk, refs) or municipalities.all_rss(desk)
    ),
    # "Vem kan hjälpa oss i Haninge?" without a process: the RSS supports in all that has a regional level.
    "process_support_here": lambda desk, question, context, refs: (
        processes.support_here(desk, refs, _municipality(refs, context))
        or (municipalities.rss_of(desk, refs) if any(kind_of(ref) == "municipality" for ref in refs) else None)
    ),
    "list_processes": lambda desk, question, context, refs: processes.about(
        desk, refs, question.text, _municipality(refs, context)
    ),
    "describe": lambda desk, question, context, refs: entities.describe_named(desk, refs),
    "contact": lambda desk, question, context, refs: contacts.contact(desk, refs, context.municipality),
    "list_contacts": lambda desk, question, context, refs: contacts.all_contacts(desk),
    "website_of": lambda desk, question, context, refs: entities.website(desk, refs),
    "list_pilots": lambda desk, question, context, refs: lists.pilots_for(desk, refs) or lists.of_kind(desk, "pilot"),
    "pilots_for": lambda desk, question, context, refs: lists.pilots_for(desk, refs),
    "list_supports": lambda desk, question, context, refs: (
        lists.supports_for(desk, refs) or lists.of_kind(desk, "support")
    ),
    "supports_for": lambda desk, question, context, refs: lists.supports_for(desk, refs),
    "list_forums": _all_of("forum"),
    "list_actors": _all_of("actor"),
    "status_of": _detail("status"),
    "owner_of": _detail("owner"),
    "since_when": _detail("start"),
    "members_of": _detail("members"),
    "compare": lambda desk, question, context, refs: entities.compare(desk, refs),
    "same_as": lambda desk, question, context, refs: entities.same_as(desk, refs),
}
