"""Decides what answers a message: by evidence, whatever the intent classifier is sure of.

Every message has options: facts and descriptions that are like it, the look-up of its intent, a reply of the
conversation, a refusal. The best-supported one that finds something is said; weak evidence gives an honest
"det vet jag inte" with what is nearest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from bot.answers import LONGEST_ANSWER
from bot.knowledge import dialogue, evidence, wording
from bot.knowledge.conversation import Context, Question, Reply
from bot.knowledge.families import Families
from bot.knowledge.features import NAME_KINDS, counties, fillers, synonyms
from bot.knowledge.linking import Link, Linker, tokens
from bot.knowledge.lookups import LOOKUPS
from bot.knowledge.lookups.desk import Desk
from bot.knowledge.options import Option, Options
from bot.knowledge.phrases import RESPONSE, Phrases
from bot.knowledge.reading import Reader, content_words, is_long, names_several_things
from bot.knowledge.search import Match, QuestionIndex
from bot.knowledge.units import is_collective, units_of
from bot.knowledge.weights import (
    ABOUT,
    ANSWERED_WITH,
    APART,
    BACKGROUND,
    CERTAIN,
    CHANGE_OF_SUBJECT,
    CHOOSE,
    CLEAR,
    CLOSE,
    CLOSE_TO_LOOKUP,
    COLLECTIVES,
    CORRECTION,
    DESCRIBED,
    ELLIPTIC,
    ENOUGH,
    FAIR,
    LEANING,
    LEAST_REST,
    LISTS,
    MOST_ANSWERS,
    NAMING,
    NOT_FAR,
    OUTSIDE,
    REPEATED,
    ROOM_FOR_WARNING,
    RSS,
    SHORT_MESSAGE,
    SOCIAL,
    SURE,
    WAYS,
)
from bot.privacy import MASK

NOTHING = Match("", 0.0)


@dataclass(frozen=True)
class Verdict:
    """The best reply to one question, and how well supported it is (0 for a refusal).

    `rival` is the key of the other reading that the reply holds, "" for none; `alone` the reply without it.
    """

    score: float
    reply: Reply
    talk: bool = False
    alone: Reply | None = None
    rival: str = ""

    def beside(self, said: Container[str]) -> Reply:
        """The reply beside answers with the keys `said`: without the other reading where that is one of them."""
        return self.alone if self.alone and self.rival in said else self.reply

    @property
    def refuses(self) -> bool:
        """Whether it says that the matter is outside the assistant's work."""
        return self.talk and self.reply.answer.key.startswith(f"{RESPONSE}{OUTSIDE}")

    @property
    def answers(self) -> bool:
        """Whether it is an answer from the knowledge, rather than talk, a question back or a refusal."""
        return bool(self.score) and not self.talk and not self.reply.answer.key.startswith((RESPONSE, "ask:"))


class Assistant:
    """Answers questions from one knowledge database."""

    def __init__(self, sessions: sessionmaker[Session], phrases: Phrases, index: Path | None = None) -> None:
        """`index` is the file of the search index; without one it is made anew."""
        self.sessions = sessions
        self.phrases = phrases
        with sessions() as session:
            self.linker = Linker.from_database(session)
            self.index = QuestionIndex.load(index, self.linker) if index else QuestionIndex(session, self.linker)
            self.reader = Reader(session)
            self.synonyms = synonyms(session)
            self.fillers = fillers(session)
            self.counties = counties(session)
            self.families = Families(session)
            self.units = units_of(session, self.linker)
            self.all_units = frozenset(chain.from_iterable(self.units.values()))

    def reply(self, questions: Sequence[Question], context: Context) -> Reply:
        """What to say to a message and what to remember. `questions` are the whole message and then its parts."""
        with self.sessions() as session:
            turn = Turn(self, Desk(session, self.phrases, self.linker), context)
            return turn.reply(questions)


