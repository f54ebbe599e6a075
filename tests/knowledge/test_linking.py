from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from bot.knowledge.linking import Link, Linker, kind_of, tokens

NAMES = [
    ("municipality:habo-syd", "Habo"),
    ("municipality:habo-nord", "Håbo"),
    ("municipality:vara", "Vara"),
    ("municipality:lund", "Lund"),
    ("municipality:harryda", "Härryda"),
    ("municipality:orkelljunga", "Örkelljunga"),
    ("municipality:vasby", "Väsby"),
    ("municipality:upplands-vasby", "Upplands Väsby"),
    ("municipality:boras", "Borås"),
    ("forum:nsk", "NSK"),
    ("forum:nsk-s", "NSK-S"),
    ("forum:radet", "Rådet för styrning med kunskap"),
    ("actor:nord", "FoU Välfärd"),
    ("actor:syd", "FoU Välfärd"),
    ("contact:anna", "Anna Ek"),
    ("contact:anna", "0100-22 22 22"),
    ("support:sip", "SIP"),
]


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker(
        NAMES, homographs=["vara", "sip"], known_stems=["radgiv"], place_signs=["i", "från", "inom"], joining=["och"]
    )


def linked(linker: Linker, text: str) -> list[tuple[str, str]]:
    """What is linked, and to what."""
    return [(text[link.start : link.end], "|".join(sorted(link.refs))) for link in linker.link(text)]


@pytest.mark.parametrize(
    ("text", "words", "ref"),
    [
        ("Vilken RSS har Lund?", "Lund", "municipality:lund"),
        ("vilken rss har lund", "lund", "municipality:lund"),
        ("LUND", "LUND", "municipality:lund"),
        ("Lunds kommun", "Lunds", "municipality:lund"),
        ("NSK:s möten", "NSK", "forum:nsk"),
        ("nsk-s:s möten", "nsk-s", "forum:nsk-s"),
        ("harryda", "harryda", "municipality:harryda"),
        ("Harrydas rss", "Harrydas", "municipality:harryda"),
        ("orkelljunga", "orkelljunga", "municipality:orkelljunga"),
        ("Borås", "Borås", "municipality:boras"),
        ("boras", "boras", "municipality:boras"),
        ("vad gör rådet för styrning med kunskap?", "rådet för styrning med kunskap", "forum:radet"),
        ("radet for styrning med kunskap", "radet for styrning med kunskap", "forum:radet"),
        ("Ring 0100-22 22 22 nu", "0100-22 22 22", "contact:anna"),
        ("Anna Eks nummer", "Anna Eks", "contact:anna"),
    ],
)
def test_a_name_in_its_forms(linker: Linker, text: str, words: str, ref: str) -> None:
    assert linked(linker, text) == [(words, ref)]
    assert linker.link(text)[0].exact


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("Härrida", "municipality:harryda"),
        ("härryd", "municipality:harryda"),
        ("haryda", "municipality:harryda"),
        ("Örkeljunga", "municipality:orkelljunga"),
        ("orkeljungas", "municipality:orkelljunga"),
        ("Örkelljugna", "municipality:orkelljunga"),
        ("Örkeljungga", "municipality:orkelljunga"),
    ],
)
def test_a_misspelt_name(linker: Linker, text: str, ref: str) -> None:
    (link,) = linker.link(f"vilken rss har {text}")
    assert link.refs == (ref,)
    assert not link.exact


@pytest.mark.parametrize("text", ["Lurd", "Vårra", "härmed", "Barryda", "Hjärrydda", "rådgivning", "12345678", ""])
def test_what_is_no_misspelt_name(linker: Linker, text: str) -> None:
    assert linker.link(text) == []


def test_a_known_word_is_never_a_misspelt_name() -> None:
    names = [("forum:rad", "Rådgivare")]
    assert Linker(names).link("rådgivaren")[0].refs == ("forum:rad",)
    assert Linker(names, known_stems=["radgiv"]).link("rådgivaren") == []


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("Håbo", "municipality:habo-nord"),
        ("håbo kommun", "municipality:habo-nord"),
        ("Håbos rss", "municipality:habo-nord"),
        ("Habo", "municipality:habo-syd"),
        ("habo", "municipality:habo-syd"),
        ("Habos", "municipality:habo-syd"),
    ],
)
def test_a_name_that_differs_in_its_dots_only(linker: Linker, text: str, ref: str) -> None:
    assert linker.link(text)[0].refs == (ref,)


