"""The ways in which a message can be answered, each with what speaks for it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.knowledge import dialogue, evidence
from bot.knowledge.conversation import Context, Question, Reply
from bot.knowledge.features import NAME_KINDS
from bot.knowledge.linking import Link, kind_of
from bot.knowledge.lookups import LOOKUPS, entities, municipalities, processes
from bot.knowledge.lookups.desk import Desk, labels
from bot.knowledge.reading import Reader, content_words, is_long, names_several_things, rest
from bot.knowledge.search import Match, QuestionIndex
from bot.knowledge.weights import (
    AMBIGUOUS,
    ANSWERED_WITH,
    ASKED_ROLE,
    ASKED_TOO,
    ASPECTS,
    CLEAR,
    COLLECTIVES,
    CONTACT_TOO,
    COVERED,
    DESCRIBE_WEIGHT,
    DESCRIBED,
    DESCRIBING,
    ELLIPSIS_WORDS,
    ELLIPTIC,
    ELLIPTIC_SCORE,
    ENOUGH,
    ENUMERATED,
    FAIR,
    IN_SCOPE,
    INTENTS,
    LEANING,
    LISTS,
    MEMBER,
    NAMED_PERSON,
    NAMED_PERSON_BESIDE,
    NAMED_PROCESS,
    NO_MUNICIPALITY,
    ONLY_NAMED,
    OUTSIDE,
    OUTSIDE_MASS,
    OWN_PLACE,
    OWN_PLACE_WORDS,
    OWN_RSS,
    OWN_RSS_BESIDE,
    OWN_RSS_WORDS,
    PICKED,
    RSS,
    SEVERAL_NAMES,
    SHORT_MESSAGE,
    SUBJECTS,
    THINGS,
    WAYS,
    WITH_NAMES,
)

MOST_INTENTS = 4


@dataclass(frozen=True)
class Option:
    """A way to answer: how well supported it is, and what says it.

    `key` is the fact or entity that answers, "" for a look-up. `talk` when it is no answer from the knowledge.
    """

    score: float
    reply: Callable[[], Reply | None]
    talk: bool = False
    key: str = ""


class Options:
    """The options of one message in one conversation."""

    def __init__(
        self,
        desk: Desk,
        index: QuestionIndex,
        reader: Reader,
        context: Context,
        places: Sequence[str] = (),
        units: Container[str] = (),
    ) -> None:
        """`places` are the municipalities and counties that the whole message names, for its parts that name none.

        `units` are what a municipality may have besides its RSS.
        """
        self.desk = desk
        self.index = index
        self.reader = reader
        self.context = context
        self.places = places
        self.units = units

    def of(self, question: Question) -> list[Option]:
        """All options, the best supported first."""
        matches = evidence.matches(self.index, self.reader, question, self.context)
        found = [
            *self._by_ellipsis(question),
            *self._by_evidence(question, matches),
            *self._by_names(question),
            *self._by_places(question),
            *self._by_intent(question, _is_covered(matches)),
        ]
        return sorted(found, key=lambda option: -option.score)

    def _by_evidence(self, question: Question, matches: Sequence[Match]) -> Iterator[Option]:
        """What the message is like; a description of what it names the more, the likelier one is wanted, and the
        less, where the way to it is wanted rather than what it is.
        """
        wanted = self.reader.description_wanted(question)
        if question.intent in WAYS:
            wanted -= question.confidence
        elif len(set(question.refs(*DESCRIBED)) - COLLECTIVES) > 1:
            # A description is of one thing: where more are named, what one says of the other may be asked.
            wanted = 0.0
        named, spoken_of = question.refs(), () if question.refs() else self.context.refs
        for match in matches:
            raised = wanted * DESCRIBE_WEIGHT if match.answer in named else 0.0
            if match.answer in spoken_of:
                raised = min(0.0, wanted * DESCRIBE_WEIGHT)
            yield Option(match.score + raised, self._says(match.answer), key=match.answer)

    def _by_names(self, question: Question) -> Iterator[Option]:
        """What naming a person, a thing or a name of several things is evidence for by itself."""
        ambiguous = next((link for link in question.links if names_several_things(link)), None)
        told_apart = len(content_words(question)) > 1 and question.intent not in ("contact", "describe")
        if ambiguous is not None and not told_apart:
            yield Option(AMBIGUOUS, lambda: self._which(ambiguous))
        for process in question.refs("process")[:1]:
            roles, _ = processes.asked(self.desk, question.text)
            yield Option(ASKED_ROLE if roles else NAMED_PROCESS, self._says(process), key=process)
        if self.reader.picks(question, self.context) and dialogue.position(self.desk, question) is not None:
            yield Option(PICKED, lambda: self._said("choose", question))
        things = question.refs(*THINGS)
        if len(things) == 1 and self.reader.only_names(question):
            yield Option(ONLY_NAMED, self._says(things[0]), key=things[0])
        enumerated = self.reader.enumerates(question)
        if len(enumerated) > 1 and self.reader.description_wanted(question) >= FAIR and question.intent != "compare":
            yield Option(ENUMERATED, lambda: self._each(enumerated))
        people = question.refs("contact")
        if people:
            more_said = len(content_words(question)) > SHORT_MESSAGE
            score = NAMED_PERSON_BESIDE if more_said else NAMED_PERSON
            yield Option(score, lambda: self._looked_up("contact", question, people))

    def _by_places(self, question: Question) -> Iterator[Option]:
        """What naming a municipality is evidence for by itself."""
        if self._names_no_municipality(question):
            yield Option(NO_MUNICIPALITY, lambda: self._which_municipality(question))
        if self.reader.says_own_place(question) and len(content_words(question)) <= OWN_PLACE_WORDS:
            yield Option(OWN_PLACE, lambda: self._said("set_municipality", question))
        if self._asks_whether_member(question):
            yield Option(MEMBER, lambda: self._looked_up("rss_municipalities", question))
        if self._asks_for_own_rss(question):
            more_said = len(content_words(question)) > OWN_RSS_WORDS
            yield Option(
                OWN_RSS_BESIDE if more_said else OWN_RSS, lambda: self._looked_up("municipality_rss", question)
            )

    def _asks_whether_member(self, question: Question) -> bool:
        """Whether the message names a municipality and an RSS, and nothing else that it may be about."""
        others = set(question.refs(*THINGS)) - set(question.refs("rss")) - COLLECTIVES
        return bool(question.refs("municipality") and question.refs("rss")) and not others and not is_long(question)

    def _names_no_municipality(self, question: Question) -> bool:
        """Whether the message speaks of a municipality that does not exist."""
        return not question.refs("municipality") and bool(self.desk.linker.unknown_municipality(question.text))

    def _asks_for_own_rss(self, question: Question) -> bool:
        if question.refs("municipality", "county"):
            spoken_of = self.context.refs if self.reader.leans(question) and not question.refs(*THINGS) else ()
            return bool(RSS.intersection([*question.refs(), *spoken_of])) and not is_long(question, 2)
        in_view = RSS.intersection(question.refs() or self.context.refs)
        own = self.context.municipality and self.reader.has("own", question) and question.intent not in WAYS
        return bool(own and in_view and not is_long(question, 0.5))

    def _by_intent(self, question: Question, covered: bool) -> Iterator[Option]:
        """What the classifier takes it for; a refusal is worth less where an answer has `covered` all that is said."""
        confidences = dict(question.intents)
        if "contact" in confidences and question.refs(*THINGS):
            # Asked of something that is named, whom to reach leans on nothing that was said before.
            confidences["contact"] += CONTACT_TOO * confidences.pop("ask_contact_followup", 0.0)
        for intent, confidence in list(confidences.items())[:MOST_INTENTS]:
            share = COVERED if covered and intent.startswith(OUTSIDE) else 1.0
            yield self._of_intent(question, intent, confidence * self._weight(intent, question) * share)
        outside = [(name, confidence) for name, confidence in question.intents if name.startswith(OUTSIDE)]
        if len(outside) > 1:
            mass = sum(confidence for _, confidence in outside) * self._weight(OUTSIDE, question)
            mass *= COVERED if covered else 1.0
            yield self._of_intent(question, outside[0][0], mass * OUTSIDE_MASS)

    def _weight(self, intent: str, question: Question) -> float:
        """What the classifier's confidence in `intent` is worth for this message."""
        weight, things = INTENTS.get(intent, 1.0), question.refs(*THINGS)
        if intent == "which_municipality" and self.context.municipality and self.reader.has("own", question):
            return 1.0
        if intent == "municipality_rss" and self._asks_of_another(question):
            return weight * WITH_NAMES
        if intent in ANSWERED_WITH and self.reader.asks(question):
            return weight * ASKED_TOO
        if intent == "list_rss" and things and RSS.isdisjoint(things) and not question.refs("rss"):
            return weight * WITH_NAMES
        if intent in LISTS and question.refs(*DESCRIBED):
            about_one = WITH_NAMES if set(things) - COLLECTIVES and question.refs("municipality") else 1.0
            return weight * about_one * (1 - self.reader.description_wanted(question))
        if intent in LOOKUPS or intent in dialogue.ACTS:
            about_one = intent in ASPECTS or intent == "describe"
            of_another = intent == "rss_municipalities" and len(set(things) - COLLECTIVES) > 1
            return weight * SEVERAL_NAMES if of_another or (about_one and len(things) > 1) else weight
        if question.refs(*THINGS, "change") or (self.context.key and self.reader.has("leaning", question)):
            return weight * WITH_NAMES
        return weight * IN_SCOPE if question.refs(*SUBJECTS) else weight

    def _asks_of_another(self, question: Question) -> bool:
        """Whether a message that asks for an RSS names none, but a thing that has one or a unit of its own."""
        things = set(question.refs(*THINGS)) - COLLECTIVES
        if RSS.isdisjoint(question.refs()) and any(ref in self.units for ref in things):
            return True
        return bool(things) and not question.refs("municipality", "county", "rss")

    def _of_intent(self, question: Question, intent: str, score: float) -> Option:
        if intent in LOOKUPS:
            return Option(score, lambda: self._looked_up(intent, question))
        return Option(score, lambda: self._said(intent, question), talk=intent not in dialogue.ACTS)

    def _by_ellipsis(self, question: Question) -> Iterator[Option]:
        """The last question once more, about what this short message names instead."""
        yield from self._by_next_level(question)
        asks_of_item = self.reader.has("picking", question) and set(question.refs()) & set(self.context.shown)
        if asks_of_item or not self.reader.is_elliptic(question, self.context):
            return
        named, asked = question.refs(), self.context.asked or self.context.intent
        score = 0.5 + 0.3 / max(1, len(rest(question)))
        if question.intent in ELLIPTIC:
            score = max(score, ELLIPTIC_SCORE)
        if asked == "municipality_rss" and self._asks_of_another(question):
            return
        if asked in LOOKUPS:
            yield Option(score, lambda: self._looked_up(asked, question, named))
        elif self.context.key and ":" not in self.context.key:
            yield from self._by_swapping(question, score)
        if question.intent in ELLIPTIC and question.refs("municipality"):
            yield Option(ENOUGH, lambda: self._looked_up("municipality_rss", question, named))

    def _by_next_level(self, question: Question) -> Iterator[Option]:
        """The last question about one level's processes once more, about the level that this message speaks of."""
        goes_on = self.reader.has("joining", question) or len(rest(question)) <= ELLIPSIS_WORDS
        names_another = set(question.refs(*NAME_KINDS)) - COLLECTIVES
        if names_another or not goes_on or question.intent in DESCRIBING or is_long(question, 0.5):
            return
        found = processes.likewise(self.desk, self.context.key, question.text)
        if found is not None:
            yield Option(ELLIPTIC_SCORE, lambda: dialogue.found_reply(self.context, found, "list_processes"))

    def _by_swapping(self, question: Question, score: float) -> Iterator[Option]:
        """What answers the last answer's own question with another name in it."""
        label = labels(self.desk, [self.context.key]).get(self.context.key, "")
        named = {kind_of(ref): ref for ref in question.refs()}
        links = self.index.linker.link(label)
        swapped = [replace(link, refs=tuple(named.get(kind_of(ref), ref) for ref in link.refs)) for link in links]
        added = question.refs() if swapped == links else []
        for match in self.index.search(label, swapped, added, most=2, about=question.refs()):
            if match.answer != self.context.key and match.score >= ENOUGH:
                yield Option(min(score, match.score), self._says(match.answer), key=match.answer)

    def _says(self, key: str) -> Callable[[], Reply | None]:
        def reply() -> Reply | None:
            found = dialogue.by_key(self.desk, key, self.context.municipality)
            return dialogue.found_reply(self.context, found, "fact") if found else None

        return reply

    def _which_municipality(self, question: Question) -> Reply:
        found = municipalities.ask_municipality(self.desk, question.text)
        return dialogue.found_reply(self.context, found, "municipality_rss")

    def _each(self, refs: Sequence[str]) -> Reply | None:
        found = entities.describe_all(self.desk, refs)
        return dialogue.found_reply(self.context, found, "describe") if found else None

    def _which(self, link: Link) -> Reply:
        return dialogue.found_reply(self.context, entities.which(self.desk, link.refs), "describe")

    def _looked_up(self, intent: str, question: Question, refs: Sequence[str] = ()) -> Reply | None:
        """What the look-up of `intent` finds for `refs`, or what the message names, or the last answer was about."""
        named = list(refs) or [*question.refs(), *self._understood(intent, question)]
        if intent in ASPECTS:
            named = municipalities.with_own_rss(self.desk, named)
        found = LOOKUPS[intent](self.desk, question, self.context, named)
        if found is None and self.context.refs:
            found = LOOKUPS[intent](self.desk, question, self.context, [*question.refs(), *self.context.refs])
        return dialogue.found_reply(self.context, found, intent) if found else None

    def _understood(self, intent: str, question: Question) -> Sequence[str]:
        """What a look-up needs and the message does not name, but means."""
        if intent == "process_support_here" and not question.refs("process"):
            return evidence.process(self.index, question)
        if intent == "municipality_rss" and not question.refs("municipality", "county"):
            return self.places
        return ()

    def _said(self, intent: str, question: Question) -> Reply | None:
        """The reply to an intent that looks nothing up; None where it does not fit this message."""
        if intent in LEANING and (not self.context.key or question.refs(*NAME_KINDS)):
            return None
        if intent in ELLIPTIC and question.refs():
            return None
        if intent == "which_municipality" and not self.reader.has("own", question):
            return None
        if intent in dialogue.ACTS:
            return dialogue.ACTS[intent](self.desk, question, self.context)
        response = f"utter_{intent}"
        return dialogue.say(self.desk, self.context, response) if response in self.desk.phrases else None


def _is_covered(matches: Sequence[Match]) -> bool:
    """Whether the best answer has to do with every content word of the message, or has evidence that is clear."""
    if not matches or matches[0].score < ENOUGH:
        return False
    return matches[0].coverage == 1 or matches[0].score >= CLEAR
