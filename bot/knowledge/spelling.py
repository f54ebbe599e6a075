"""Puts misspelt words right, before anything is looked for: "vlken komun" → "vilken kommun"."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rapidfuzz.distance import OSA

from bot.knowledge.features import NAME_KINDS, is_name_like
from bot.knowledge.linking import LONG_WORD, SHORTEST_FUZZY, Link, Token, tokens
from bot.knowledge.swedish import fold

SHORTEST = 4
"""Letters of the shortest word that is put right: shorter ones have too many neighbours."""
FEWEST = 3
"""How often a word must be known to be what a misspelt one means: what is seldom may be a misspelling itself."""


class Speller:
    """Knows words; puts right those that are nearly one. Made once; a message takes some tens of microseconds."""

    def __init__(self, texts: Iterable[str], names: Iterable[str] = (), common: Iterable[str] = ()) -> None:
        """A speller that knows the words of `texts` and of `names`, and that `common` words are no misspellings."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for token in _words(texts):
            counts[token.folded][token.text] += 1
        of_names = list(_words(names))
        for token in of_names:
            counts[token.folded][token.text] += FEWEST
        self._known = frozenset(counts)
        self._words = _by_letter(counts)
        self._names = _by_letter({token.folded: counts[token.folded] for token in of_names})
        # Of the common words, those that are nearly a known one need to be told apart from it.
        self._known |= {fold(word) for word in common if self.correct(word) != word}

    def correct(self, text: str, links: Sequence[Link] = ()) -> str:
        """`text` with its misspelt words put right; the names `links` in it stay."""
        names = [link for link in links if link.exact or link.kinds & NAME_KINDS]
        covered = {position for link in names for position in range(link.start, link.end)}
        corrected, end = "", 0
        for token in tokens(text):
            word = "" if token.start in covered else self._meant(token)
            if word:
                corrected += text[end : token.start] + word
                end = token.end
        return corrected + text[end:]

    def _meant(self, token: Token) -> str:
        """The word that a misspelt one means; "" when it is known, or like no word. Capitals mean a name."""
        word, named = token.folded, is_name_like(token)
        if len(word) < (SHORTEST_FUZZY if named else SHORTEST) or word in self._known or not word.isalpha():
            return ""
        most = 2 if len(word) >= LONG_WORD else 1
        near = (
            (distance, -count, spelling)
            for key, spelling, count in (self._names if named else self._words)[word[0]]
            if (distance := OSA.distance(word, key, score_cutoff=most)) <= most
        )
        return min(near, default=(0, 0, ""))[2]


def _words(texts: Iterable[str]) -> Iterator[Token]:
    return (token for text in texts for token in tokens(text) if token.text.isalpha())


def _by_letter(counts: Mapping[str, Counter[str]]) -> dict[str, list[tuple[str, str, int]]]:
    """First letter → the words that a misspelt one may mean: folded, as they are spelt most, and how often known."""
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for key, spellings in counts.items():
        if spellings.total() >= FEWEST and len(key) >= SHORTEST:
            found[key[0]].append((key, spellings.most_common(1)[0][0], spellings.total()))
    return found


def common_words(path: Path) -> list[str]:
    """The words of a file with one a line; lines that begin with # are none."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
