"""Turns that speak about the conversation itself: the last answer, a choice, the user's municipality."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from sqlalchemy import select

from bot.answers import Answer
from bot.knowledge import models
from bot.knowledge.conversation import Context, Question, Reply
from bot.knowledge.linking import Token, kind_of, tokens
from bot.knowledge.lookups import contacts, entities, facts, municipalities, processes
from bot.knowledge.lookups.desk import Desk, Found, choices, entity, facts_about
from bot.knowledge.phrases import BULLET, bullets

NUMBERED = re.compile(r"^\d+\. ")
"""How an item begins in a list that is numbered."""


def say(desk: Desk, context: Context, response: str) -> Reply:
    """One of the bot's set replies, `utter_…`; the context stays."""
    return Reply(context, Answer(desk.phrases(response), key=response))


def found_reply(context: Context, found: Found, intent: str) -> Reply:
    """A reply with what was found, and what the next turn needs of it."""
    answer = found.answer
    after = replace(
        context,
        intent="" if found.asks else intent,
        asked=(context.asked or intent) if found.asks else "",
        key=answer.key,
        refs=found.refs,
        shown=found.shown,
        cited=tuple(citation.fact for citation in answer.citations),
    )
    return Reply(after, answer)


def by_key(desk: Desk, key: str, municipality: str = "") -> Found | None:
    """What the fact or entity `key` says, to somebody who works in `municipality`."""
    if kind_of(key) == "process":
        return processes.row(desk, key, municipality)
    if ":" in key:
        return entities.describe(desk, key)
    return facts.fact(desk, key)


def set_municipality(desk: Desk, question: Question, context: Context) -> Reply | None:
    """Which RSS the municipality has that the message names, and whether it is remembered.

    Asks for one when the message names nothing; None when it names something else.

    The turn remembers it before, where the user says that it is their own.
    """
    named = question.refs("municipality")
    if not named:
        return None if question.refs() else say(desk, context, "utter_set_municipality")
    found = municipalities.rss_of(desk, named)
    if found is None:
        return None
    name = entity(desk, named[0]).name
    if context.municipality == named[0]:
        text = f"{found.answer.text}\n\n{desk.phrases('dialogue.municipality_set', municipality=name)}"
    else:
        text = f"{desk.phrases('dialogue.bare_municipality', municipality=name)}\n\n{found.answer.text}"
    return found_reply(context, replace(found, answer=replace(found.answer, text=text)), "municipality_rss")


def which_municipality(desk: Desk, question: Question, context: Context) -> Reply | None:
    """Which municipality is remembered."""
    if not context.municipality:
        return say(desk, context, "utter_which_municipality")
    name = entity(desk, context.municipality).name
    return Reply(context, Answer(desk.phrases("dialogue.your_municipality", municipality=name), key="municipality"))


def forget(desk: Desk, question: Question, context: Context) -> Reply | None:
    """Forgets everything."""
    return say(desk, Context(), "utter_forgotten")


def validity(desk: Desk, question: Question, context: Context) -> Reply | None:
    """How old the last answer is and what has changed since."""
    found = _again(desk, context)
    if found is None:
        return None
    answer = found.answer
    lines = [desk.phrases("dialogue.dated", source=str(citation)) for citation in answer.citations]
    text = "\n".join(
        [
            desk.phrases("dialogue.validity"),
            bullets(lines),
            answer.caveat or desk.phrases("dialogue.no_change_known"),
        ]
    )
    return Reply(context, replace(answer, text=text, caveat="", key=context.key))


def source_of(desk: Desk, question: Question, context: Context) -> Reply | None:
    """Where the last answer stands."""
    found = _again(desk, context)
    if found is None:
        return None
    lines = []
    for citation in found.answer.citations:
        if citation.url:
            lines.append(desk.phrases("dialogue.at_page", source=str(citation), url=citation.url))
        else:
            lines.append(desk.phrases("dialogue.at_lines", source=str(citation), lines=citation.place))
    text = desk.phrases("dialogue.source_of", lines=bullets(lines))
    return Reply(context, replace(found.answer, text=text, caveat="", key=context.key))


def more(desk: Desk, question: Question, context: Context) -> Reply | None:
    """The next thing that is known about what the last answer was about."""
    for ref in context.refs:
        following = facts_about(desk, ref, "" if ":" in context.key else context.key)
        following = [fact for fact in following if fact != context.key]
        if following:
            found = facts.fact(desk, following[0])
            answer = replace(found.answer, choices=choices(desk, following[1:4]))
            return found_reply(context, replace(found, answer=answer), "fact")
    return say(desk, context, "utter_more")