class Turn:
    """One message in one conversation."""

    def __init__(self, assistant: Assistant, desk: Desk, context: Context) -> None:
        self.desk = desk
        self.index = assistant.index
        self.reader = assistant.reader
        self.counties = assistant.counties
        self.families = assistant.families
        self.units = assistant.units
        self.all_units = assistant.all_units
        self.context = context
        self.longest = LONGEST_ANSWER

    def reply(self, questions: Sequence[Question]) -> Reply:
        """The reply to the message, whose parts follow it in `questions`."""
        if MASK in questions[0].text:
            self.longest -= ROOM_FOR_WARNING
        places = questions[0].refs("municipality")
        whole, *parts = [self._meant(self._picked(self._corrected(question)), places) for question in questions]
        if self.reader.is_distress(whole):
            return dialogue.say(self.desk, self.context, "utter_distress")
        if self.reader.is_english(whole) and not self.reader.is_elliptic(whole, self.context):
            return self._in_english(whole, parts)
        if any(part.intent == CHANGE_OF_SUBJECT for part in parts or [whole]):
            self.context = Context(municipality=self.context.municipality)
        for part in parts or [whole]:
            if self.reader.sets_place(part, self.context):
                self.context = replace(self.context, municipality=part.refs("municipality")[0])
        return self._several(whole, parts) if len(parts) > 1 else self._best(whole, self.context).reply

    def _options(self, context: Context, places: Sequence[str]) -> Options:
        return Options(self.desk, self.index, self.reader, context, places, self.all_units)

    def _best(self, question: Question, context: Context, places: Sequence[str] = ()) -> Verdict:
        """The best verdict on one question."""
        if self._says_too_little(question, context):
            return Verdict(SURE, wording.ask_back(self.desk, context, self._near(question, context)), talk=True)
        options = self._options(context, places).of(question)
        return (
            self._supported(question, options)
            or self._fair(question, options)
            or self._about(question, context, options)
        )

    def _supported(self, question: Question, options: Sequence[Option]) -> Verdict | None:
        """The first option with enough evidence that finds something."""
        for option in options:
            if option.score < ENOUGH:
                return None
            reply = option.reply()
            if reply is not None:
                return self._told(question, reply, option, options)
        return None

    def _fair(self, question: Question, options: Sequence[Option]) -> Verdict | None:
        """The best-supported answer where the evidence is only fair. Talk needs a lead over every answer."""
        next_best = max((option.score for option in options if not option.talk), default=0.0)
        for option in options:
            if option.score < FAIR:
                return None
            if option.talk and option.score - next_best < APART:
                continue
            reply = option.reply()
            if reply is not None:
                return self._told(question, reply, option, options)
        return None

    def _told(self, question: Question, reply: Reply, option: Option, options: Sequence[Option]) -> Verdict:
        """The verdict on an option, with another reading where that is about as likely and says something else.

        A fact or description begins with how the question was understood when the evidence is only fair, or when
        there is another reading.
        """
        if option.talk:
            return Verdict(option.score, reply, talk=True)
        understood = wording.understood(self.desk, reply, longest=self.longest) if option.key else reply
        alone = reply if option.score >= ENOUGH else understood
        for rival in self._rivals(question, reply, option, options):
            other = rival.reply()
            if other is not None and wording.says_more(other.answer, reply.answer):
                both = wording.beside(self.desk, understood, other, self.longest)
                told = both or wording.understood(self.desk, reply, rival.key, self.longest)
                return Verdict(option.score, told, alone=alone, rival=rival.key)
        return Verdict(option.score, alone, alone=alone)

    def _rivals(self, question: Question, reply: Reply, option: Option, options: Sequence[Option]) -> Iterable[Option]:
        """Other readings that are about as likely, and about something that the message names where it names any."""
        if not option.key:
            return self._facts_beside(question, reply, option, options)
        others = [other for other in options if other.key not in ("", option.key)]
        return self._close(question, option, others, CLOSE) if option.score < CLEAR else ()

    def _facts_beside(
        self, question: Question, reply: Reply, option: Option, options: Sequence[Option]
    ) -> Iterable[Option]:
        """Facts that are about as likely as a look-up which passed over something that the message names."""
        if not set(question.refs()) - set(reply.context.refs):
            return ()
        facts = [other for other in options if other.key and ":" not in other.key and other.score >= ENOUGH]
        return self._close(question, option, facts, CLOSE_TO_LOOKUP)

    def _close(self, question: Question, option: Option, others: Iterable[Option], most: float) -> Iterator[Option]:
        """Those of `others` that are no further behind than `most` and speak of as much that the message names."""
        least = max(1, self.index.named_in(option.key, question.links)) if question.links else 0
        for other in others:
            if abs(option.score - other.score) <= most and self.index.named_in(other.key, question.links) >= least:
                yield other

    def _about(self, question: Question, context: Context, options: Sequence[Option]) -> Verdict:
        """What the message names, when what it asks about that is not known; else a question back or a refusal."""
        meant = context.refs if self.reader.points_back(question) else ()
        named = [ref for ref in (question.refs(*DESCRIBED) or meant) if ref not in COLLECTIVES]
        found = dialogue.by_key(self.desk, named[0], context.municipality) if named else None
        if found is not None:
            told = dialogue.found_reply(context, wording.not_exactly(self.desk, found), "describe")
            return self._with_nearest(told, named[0], options)
        near = self._near(question, context)
        refusal = wording.refusal(self.desk, context, near, self._place(question, context))
        if len(content_words(question)) > SHORT_MESSAGE:
            return Verdict(0.0, refusal)
        if question.intent == "contact":
            return Verdict(0.0, wording.ask_whom(self.desk, context))
        return Verdict(0.0, wording.ask_back(self.desk, context, near) if near else refusal)

    def _with_nearest(self, reply: Reply, named: str, options: Sequence[Option]) -> Verdict:
        """The description of what the message names; with the nearest fact about it where one is not far."""
        for option in options:
            if option.score < NOT_FAR:
                break
            if not option.key or option.key == named or not self.index.named_in(option.key, [Link((named,), 0, 0)]):
                continue
            nearest = option.reply()
            if nearest is not None and wording.says_more(nearest.answer, reply.answer):
                both = wording.beside(self.desk, reply, nearest, self.longest)
                return Verdict(ABOUT, both or reply, alone=reply, rival=option.key)
        return Verdict(ABOUT, reply)

    def _place(self, question: Question, context: Context) -> str:
        """The municipality that the message names, or its writer's own; "" when neither is known."""
        return next(iter(question.refs("municipality")), context.municipality)

    def _several(self, whole: Question, parts: Sequence[Question]) -> Reply:
        """The reply to a message of several parts: two answers, or the best one, or the one to the whole."""
        asking = [part for part in parts if self._asks(part, whole)]
        if any(part.intent == CORRECTION and part.refs(*NAME_KINDS) for part in parts):
            self.context = replace(self.context, refs=())
        parts = [part for part in parts if part.intent not in SOCIAL or part.refs()] or parts
        if asking:
            parts = [part for part in parts if part in asking or not self._is_beside(part)]
        verdicts = self._one_by_one(parts, asking, whole)
        joined = self._joined(parts, asking, verdicts)
        if joined is not None:
            return joined
        together = self._best(whole, self.context, whole.refs("municipality", "county"))
        found = [verdict for verdict in verdicts if verdict.answers]
        best = max(found, key=lambda verdict: verdict.score, default=together)
        if not found and not together.score:
            talk = max(verdicts, key=lambda verdict: verdict.score)
            return talk.reply if talk.talk else together.reply
        if together.answers and together.score >= best.score - CLOSE:
            best = together
        return wording.understood(self.desk, best.reply) if is_long(whole) else best.reply

    def _asks(self, part: Question, whole: Question) -> bool:
        """Whether a part asks: its sentence does, and it is not only where the writer works or a name."""
        if not self.reader.sentence_asks(part.text, whole.text):
            return False
        return self.reader.asks(part) or not self._is_beside(part)

    def _is_beside(self, part: Question) -> bool:
        """Whether a part that asks nothing only says where its writer works, or a name, or a single word."""
        says_little = self.reader.only_names(part) or self.reader.is_one_word(part)
        return says_little or self.reader.sets_place(part, self.context)

    def _one_by_one(self, parts: Sequence[Question], asking: Sequence[Question], whole: Question) -> list[Verdict]:
        """The verdict on each part; a part may lean on what the others name. Questions weigh more than the rest."""
        verdicts: list[Verdict] = []
        places = whole.refs("municipality", "county")
        for number, part in enumerate(parts):
            others = [ref for ref in whole.refs() if ref not in (*part.refs(), self.context.municipality)]
            context = replace(self.context, refs=(*others, *self.context.refs))
            if number and part in asking and not part.refs():
                said = verdicts[-1] if parts[number - 1] in asking else None
                verdict = self._pointing_back(part, parts[:number], whole, said, context)
            else:
                verdict = self._best(part, context, places)
            share = BACKGROUND if asking and part not in asking else 1.0
            verdicts.append(replace(verdict, score=verdict.score * share))
        return verdicts

    def _pointing_back(
        self, part: Question, earlier: Sequence[Question], whole: Question, said: Verdict | None, context: Context
    ) -> Verdict:
        """The verdict on a part that names nothing: it may lean on the `earlier` ones, or what was `said` to the last.

        Where that was a refusal, and the part says nothing, it is refused too.
        """
        if said is not None and said.refuses and self.reader.is_empty(part):
            return said
        places = whole.refs("municipality", "county")
        of_it = said is not None and said.score >= ENOUGH and part.intent in WAYS and self.reader.points_back(part)
        verdict = self._best(part, said.reply.context if said and of_it else context, places)
        told = [each for each in (*earlier, whole) if not self.reader.is_empty(each)]
        after = self._told_before(part, told, places) or self._best(self._after(earlier[-1], part), context, places)
        return self._leaning(part, earlier[-1], verdict, after, said)

    def _leaning(
        self, part: Question, before: Question, verdict: Verdict, after: Verdict, said: Verdict | None
    ) -> Verdict:
        """Which verdict holds for a part that names nothing: that on it alone, or `after`, on it and what is before.

        A number is that of the person named before it. What the question before has `said` is not said again.
        """
        if after.answers and before.refs("contact"):
            return after
        if said is not None and verdict.answers and after.reply.answer.key == said.reply.answer.key:
            return verdict
        if after.answers and self.reader.is_empty(part):
            return after
        return max(verdict, after, key=lambda each: (each.answers, each.score))

    def _told_before(self, part: Question, told: Sequence[Question], places: Sequence[str]) -> Verdict | None:
        """What several sentences tell of, taken together, where the question after them says nothing by itself.

        "Vi möter unga som … Någon nämnde ett centrum i länet. Vad heter det?" None where it says something.
        """
        if len(told) < 2 or not self.reader.is_empty(part):
            return None
        options = self._options(self.context, places)
        likely: dict[str, list[Option]] = defaultdict(list)
        for option in chain.from_iterable(options.of(sentence) for sentence in told):
            if option.key:
                likely[option.key].append(option)
        by_score = attrgetter("score")
        ranked = sorted(likely.values(), key=lambda each: -sum(map(by_score, each)))
        best = [max(each, key=by_score) for each in ranked]
        return self._supported(part, best) or self._fair(part, best)

    def _after(self, before: Question, part: Question) -> Question:
        """A part that names nothing, together with the sentence before it."""
        text = f"{before.text} {part.text}"
        return Question(text, links=tuple(self.index.linker.link(text)))

    def _joined(
        self, parts: Sequence[Question], asking: Sequence[Question], verdicts: Sequence[Verdict]
    ) -> Reply | None:
        """The answers to the parts in one reply; None when there are not two different ones."""
        sure = [
            verdict
            for part, verdict in zip(parts, verdicts, strict=True)
            if verdict.answers and verdict.score >= ENOUGH and part in asking and verdict.reply.answer.citations
        ]
        for most in range(MOST_ANSWERS, 1, -1):
            best = sorted(sure, key=lambda verdict: -verdict.score)[:most]
            said = {verdict.reply.answer.key: verdict for verdict in sure if verdict in best}
            rivals = {verdict.rival for verdict in said.values()}
            for known in (said.keys(), said.keys() | rivals):
                together = wording.joined([verdict.beside(known) for verdict in said.values()], self.longest)
                if together is not None:
                    return together
        return None

    def _says_too_little(self, question: Question, context: Context) -> bool:
        """Whether a message names nothing, holds one word to go by at most, and nothing was said before it."""
        outside = question.intent.startswith(OUTSIDE)
        if outside and self.reader.is_empty(question) and not (context.key or context.refs):
            return True
        sure = CERTAIN if outside else SURE
        certain = question.confidence >= sure and question.intent not in {*LOOKUPS, *LEANING, *ELLIPTIC}
        certain &= not (question.intent in ANSWERED_WITH and self.reader.asks(question))
        # A list needs no other word than what it lists; a word alone may mean one of them.
        certain |= question.confidence >= CERTAIN and question.intent in LISTS and len(tokens(question.text)) > 1
        if question.refs(*NAMING) or context.key or context.refs or certain or not self.reader.is_one_word(question):
            return False
        best, second, *_ = [*evidence.matches(self.index, self.reader, question, context), NOTHING, NOTHING]
        only = best.score >= ENOUGH and best.score - second.score >= APART
        return not (only or best.likeness >= REPEATED)

    def _corrected(self, question: Question) -> Question:
        """What a correction of the last message asks instead: "nej, jag menade vem som stödjer" → "vem som stödjer"."""
        meant = self.reader.meant(question)
        return question if meant is None else Question(meant, links=tuple(self.index.linker.link(meant)))

    def _picked(self, question: Question) -> Question:
        """The question with the item of the last list in it that it asks something about: "vem leder den andra?"."""
        if not self.reader.picks(question, self.context):
            return question
        position = dialogue.position(self.desk, question)
        if position is None or not self.reader.asks_about(question, position.token):
            return question
        if not -len(self.context.shown) <= position.index < len(self.context.shown):
            return question
        link = Link((self.context.shown[position.index],), position.token.start, position.token.end)
        return replace(question, intents=_without_choice(question.intents), links=(*question.links, link))

    def _near(self, question: Question, context: Context) -> list[str]:
        return evidence.near(self.index, self.reader, question, context)

    def _meant(self, question: Question, places: Sequence[str]) -> Question:
        """The question with the one in each name's place that is meant by the places and areas named beside it.

        `places` are the municipalities that the whole message names.
        """
        return self._of_family(self._told_apart(self._of_place(question, places)))

    def _of_place(self, question: Question, places: Sequence[str]) -> Question:
        """The question with the FoU units of `places`, or the writer's own, where it speaks of FoU units."""
        if not places and self.reader.has("own", question):
            places = [self.context.municipality]
        here = tuple(dict.fromkeys(unit for place in places for unit in self.units.get(place, ())))
        if not here or question.refs("county", "rss") or not RSS.isdisjoint(question.refs()):
            return question
        links = (replace(link, refs=here) if is_collective(link) else link for link in question.links)
        return replace(question, links=tuple(links))

    def _of_family(self, question: Question) -> Question:
        """The question with the member for the area that it names in a family's place: "yrkesresan för äldre".

        "Och den för äldre?" after a member means another member.
        """
        areas = question.refs("area")
        last = next(iter(self.context.refs), "")
        sibling = self.families.member(last, areas)
        if sibling and sibling != last and not question.refs(*NAME_KINDS) and self.reader.leans(question):
            link = next(link for link in question.links if "area" in link.kinds)
            return replace(question, links=(replace(link, refs=(sibling,)), *question.links))
        return replace(question, links=tuple(self._member(link, areas) for link in question.links))

    def _member(self, link: Link, areas: Sequence[str]) -> Link:
        member = self.families.member(link.refs[0], areas) if self.families.is_head(link.refs[0]) else ""
        return replace(link, refs=(member,)) if member else link

    def _told_apart(self, question: Question) -> Question:
        """The question with each name of several things reduced to those in a county that it names too."""
        places = {self.counties.get(ref, ref) for ref in question.refs("municipality", "county")}
        return replace(question, links=tuple(self._in_places(link, places) for link in question.links))

    def _in_places(self, link: Link, places: set[str]) -> Link:
        here = tuple(ref for ref in link.refs if self.counties.get(ref) in places)
        return replace(link, refs=here) if here and names_several_things(link) else link

    def _in_english(self, whole: Question, parts: Sequence[Question]) -> Reply:
        """The answer to an English message, in Swedish with one line in English."""
        line = self.desk.phrases("dialogue.english")
        self.longest -= len(f"\n\n{line}")
        whole, *parts = [self._in_swedish(question) for question in (whole, *parts)]
        reply = self._several(whole, parts) if len(parts) > 1 else self._best(whole, self.context).reply
        if reply.answer.citations:
            return wording.with_line(reply, line)
        if reply.answer.missing:
            return dialogue.say(self.desk, self.context, "utter_english_or_other")
        return reply

    def _in_swedish(self, question: Question) -> Question:
        text = self.reader.in_swedish(question)
        return Question(text, links=tuple(self.index.linker.link(text)))


def _without_choice(intents: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """What is asked of an item, the picking of it set aside: its share of the confidence goes to the others."""
    rest = max(1 - dict(intents).get(CHOOSE, 0.0), LEAST_REST)
    return tuple((intent, min(1.0, confidence / rest)) for intent, confidence in intents if intent != CHOOSE)
