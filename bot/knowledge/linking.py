"""Links the names in a message to entities: exact, inflected, without å ä ö, or misspelt."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge import models
from bot.knowledge.swedish import fold, normalise, stem

TOKEN = re.compile(r"[^\W_]+")
SHORTEST_FUZZY = 6
SHORTEST_NAME = 5
LONG_WORD = 10
AFTER_PLACE = re.compile(r"kommun(?:en|s|ens)?$")

NOT_BY_NAME = ("source", "change")
"""Kinds that are linked by their aliases only: their names are titles and descriptions."""

Key = tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """`refs` are named by text[start:end]; several when the name is ambiguous. `exact` is False for a misspelling."""

    refs: tuple[str, ...]
    start: int
    end: int
    exact: bool = True

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of its refs."""
        return frozenset(kind_of(ref) for ref in self.refs)


@dataclass(frozen=True)
class Token:
    """A word of a message: as typed, normalised, folded, and where."""

    typed: str
    text: str
    folded: str
    start: int
    end: int


def kind_of(ref: str) -> str:
    """The kind of a ref: "forum:radet" → "forum"."""
    return ref.partition(":")[0]


def tokens(text: str) -> list[Token]:
    """The tokens of `text`; a genitive's ":s" is none."""
    typed = unicodedata.normalize("NFC", text)
    normal, folded = normalise(text), fold(text)
    if len(typed) != len(folded):
        typed = normal
    found = []
    for match in TOKEN.finditer(folded):
        start, end = match.span()
        if match.group() == "s" and start and folded[start - 1] in ":'’":
            continue
        found.append(Token(typed[start:end], normal[start:end], match.group(), start, end))
    return found


