"""How replies are put that hold more than one answer, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answers import LONGEST_ANSWER, Answer
from bot.knowledge.conversation import Context, Reply
from bot.knowledge.lookups.desk import MOST_CHOICES, Desk, Found, asking, choices, labels
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
    """One reply with the first two different answers; None when there are not two, or they are too long together."""
    distinct = list({reply.answer.key: reply for reply in replies}.values())[:2]
    if len(distinct) < 2:
        return None
    first, second = (reply.answer for reply in distinct)
    answer = Answer(
        f"{first.text}\n\n{second.text}",
        tuple(dict.fromkeys(first.citations + second.citations)),
        "\n".join(dict.fromkeys(caveat for caveat in (first.caveat, second.caveat) if caveat)),
        choices=first.choices[:1] + second.choices[: MOST_CHOICES - 1],
        missing=first.missing or second.missing,
        key=f"{first.key}+{second.key}",
    )
    if len(answer.plain_text()) + sum(len(choice.title) + 1 for choice in answer.choices) > LONGEST_ANSWER:
        return None
    last = distinct[1].context
    return Reply(replace(last, key=second.key, refs=(*last.refs, *distinct[0].context.refs)), answer)


def both(desk: Desk, reply: Reply, other: Reply) -> Reply | None:
    """Two readings' questions and answers; None when one has no question, or they are too long together."""
    label = labels(desk, [other.answer.key]).get(other.answer.key)
    first = understood(desk, reply)
    if label is None or first == reply:
        return None
    lead = desk.phrases("dialogue.or_else", question=label)
    second = replace(other, answer=replace(other.answer, text=f"{lead}\n\n{other.answer.text}"))
    together = joined([first, second])
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


def refusal(desk: Desk, context: Context, near: Sequence[str]) -> Reply:
    """ "Det vet jag inte", with what is nearest and whom to ask."""
    nearest = labels(desk, near)
    lines = [desk.phrases("dialogue.unknown")]
    if nearest:
        lines.append(desk.phrases("dialogue.nearest", lines=bullets(list(nearest.values())[:MOST_CHOICES])))
    lines.append(desk.phrases("dialogue.ask_whom"))
    answer = Answer("\n\n".join(lines), choices=choices(desk, near), missing=lines[0], key="unknown")
    return Reply(replace(context, asked="", shown=tuple(nearest)[:MOST_CHOICES]), answer)


def _asked(context: Context, answer: Answer, intent: str, shown: tuple[str, ...]) -> Reply:
    return Reply(replace(context, asked=intent, shown=shown[:MOST_CHOICES], key="", refs=()), answer)
