from __future__ import annotations

import pytest

from bot.knowledge.swedish import fold, normalise, stem, stems, words


def test_normalise() -> None:
    assert normalise("RA\u030aDET\u00a0f\u00f6r\u2011S\u2013T") == "rådet för-s-t"


@pytest.mark.parametrize("text", ["Härryda", "Ängelholm – Åre", "İstanbul", "straße", "é ü ø æ", "a\u030a"])
def test_fold_takes_the_dots_away(text: str) -> None:
    assert not set("åäöéü") & set(fold(text))


def test_fold_keeps_every_place() -> None:
    text = "Åre, Älmhult och Östersund"
    assert fold(text) == "are, almhult och ostersund"
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nsk-s:s möten?", ["nsk-s", "möten"]),
        ("lag 2025:400 samt s.k. stöd", ["lag", "2025:400", "samt", "s.k", "stöd"]),
        ("och/eller", ["och/eller"]),
        ("?!", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_stem_is_the_same_for_all_forms_and_without_dots() -> None:
    assert {stem(word) for word in ("kommun", "kommuner", "kommunerna", "kommunernas")} == {"kommun"}
    assert stem("stödjer") == "stodj"


def test_stems() -> None:
    assert stems("Kommunernas METODER!") == ["kommun", "metod"]