def who_then(desk: Desk, question: Question, context: Context) -> Reply | None:
    """Whom to contact about what the last answer was about."""
    process = next((ref for ref in context.refs if kind_of(ref) == "process"), "")
    found = (
        processes.row(desk, process, context.municipality)
        if process
        else contacts.contact(desk, contacts.things_first(context.refs), context.municipality)
    )
    return found_reply(context, found, "contact") if found else None


def choose(desk: Desk, question: Question, context: Context) -> Reply | None:
    """What the user picks of what was just listed."""
    named = position(desk, question)
    if named is None:
        return None
    if not -len(context.shown) <= named.index < len(context.shown):
        return _item(desk, named.index, context)
    chosen = context.shown[named.index]
    if context.asked == "municipality_rss":
        found = municipalities.rss_of(desk, [chosen])
    elif context.asked == "contact":
        found = contacts.contact(desk, [chosen], context.municipality)
    else:
        found = by_key(desk, chosen)
        if found is None and kind_of(chosen) == "municipality":
            found = municipalities.rss_of(desk, [chosen])
    return found_reply(context, found, context.asked or "describe") if found else None


def _item(desk: Desk, place: int, context: Context) -> Reply | None:
    """An item of the list in the last answer, and what it is where it names one thing that is described."""
    found = _again(desk, context)
    items = [line[len(BULLET) :] for line in found.answer.text.splitlines() if line.startswith(BULLET)] if found else []
    if not found or not -len(items) <= place < len(items):
        return None
    number = place + 1 if place >= 0 else len(items)
    item = NUMBERED.sub("", items[place])
    text = desk.phrases("dialogue.item", number=str(number), item=item.rstrip("."))
    begins = (link for link in desk.linker.link(item) if link.start == 0)
    named = [ref for link in begins for ref in link.refs if kind_of(ref) in KNOWN_KINDS]
    described = by_key(desk, named[0]) if len(named) == 1 else None
    if described is None:
        return Reply(context, replace(found.answer, text=text, choices=()))
    answer = replace(described.answer, text=f"{text}\n\n{described.answer.text}")
    return found_reply(context, replace(described, answer=answer), "describe")


def explain_word(desk: Desk, question: Question, context: Context) -> Reply | None:
    """What a word means: one that the message names."""
    for ref in question.refs("term", "support", "actor", "forum", "process"):
        found = entities.describe(desk, ref)
        if found:
            return found_reply(context, found, "describe")
    return None


def repeat(desk: Desk, question: Question, context: Context) -> Reply | None:
    """The last answer once more."""
    found = _again(desk, context)
    return Reply(context, found.answer) if found else None


def _again(desk: Desk, context: Context) -> Found | None:
    """The last answer: its fact or row, or else what it was about."""
    for key in (context.key, *context.cited, *context.refs):
        if not key or key.startswith(("membership:", "municipality:", "county:")):
            continue
        kind = kind_of(key) if ":" in key else "fact"
        if kind in KNOWN_KINDS:
            found = by_key(desk, key)
            if found and found.answer.citations:
                return found
    if context.refs and kind_of(context.refs[0]) in ("municipality", "county"):
        return municipalities.rss_of(desk, context.refs)
    return None


KNOWN_KINDS = frozenset({"fact", "actor", "forum", "rss", "pilot", "support", "term", "change", "process", "contact"})


@dataclass(frozen=True)
class Position:
    """A word of a message that names a position in a list, from 0; -1 for the last."""

    token: Token
    index: int


def position(desk: Desk, question: Question) -> Position | None:
    """The position in a list that the message names; that of "den andra" rather than that of "två chefer"."""
    ordinals = {row.word: row.position for row in desk.session.scalars(select(models.Ordinal))}
    picking = set(desk.session.scalars(select(models.Signal.word).where(models.Signal.signal == "picking")))
    words = tokens(question.text)
    numbers = [(before, token) for before, token in pairwise([None, *words]) if token and token.text in ordinals]
    pointed_at = [token for before, token in numbers if before and before.text in picking]
    chosen = next(iter(pointed_at or [token for _, token in numbers]), None)
    return Position(chosen, int(ordinals[chosen.text])) if chosen else None


ACTS: dict[str, Callable[[Desk, Question, Context], Reply | None]] = {
    "set_municipality": set_municipality,
    "which_municipality": which_municipality,
    "forget_me": forget,
    "validity": validity,
    "source_of": source_of,
    "more": more,
    "who_then": who_then,
    "ask_contact_followup": who_then,
    "choose": choose,
    "explain_word": explain_word,
    "repeat": repeat,
}
"""What replies to an intent that speaks about the conversation itself."""
