"""The same questions spelt well and spelt badly have the same answers."""

from __future__ import annotations

import pytest

from tests.conversations.walking import Ask


@pytest.mark.parametrize(
    ("spelt", "misspelt"),
    [
        ("Vilken RSS hör Kungälvs kommun till?", "vlken rss hör Kungälvs komumn til?"),
        ("vem tar emot resultatet av implementering", "vem tra emot resulttatet av implemetnering"),
        ("hur finansieras yrkesresan", "hur finanseiras yrkesresann"),
        ("vad säger lagen om skyddat boende", "vad säger lagne om skydadt bonede"),
        ("Vem i Kungälv är med i Tidigt stöd?", "Vem i Kungälv är med i Tidgit stöd?"),
    ],
)
def test_misspelt_words_are_understood(ask: Ask, spelt: str, misspelt: str) -> None:
    assert ask(misspelt).key == ask(spelt).key