class Linker:
    """Finds names in messages. Made from names once; `link` takes some hundred microseconds."""

    def __init__(
        self,
        names: Iterable[tuple[str, str]],
        homographs: Iterable[str] = (),
        known_stems: Iterable[str] = (),
        place_signs: Iterable[str] = (),
        joining: Iterable[str] = (),
    ) -> None:
        """`names` are (ref, name) pairs; `homographs` names that are also common words and need a sign beside
        them, or another name after a `joining` word; a word whose stem is among `known_stems` is never taken for a
        misspelt name.
        """
        self._refs: dict[Key, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._by_first: dict[str, list[Key]] = defaultdict(list)
        self._homographs = frozenset(homographs)
        self._place_signs = frozenset(map(fold, place_signs))
        self._joining = frozenset(map(fold, joining))
        self._known = frozenset(known_stems)
        for ref, name in names:
            self._add(ref, name)
        for keys in self._by_first.values():
            keys.sort(key=len, reverse=True)
        self._single = [key[0] for key in self._refs if len(key) == 1 and len(key[0]) >= SHORTEST_FUZZY]

    @classmethod
    def from_database(cls, session: Session) -> Linker:
        """A linker of all names in the database; the words of its questions are not misspelt names."""
        entities = session.execute(
            select(models.Entity.ref, models.Entity.name, models.Entity.short_name).where(
                models.Entity.kind.not_in(NOT_BY_NAME)
            )
        )
        names = [(ref, name) for ref, *both in entities for name in both if name]
        names += [(ref, alias) for ref, alias in session.execute(select(models.Alias.ref, models.Alias.alias))]
        texts = session.scalars(select(models.Question.text))
        known = {token.text for text in texts for token in tokens(text) if token.text == token.text.lower()}
        signs = (
            session.scalars(select(models.Signal.word).where(models.Signal.signal == signal)).all()
            for signal in ("place", "joining")
        )
        return cls(names, session.scalars(select(models.Homograph.word)), set(map(stem, known)), *signs)

    def link(self, text: str) -> list[Link]:
        """The links of `text`, left to right, the longest name first, none overlapping another."""
        found = tokens(text)
        links: list[Link] = []
        position = 0
        while position < len(found):
            match = self._match(found, position)
            if match is None:
                position += 1
                continue
            length, refs, exact = match
            links.append(Link(refs, found[position].start, found[position + length - 1].end, exact))
            position += length
        return links

    def unknown_municipality(self, text: str) -> str:
        """The word before "kommun" that is neither a municipality's name nor a word of ours; "" without one."""
        found = tokens(text)
        for token, following in pairwise(found):
            is_word = len(token.folded) < SHORTEST_NAME or stem(token.text) in self._known
            if AFTER_PLACE.match(following.folded) and not is_word and not self._match([token, following], 0):
                return token.typed
        return ""

    def nearest(self, word: str, kind: str, most: int = 3) -> list[str]:
        """The refs of a kind whose one-word names are most like `word`, best first; none that is very unlike."""
        folded = fold(word)
        scored = sorted(
            (-OSA.normalized_similarity(folded, key[0]), ref)
            for key, spellings in self._refs.items()
            if len(key) == 1
            for refs in spellings.values()
            for ref in refs
            if kind_of(ref) == kind
        )
        return list(dict.fromkeys(ref for score, ref in scored if score <= -0.6))[:most]

    def _add(self, ref: str, name: str) -> None:
        parts = tokens(name)
        if not parts:
            return
        key = tuple(part.folded for part in parts)
        if key not in self._refs:
            self._by_first[key[0]].append(key)
        spelling = " ".join(part.text for part in parts)
        if ref not in self._refs[key][spelling]:
            self._refs[key][spelling].append(ref)

    def _match(self, found: list[Token], position: int) -> tuple[int, tuple[str, ...], bool] | None:
        for key in self._candidates(found[position].folded):
            span = found[position : position + len(key)]
            if len(span) == len(key) and all(map(_same, (token.folded for token in span), key)):
                if len(key) == 1 and key[0] in self._homographs and not self._is_name(key, found, position):
                    continue
                return len(key), self._resolve(key, span), True
        return self._fuzzy(found[position])

    def _is_name(self, key: Key, found: list[Token], position: int) -> bool:
        """Whether a token that is a common word too is meant as a name here."""
        token = found[position]
        if token.text != token.folded:
            return bool({token.text, token.text.removesuffix("s")} & set(self._refs[key]))
        before = found[position - 1].folded if position else ""
        after = found[position + 1].folded if position + 1 < len(found) else ""
        capitals = sum(map(str.isupper, token.typed))
        signs = before in self._place_signs or bool(AFTER_PLACE.match(after)) or len(found) == 1
        if not signs and capitals == 1 and token.typed[0].isupper():
            return position > 0 or self._is_listed(found, position)
        return signs or capitals > 1

    def _is_listed(self, found: list[Token], position: int) -> bool:
        """Whether another name follows, after a joining word: "Mora och Karlstad"."""
        joined = position + 2 < len(found) and found[position + 1].folded in self._joining
        return joined and (found[position + 2].folded,) in self._refs

    def _candidates(self, first: str) -> Iterator[Key]:
        yield from self._by_first.get(first, ())
        if len(first) > 2 and first.endswith("s"):
            yield from self._by_first.get(first[:-1], ())

    def _resolve(self, key: Key, span: list[Token]) -> tuple[str, ...]:
        spellings = self._refs[key]
        typed = " ".join(token.text for token in span)
        exact = spellings.get(typed) or spellings.get(typed.removesuffix("s"))
        return tuple(exact or dict.fromkeys(ref for refs in spellings.values() for ref in refs))

    def _fuzzy(self, token: Token) -> tuple[int, tuple[str, ...], bool] | None:
        word = token.folded
        if len(word) < SHORTEST_FUZZY or not word.isalpha() or stem(token.text) in self._known:
            return None
        most = 2 if len(word) >= LONG_WORD else 1
        scored = [(OSA.distance(word, name, score_cutoff=most), name) for name in self._single]
        distance, name = min(scored, default=(most + 1, ""))
        if distance > most:
            distance, name = min(
                ((OSA.distance(word.removesuffix("s"), name, score_cutoff=most), name) for name in self._single),
                default=(most + 1, ""),
            )
        if distance > most or name[0] != word[0]:
            return None
        refs = tuple(dict.fromkeys(ref for refs in self._refs[(name,)].values() for ref in refs))
        return 1, refs, False


def _same(word: str, name: str) -> bool:
    return word == name or (len(name) > 1 and word == name + "s")