@pytest.mark.parametrize(
    "text", ["Vad ska det vara bra för?", "hur ska det vara", "det kan vara så", "Vara eller inte"]
)
def test_a_common_word_is_no_name(linker: Linker, text: str) -> None:
    assert linker.link(text) == []


def test_a_common_word_alone_is_a_name(linker: Linker) -> None:
    assert linked(linker, "vara") == [("vara", "municipality:vara")]


def test_a_common_word_in_a_list_of_names_is_one(linker: Linker) -> None:
    assert linked(linker, "Vara och Lund, vilka gäller där?")[0] == ("Vara", "municipality:vara")
    assert linked(linker, "Vara och låta vara") == []
    assert linked(linker, "vara och Lund") == [("Lund", "municipality:lund")]


@pytest.mark.parametrize(
    "text",
    ["jag jobbar i vara", "vi från vara", "vara kommun", "vilken RSS har Vara?", "kommuner inom vara", "vad är SIP?"],
)
def test_a_common_word_with_a_sign_is_a_name(linker: Linker, text: str) -> None:
    assert len(linker.link(text)) == 1


def test_a_name_of_several_things_has_all_its_refs(linker: Linker) -> None:
    (link,) = linker.link("Vad är FoU Välfärd?")
    assert set(link.refs) == {"actor:nord", "actor:syd"}
    assert link.kinds == {"actor"}


def test_the_longest_name_wins(linker: Linker) -> None:
    assert linked(linker, "Upplands Väsby och Väsby") == [
        ("Upplands Väsby", "municipality:upplands-vasby"),
        ("Väsby", "municipality:vasby"),
    ]
    assert linked(linker, "NSK-S eller NSK?") == [("NSK-S", "forum:nsk-s"), ("NSK", "forum:nsk")]


def test_links_stand_in_order_without_overlap(linker: Linker) -> None:
    text = "Lund, Härryda, Lund och NSK-S"
    links = linker.link(text)
    assert [text[link.start : link.end] for link in links] == ["Lund", "Härryda", "Lund", "NSK-S"]
    assert all(first.end <= second.start for first, second in pairwise(links))


def test_offsets_hold_for_decomposed_letters(linker: Linker) -> None:
    assert [link.refs for link in linker.link("H\u0061\u030arryda i Bora\u030as")] == [
        ("municipality:harryda",),
        ("municipality:boras",),
    ]


@pytest.mark.parametrize(("word", "first"), [("Lundby", "municipality:lund"), ("Herrydda", "municipality:harryda")])
def test_the_nearest(linker: Linker, word: str, first: str) -> None:
    assert linker.nearest(word, "municipality")[0] == first


def test_the_nearest_are_of_the_kind_and_few(linker: Linker) -> None:
    assert linker.nearest("NSK", "municipality") == []
    assert linker.nearest("xyzzy", "municipality") == []
    assert len(linker.nearest("habo", "municipality", most=1)) == 1


def test_from_database(session: Session) -> None:
    own = Linker.from_database(session)
    assert own.link("SKL")[0].refs == ("actor:skr",)
    assert own.link("SKR")[0].refs == ("actor:skr",)
    assert own.link("Planen") == []
    assert set(own.link("FoU")[0].refs) == {"actor:fou-nord", "actor:fou-syd"}
    assert own.link("vad ska det vara") == []


def test_tokens() -> None:
    found = tokens("NSK-S:s möten, Örebro’s 2:a!")
    assert [token.typed for token in found] == ["NSK", "S", "möten", "Örebro", "2", "a"]
    assert [token.folded for token in found] == ["nsk", "s", "moten", "orebro", "2", "a"]


def test_kind_of() -> None:
    assert kind_of("forum:radet") == "forum"
    assert Link(("forum:a", "actor:b"), 0, 1).kinds == {"forum", "actor"}
