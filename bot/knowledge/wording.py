"""How replies are put that hold more than one answer, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answers import LONGEST_ANSWER, Answer, Choice
from bot.knowledge.conversation import Context, Reply
from bot.knowledge.linking import tokens
from bot.knowledge.lookups.desk import MOST_CHOICES, Desk, Found, asking, choices, entity, labels
from bot.knowledge.phrases import bullets
from bot.knowledge.reading import CONTENT_WORD
from bot.knowledge.swedish import stem

LEAST_NEW = 0.3
"""The share of an answer's content words that another answer must lack for both to be said."""


def understood(desk: Desk, reply: Reply, rival: str = "", longest: int = LONGEST_ANSWER) -> Reply:
    """The reply, begun with the question that it answers, with the question of another reading as a button."""
    names = labels(desk, [key for key in (reply.answer.key, rival) if key])
    if reply.answer.key not in names or (rival and rival not in names):
        return reply
    prefix = desk.phrases("dialogue.understood", question=names[reply.answer.key])
    if reply.answer.text.startswith(prefix):
        return reply
    buttons = reply.answer.choices
    if rival:
        buttons = tuple(dict.fromkeys((asking(names[rival]), *buttons)))[:MOST_CHOICES]
    answer = replace(reply.answer, text=f"{prefix}\n\n{reply.answer.text}", choices=buttons)
    return reply if answer.length() > longest else replace(reply, answer=answer)


def not_exactly(desk: Desk, found: Found) -> Found:
    """What was found, begun with that it may not be what was asked for."""
    lead = desk.phrases("dialogue.not_exactly")
    return replace(found, answer=replace(found.answer, text=f"{lead}\n\n{found.answer.text}"))


def with_line(reply: Reply, line: str) -> Reply:
    """The reply with a line more."""
    return replace(reply, answer=replace(reply.answer, text=f"{reply.answer.text}\n\n{line}"))


def joined(replies: Sequence[Reply], longest: int = LONGEST_ANSWER) -> Reply | None:
    """One reply with the answers of `replies` that say something new; None without two, or too long together."""
    distinct: list[Reply] = []
    for reply in replies:
        if all(says_more(reply.answer, before.answer) for before in distinct):
            distinct.append(reply)
    if len(distinct) < 2:
        return None
    answers = [reply.answer for reply in distinct]
    # Where all sources do not fit, each answer keeps as many of its first as there is room for, at least one.
    most_cited = max(1, *(len(each.citations) for each in answers))
    tries = (
        _one([replace(each, citations=each.citations[:most]) for each in answers]) for most in range(most_cited, 0, -1)
    )
    answer = next((one for one in tries if one.length() <= longest), None)
    if answer is None:
        return None
    answer = _offering(answer, (*answers[0].choices[:1], *answers[-1].choices), longest)
    last = distinct[-1].context
    refs = dict.fromkeys(ref for reply in reversed(distinct) for ref in reply.context.refs)
    return Reply(replace(last, key=answers[-1].key, refs=tuple(refs)), answer)


def _one(answers: Sequence[Answer]) -> Answer:
    return Answer(
        "\n\n".join(each.text for each in answers),
        tuple(dict.fromkeys(citation for each in answers for citation in each.citations)),
        "\n".join(dict.fromkeys(line for each in answers for line in each.caveat.splitlines())),
        missing=next((each.missing for each in answers if each.missing), ""),
        key="+".join(each.key for each in answers),
    )


def _offering(answer: Answer, offered: Sequence[Choice], longest: int) -> Answer:
    """The answer with those of the choices `offered` that there is room for: sources go before them."""
    for most in range(MOST_CHOICES, 0, -1):
        one = replace(answer, choices=tuple(dict.fromkeys(offered))[:most])
        if one.length() <= longest:
            return one
    return replace(answer, choices=())


def says_more(answer: Answer, than: Answer) -> bool:
    """Whether `answer` says enough that `than` does not."""
    said = _content(answer)
    return len(said - _content(than)) >= LEAST_NEW * max(1, len(said))


def _content(answer: Answer) -> set[str]:
    words = (token.text for token in tokens(answer.text))
    return {stem(word) for word in words if len(word) >= CONTENT_WORD or word.isdigit()}


def beside(desk: Desk, reply: Reply, other: Reply, longest: int = LONGEST_ANSWER) -> Reply | None:
    """The reply, then another reading's question and answer; None when that has no question, or it grows too long."""
    label = labels(desk, [other.answer.key]).get(other.answer.key)
    if label is None:
        return None
    lead = desk.phrases("dialogue.or_else", question=label)
    second = replace(other, answer=replace(other.answer, text=f"{lead}\n\n{other.answer.text}"))
    together = joined([reply, second], longest)
    if together is None:
        return None
    following = tuple(choice for choice in reply.answer.choices if choice.title != label)
    context = replace(reply.context, refs=tuple(dict.fromkeys((*reply.context.refs, *other.context.refs))))
    return Reply(context, _offering(replace(together.answer, key=reply.answer.key), following, longest))


def ask_back(desk: Desk, context: Context, near: Sequence[str]) -> Reply:
    """A question back to a message that says too little, with what it may mean; a refusal when nothing is near."""
    options = labels(desk, near)
    if not options:
        return refusal(desk, context, near)
    text = desk.phrases("ask.what", options=bullets(list(options.values())[:MOST_CHOICES]))
    return _asked(context, Answer(text, choices=choices(desk, near), key="ask:back"), "", tuple(options))


def ask_whom(desk: Desk, context: Context) -> Reply:
    """Asks whom the user wants to reach."""
    return _asked(context, Answer(desk.phrases("ask.contact"), key="ask:back"), "contact", ())


def refusal(desk: Desk, context: Context, near: Sequence[str], place: str = "") -> Reply:
    """ "Det vet jag inte", with what is nearest and whom to ask; with `place`, a municipality, its RSS too."""
    nearest = labels(desk, near)
    buttons = choices(desk, near)
    lines = [desk.phrases("dialogue.unknown")]
    if nearest:
        lines.append(desk.phrases("dialogue.nearest", lines=bullets(list(nearest.values())[:MOST_CHOICES])))
    if place:
        name = entity(desk, place).name
        lines.append(desk.phrases("dialogue.ask_rss", municipality=name))
        buttons = (asking(desk.phrases("rss.ask", place=name)), *buttons)[:MOST_CHOICES]
    else:
        lines.append(desk.phrases("dialogue.ask_whom"))
    answer = Answer("\n\n".join(lines), choices=buttons, missing=lines[0], key="unknown")
    return Reply(replace(context, asked="", shown=tuple(nearest)[:MOST_CHOICES]), answer)


def _asked(context: Context, answer: Answer, intent: str, shown: tuple[str, ...]) -> Reply:
    return Reply(replace(context, asked=intent, shown=shown[:MOST_CHOICES], key="", refs=()), answer)
