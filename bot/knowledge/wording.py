"""How replies are put that hold more than one answer, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answers import LONGEST_ANSWER, Answer
from bot.knowledge.conversation import Context, Reply
from bot.knowledge.lookups.desk import MOST_CHOICES, Desk, Found, asking, choices, entity, labels
from bot.knowledge.phrases import bullets


def understood(desk: Desk, reply: Reply, rival: str = "") -> Reply:
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
    return replace(reply, answer=replace(reply.answer, text=f"{prefix}\n\n{reply.answer.text}", choices=buttons))


def not_exactly(desk: Desk, found: Found) -> Found:
    """What was found, begun with that it may not be what was asked for."""
    lead = desk.phrases("dialogue.not_exactly")
    return replace(found, answer=replace(found.answer, text=f"{lead}\n\n{found.answer.text}"))


def with_line(reply: Reply, line: str) -> Reply:
    """The reply with a line more."""
    return replace(reply, answer=replace(reply.answer, text=f"{reply.answer.text}\n\n{line}"))


def joined(replies: Sequence[Reply]) -> Reply | None:
    """One reply with the different answers of `replies`; None when there are not two, or they are too long together."""
    distinct = list({reply.answer.key: reply for reply in replies}.values())
    if len(distinct) < 2:
        return None
    answers = [reply.answer for reply in distinct]
    first, *others = answers
    answer = Answer(
        "\n\n".join(each.text for each in answers),
        tuple(dict.fromkeys(citation for each in answers for citation in each.citations)),
        "\n".join(dict.fromkeys(each.caveat for each in answers if each.caveat)),
        choices=(first.choices[:1] + others[-1].choices)[:MOST_CHOICES],
        missing=next((each.missing for each in answers if each.missing), ""),
        key="+".join(each.key for each in answers),
    )
    if len(answer.plain_text()) + sum(len(choice.title) + 1 for choice in answer.choices) > LONGEST_ANSWER:
        return None
    last = distinct[-1].context
    refs = dict.fromkeys(ref for reply in reversed(distinct) for ref in reply.context.refs)
    return Reply(replace(last, key=others[-1].key, refs=tuple(refs)), answer)


def both(desk: Desk, reply: Reply, other: Reply) -> Reply | None:
    """Two readings' questions and answers; None when one has no question, or they are too long together."""
    first = understood(desk, reply)
    return None if first == reply else beside(desk, first, other)


def beside(desk: Desk, reply: Reply, other: Reply) -> Reply | None:
    """The reply, then another reading's question and answer; None when that has no question, or it grows too long."""
    label = labels(desk, [other.answer.key]).get(other.answer.key)
    if label is None:
        return None
    lead = desk.phrases("dialogue.or_else", question=label)
    second = replace(other, answer=replace(other.answer, text=f"{lead}\n\n{other.answer.text}"))
    together = joined([reply, second])
    if together is None:
        return None
    following = tuple(choice for choice in reply.answer.choices if choice.title != label)
    context = replace(reply.context, refs=tuple(dict.fromkeys((*reply.context.refs, *other.context.refs))))
    return Reply(context, replace(together.answer, choices=following, key=reply.answer.key))


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
