"""Swedish as people type it: folding, words, stems. Pure functions."""

from __future__ import annotations

import re
import unicodedata

import Stemmer

WORD = re.compile(r"[^\W_]+(?:[-:/.][^\W_]+)*")
GENITIVE = re.compile(r"(?<=\w)(?::s|['’]s)$")
DIACRITICS = str.maketrans("åäöéèüáàóøæ", "aaoeeuaaooa")

ENDINGS = (("an", 3), ("et", 3), ("orn", 3), ("eln", 3))
"""Endings that Snowball leaves, and how many letters must be left without them."""

_stemmer = Stemmer.Stemmer("swedish")


def normalise(text: str) -> str:
    """`text` in NFC, casefolded, with ordinary spaces and hyphens."""
    text = unicodedata.normalize("NFC", text).casefold()
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2011", "-").replace("–", "-")


def fold(text: str) -> str:
    """Normalised `text` without diacritics, one character for one: "Härryda" → "harryda"."""
    return normalise(text).translate(DIACRITICS)


def words(text: str) -> list[str]:
    """The words of normalised `text`, in order, punctuation dropped: "NSK-S:s möten?" → ["nsk-s", "möten"]."""
    return [GENITIVE.sub("", word) for word in WORD.findall(text)]


def stem(word: str) -> str:
    """The folded Snowball stem of a normalised word: "kommunernas" → "kommun"."""
    stemmed, longer = word, ""
    while stemmed != longer:
        longer = stemmed
        stemmed = _stemmer.stemWord(longer)
        if stemmed == longer:
            stemmed = _without_ending(longer)
    return stemmed.translate(DIACRITICS)


def _without_ending(word: str) -> str:
    for ending, shortest in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            return word.removesuffix(ending)
    return word


def stems(text: str) -> list[str]:
    """The stems of the words of any `text`."""
    return [stem(word) for word in words(normalise(text))]
