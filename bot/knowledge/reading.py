"""Reads a message for its signs: whose place it speaks of, what it leans on, whether it asks, how little it says.

The words that are signs stand in data/language/signals.csv.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise, zip_longest

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge import models
from bot.knowledge.conversation import Context, Question
from bot.knowledge.features import NAME_KINDS
from bot.knowledge.linking import Link, Token, kind_of, tokens
from bot.knowledge.parts import SENTENCE, Splitter
from bot.knowledge.swedish import WORD, fold, normalise
from bot.knowledge.weights import (
    DEFINING,
    DESCRIBED,
    DESCRIBING,
    DISTRESS,
    ELLIPSIS_WORDS,
    ELLIPTIC,
    ELLIPTIC_WEIGHT,
    ENOUGH,
    LONG_MESSAGE,
    SHORT_FOLLOW_UP,
)

CORRECTING_WORDS = 4
"""The words among which a message says that it corrects the one before."""
CONTENT_WORD = 4
"""Characters from which a word beside the names counts as content."""


class Reader:
    """Reads messages by the signs that the database holds."""

    def __init__(self, session: Session) -> None:
        self._signals: dict[str, set[str]] = defaultdict(set)
        for row in session.scalars(select(models.Signal)):
            self._signals[row.signal].add(normalise(row.word))
        self._fillers = {fold(word) for word in self._signals["filler"]}
        self._counting = {fold(word) for word in self._signals["counting"]}
        self.splitter = Splitter(self._signals["joining"], self._signals["asking"], self._signals["closing"])
        self._asking = re.compile(r"\?|^\W*(?:" + "|".join(sorted(self._signals["asking"])) + r")\b", re.IGNORECASE)
        self._instead = re.compile(rf",?\s+(?:{'|'.join(sorted(self._signals['denying']))})\b", re.IGNORECASE)
        self.english: Mapping[str, str] = {row.english: row.swedish for row in session.scalars(select(models.English))}

    def has(self, signal: str, question: Question) -> bool:
        """Whether the message holds a word that is a sign of `signal`."""
        return bool(self._signals[signal].intersection(token.text for token in tokens(question.text)))

    def asks(self, question: Question) -> bool:
        """Whether the message asks something, rather than tells."""
        text = normalise(question.text)
        return bool(self._asking.search(text)) or any(phrase in text for phrase in self._signals["wondering"])

    def sentence_asks(self, part: str, whole: str) -> bool:
        """Whether the sentence of `whole` that `part` stands in asks something; "jag bor här och ska dit." does not."""
        at = max(0, whole.find(part))
        sentence = next((found.group() for found in SENTENCE.finditer(whole) if found.end() > at), part)
        words = {token.text for token in tokens(sentence)}
        return self.asks(Question(sentence.strip())) or bool(words & self._signals["interrogative"])

    def leans(self, question: Question) -> bool:
        """Whether the message points at the last answer, or is too short to stand alone."""
        return self.has("leaning", question) or len(tokens(question.text)) <= SHORT_FOLLOW_UP

    def points_back(self, question: Question) -> bool:
        """Whether the message names nothing of its own and points at the last answer."""
        return not question.refs() and self.has("leaning", question) and not is_long(question, 0.5)

    def meant(self, question: Question) -> str | None:
        """What a message that corrects the one before says instead; None when it corrects nothing or says no more."""
        words = tokens(question.text)[:CORRECTING_WORDS]
        if words and words[0].text in self._signals["asking"]:
            return None
        for token, following in zip_longest(words, words[1:]):
            if token.text in self._signals["correcting"]:
                if following is not None and following.text in self._signals["own"]:
                    return None  # "X menade jag": what is meant stands before.
                said = self._instead.split(question.text[token.end :], maxsplit=1)[0].strip(" ,.:;-–")
                return said if len(WORD.findall(said)) > 1 else None
        return None

    def says_own_place(self, question: Question) -> bool:
        """Whether the message says, and does not ask, something of its writer's municipality."""
        return bool(question.refs("municipality")) and self.has("own", question) and not self.asks(question)

    def sets_place(self, question: Question, context: Context) -> bool:
        """Whether the municipality that the message names is its writer's own, said or corrected."""
        if not question.refs("municipality"):
            return False
        said = question.intent == "set_municipality" and bool(rest(question)) and question.confidence >= ENOUGH
        said &= self.has("own", question) or not self.asks(question)
        corrected = question.intent in ELLIPTIC and context.refs[:1] == (context.municipality,)
        return said or corrected or self.says_own_place(question) or self._speaks_from(question)

    def _speaks_from(self, question: Question) -> bool:
        """Whether the message says in passing where its writer works: "vi i Borås undrar …"."""
        place = next(link for link in question.links if "municipality" in link.kinds)
        before = [token.text for token in tokens(question.text[: place.start])][-2:]
        return len(before) > 1 and before[0] in self._signals["own"] and before[1] in self._signals["place"]

    def is_distress(self, question: Question) -> bool:
        """Whether somebody may be in danger now."""
        text = normalise(question.text)
        if any(phrase in text for phrase in self._signals["distress"]):
            return True
        return question.intent == "distress" and question.confidence >= DISTRESS and not question.refs(*NAME_KINDS)

    def is_english(self, question: Question) -> bool:
        """Whether the message is in English: English function words, and half of its words in our word list."""
        words = [token.text for token in tokens(question.text)]
        known = [word for word in words if word in self.english]
        return len(words) > 1 and self.has("english", question) and 2 * len(known) >= len(words)

    def in_swedish(self, question: Question) -> str:
        """An English message word by word in Swedish; good enough to be searched with."""
        return " ".join(self.english.get(token.text, token.typed) for token in tokens(question.text))

    def is_elliptic(self, question: Question, context: Context) -> bool:
        """Whether the message only puts another name into the last question."""
        if not question.refs() or not (context.asked or context.intent or context.key):
            return False
        weight = sum(confidence for intent, confidence in question.intents if intent in ELLIPTIC)
        return weight > ELLIPTIC_WEIGHT or len(rest(question)) <= ELLIPSIS_WORDS or self._rejects(question, context)

    def _rejects(self, question: Question, context: Context) -> bool:
        """Whether the message rejects what was understood and names another thing of the same kind."""
        first = next(iter(tokens(question.text)), None)
        kinds = {kind_of(ref) for ref in question.refs()} & {kind_of(ref) for ref in context.refs}
        return first is not None and first.text in self._signals["rejecting"] and bool(kinds)

    def description_wanted(self, question: Question) -> float:
        """The evidence that the message asks what something is, or what it means."""
        confidence = dict(question.intents)
        likely = max(confidence.get(intent, 0.0) for intent in DESCRIBING)
        return max(likely, DEFINING) if self.has("defining", question) else likely

    def is_one_word(self, question: Question) -> bool:
        """Whether the message holds one word to go by at most."""
        words = [token.text for token in tokens(question.text)]
        return bool(words) and len([word for word in words if word not in self._signals["filler"]]) <= 1

    def is_empty(self, question: Question) -> bool:
        """Whether the message holds no word to go by: "hur många då?" does not."""
        return not {token.folded for token in tokens(question.text)} - self._fillers - self._counting

    def enumerates(self, question: Question) -> list[str]:
        """The things that the message names one after another, with nothing but joining words between."""
        named = [link for link in question.links if len(link.refs) == 1 and kind_of(link.refs[0]) in DESCRIBED]
        for first, second in pairwise(named):
            between = [token.text for token in tokens(question.text[first.end : second.start])]
            if set(between) - self._signals["joining"]:
                return []
        return list(dict.fromkeys(link.refs[0] for link in named))

    def picks(self, question: Question, context: Context) -> bool:
        """Whether the message may point at an item of what was just listed."""
        if not (context.key or context.shown) or question.refs(*NAME_KINDS) or is_long(question, 0.5):
            return False
        return self.has("picking", question)

    def asks_about(self, question: Question, number: Token) -> bool:
        """Whether a message that picks an item by a number asks something more about it."""
        if question.intent == "choose" and question.confidence >= ENOUGH and not self.asks(question):
            return False
        others = {token.folded for token in tokens(question.text) if token != number} - self._fillers
        return bool(others - self._signals["picking"])

    def only_names(self, question: Question) -> bool:
        """Whether the message holds nothing to go by but the names in it."""
        return bool(question.links) and not set(rest(question)) - self._fillers


def is_long(question: Question, times: float = 1) -> bool:
    """Whether the message is a mail rather than a question; `times` as long."""
    return len(tokens(question.text)) > times * LONG_MESSAGE


def rest(question: Question) -> list[str]:
    """The words of a message beside the names in it."""
    covered = {position for link in question.links for position in range(link.start, link.end)}
    return [token.folded for token in tokens(question.text) if token.start not in covered]


def content_words(question: Question) -> list[str]:
    """The words of a message beside the names that are long enough to carry a meaning."""
    return [word for word in rest(question) if len(word) >= CONTENT_WORD]


def names_several_things(link: Link) -> bool:
    """Whether a name belongs to more than one thing."""
    return len({ref for ref in link.refs if kind_of(ref) in NAME_KINDS}) > 1
