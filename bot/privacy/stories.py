"""Plain case stories: a named person together with an age, an address, a relation or a condition.

A name alone is no story: contacts are asked for by name. Neither is a condition alone: it is a subject.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from bot.privacy.spans import Span
from bot.privacy.words import ADJOINING, ALSO_WORDS, CLIENTS, CONDITIONS, GIVEN_NAMES, HELP, NO_NAMES

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_STREET = re.compile(
    r"\b(?:(?-i:[A-ZÅÄÖ])[^\W\d_]+\s)?[^\W\d_]*"
    r"(?:gatan|vägen|gränd|gränden|torget|stigen|allén|backen|plan|väg|gata|esplanaden|leden|kroken|slingan|stråket)"
    r"\s+\d{1,3}(?:\s?[a-d]\b)?",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"\b\d{1,3}(?:\s?-?\s?åri[gn]\w*|\s?år(?:\s+gammal)?\b)|\bf(?:ödd)?\.?\s+(?:19|20)?\d\d(?:[-\s]?\d\d){0,2}\b"
    r"|\b\d{1,3}[-\s]years?[-\s]old\b|\bborn\b[^.!?\n]{0,20}\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_STRANGER_AGE = re.compile(
    r"\s*[,(]\s*(?:\d{1,3}(?:\s?-?\s?åri|\s?år\b|[-\s]years?\b)|född|f\.|born|aged)", re.IGNORECASE
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n]\s*)[\"”'’(]*$")
_BETWEEN = re.compile(r"[\s,:(]*(?:(?:heter|kallas|är|som|min|vår|på|en|ett|unga|gamla)\s+)*")
_WRITER = re.compile(
    r"(?:\bjag heter|\bjag är|\bmitt namn är|\bmvh|\bhälsningar|\bhälsning|\bhälsar|/)[\s,:]*$",
    re.IGNORECASE,
)
_PHONE_AFTER = re.compile(r"[^.!?\n]{0,30}?\b0\d{1,3}[-\s]?\d{2,3}(?:\s?\d{2,3}){1,2}\b")
_CALLED = re.compile(r"\b(?:hon|han|hen) heter\s+$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?\n]\s+|\n")
_ILL = re.compile(
    r"\W*(?:som\s+)?(?:har|hade|är|var|fått|lider\s+av|blir|blev)\s+(?:\w+\s+){0,2}"
    rf"(?:{'|'.join(sorted(CONDITIONS))})\b",
    re.IGNORECASE,
)
_GIVEN_HELP = re.compile(
    rf"[^.!?\n]{{0,40}}\b(?:har|hade|får|fick|fått)\s+(?:\w+\s+){{0,2}}(?:{'|'.join(sorted(HELP))})\b", re.IGNORECASE
)
_STORY_STARTS = 30


def find_stories(text: str, known: Container[str]) -> Iterator[Span]:
    """The names, ages and addresses of case stories in `text`; `known` names are nobody's secret."""
    streets = [match.span() for match in _STREET.finditer(text)]
    names = (name for name in _names(text, known) if not any(_overlap(name, street) for street in streets))
    told = [name for name in names if _is_told(text, name)]
    yield from told
    if told or any(word.group().casefold() in CLIENTS for word in _WORD.finditer(text)):
        yield from (Span(*street, "address") for street in streets)
    yield from (Span(*match.span(), "age") for match in _AGE.finditer(text) if _near_any(match, told))


def _overlap(name: Span, street: tuple[int, int]) -> bool:
    return name.start < street[1] and street[0] < name.end


def _names(text: str, known: Container[str]) -> Iterator[Span]:
    """The runs of words that may be a person's name."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        adjoining = run and text[run[-1].end() : word.start()] in (" ", "  ", "\u00a0")
        if not adjoining:
            yield from _name(text, run, known)
            run = []
        if _may_be_name(text, word, bool(run)):
            run.append(word)
        else:
            yield from _name(text, run, known)
            run = []
    yield from _name(text, run, known)


def _may_be_name(text: str, word: re.Match[str], follows_name: bool) -> bool:
    folded = word.group().casefold()
    if folded in NO_NAMES or folded in ADJOINING or folded in CONDITIONS:
        return False
    capital = word.group()[0].isupper() and not (len(word.group()) > 1 and word.group().isupper())
    if _without_genitive(folded) in GIVEN_NAMES:
        return capital or folded not in ALSO_WORDS
    return capital and (follows_name or not _SENTENCE_START.search(text[: word.start()]) or _full(text, word))


def _full(text: str, word: re.Match[str]) -> bool:
    # The first word of a sentence has a capital anyway; with another capital after it, it may be a name.
    following = _WORD.match(text, word.end() + 1)
    return following is not None and following.group()[0].isupper() and text[word.end()] == " "


def _name(text: str, run: list[re.Match[str]], known: Container[str]) -> Iterator[Span]:
    if not run:
        return
    start, end = run[0].start(), run[-1].end()
    parts = [_without_genitive(word.group().casefold()) for word in run]
    whole = text[start:end].casefold()
    public = whole in known or _without_genitive(whole) in known or all(part in known for part in parts)
    if not public:
        yield Span(start, end, "name")


def _without_genitive(word: str) -> str:
    return word[:-1] if word.endswith("s") and word[:-1] in GIVEN_NAMES else word


def _is_told(text: str, name: Span) -> bool:
    """Whether a story tells of `name`: what it tells must stand near."""
    if _WRITER.search(text[: name.start]):
        return False
    if _beside_client_word(text, name) or _CALLED.search(text[: name.start]):
        return True
    words = [word.group().casefold() for word in _WORD.finditer(text[name.start : name.end])]
    given = _without_genitive(words[0]) in GIVEN_NAMES
    if not given and len(words) < 2:
        return False
    sentence = _sentence(text, name)
    # The name of a project may be followed by its years as well; given names make the difference.
    near = text[max(0, name.start - _STORY_STARTS) : name.end + _STORY_STARTS]
    has_age = (_AGE.search(near) if given else _STRANGER_AGE.match(text, name.end)) is not None
    of_client = any(word.group().casefold() in CLIENTS for word in _WORD.finditer(sentence))
    return (
        has_age
        or _STREET.search(sentence) is not None
        or _ILL.match(text, name.end) is not None
        or (given and len(words) > 1 and _PHONE_AFTER.match(text, name.end) is not None)
        or (given and len(words) > 1 and _GIVEN_HELP.match(text, name.end) is not None)
        or (of_client and (given or any(word.group().casefold() in CONDITIONS for word in _WORD.finditer(sentence))))
    )


def _sentence(text: str, span: Span) -> str:
    starts = [match.end() for match in _SENTENCE_END.finditer(text, 0, span.start)]
    end = _SENTENCE_END.search(text, span.end)
    return text[starts[-1] if starts else 0 : end.start() if end else len(text)]


def _beside_client_word(text: str, name: Span) -> bool:
    """Whether a word for a client stands right before the name: "klienten Anna", "pojken heter Ali"."""
    before = text[: name.start]
    words = list(_WORD.finditer(before[-60:]))
    while words and _BETWEEN.fullmatch(words[-1].group() + " "):
        words.pop()
    if not words or words[-1].group().casefold() not in ADJOINING:
        return False
    return _BETWEEN.fullmatch(before[-60:][words[-1].end() :]) is not None


def _near_any(match: re.Match[str], names: list[Span]) -> bool:
    return any(abs(match.start() - name.end) <= 30 or abs(name.start - match.end()) <= 30 for name in names)
