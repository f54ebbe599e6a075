from __future__ import annotations

import time
from itertools import pairwise

import pytest

from bot.privacy import Span, find, mask

KNOWN = frozenset(
    {"sala", "vara", "lund", "malmö", "kungälv", "upplands väsby", "boden", "lena holmlund", "maria", "berg"}
)

YES = {
    "kan du se om Ruben Provsson (telefon 070-174 06 05) har en insats hos oss": ("Ruben", "Provsson"),
    "Elsa Provqvist fick boendestöd i våras, vem följer upp?": ("Provqvist",),
    "Jag har en flicka, Pella Provsson på Påhittsgatan 12 i Boden, hennes pappa super.": ("Provsson", "Påhittsgatan"),
    "vår klient anna, 34 år, har adhd. vilket stöd finns?": ("anna", "34"),
    "Klienten Fatima Ali behöver hjälp med missbruk": ("Fatima", "Ali"),
    "min klient Lars Johansson bor på Storgatan 4 i Vara": ("Johansson", "Storgatan"),
    "klienten bor på Karl Johans gata 4": ("Johans",),
    "Stina Svensson 45 år med schizofreni i Boden, vem stödjer?": ("Svensson", "45"),
    "Erik, 14 år, skolkar. Vilka metoder finns?": ("Erik",),
    "Jag har en brukare som heter Gösta Nilsson med demens": ("Nilsson",),
    "pojken Ali slår sin syster": ("Ali",),
    "Anna Anderssons dotter är placerad, vem kan hjälpa?": ("Andersson",),
    "En 34-årig kvinna, Elin Berg, blir slagen av sin man": ("Elin", "34"),
    "Kund: Nils Karlsson, född 1956, Kyrkvägen 3B": ("Karlsson", "1956", "Kyrkvägen"),
    "mamman heter Lisa och är alkoholist": ("Lisa",),
    "Anna Svensson har fått diagnosen adhd, vart vänder vi oss?": ("Svensson",),
    "Karl Pettersson som har demens": ("Pettersson",),
    "vi har en ung man, Ahmed, som missbrukar": ("Ahmed",),
    "Kvinnan Leila är hotad": ("Leila",),
    "svar till Johan Ek, 19 år": ("Johan",),
    "Fatemeh Rezai, 34 år, behöver boendestöd": ("Rezai",),
    "Kund hos oss, Ove Fiktivsson, vill sluta spela": ("Fiktivsson",),
    "Elev Mimmi Exempelvik på lågstadiet, född 20120230, vad är BBIC?": ("Exempelvik", "20120230"),
    "hon heter Tilda Exempelvik och behöver prata med någon": ("Exempelvik",),
    "Petra Exempelvik är sjukskriven för stress": ("Exempelvik",),
    "det gäller Nils Fiktivsson, hans mobil är 070-000 00 00": ("Fiktivsson",),
    "My client Jim Madeupson, born 31 February 1988, drinks. Who supports us?": ("Madeupson", "1988"),
    "Tess Inventley, 15 years old, ran away from home": ("Inventley", "15"),
}
NO = [
    "har Lena Holmlund en insats i projektet?",
    "Vilka har hemtjänst?",
    "hon heter Lena Holmlund och sitter på GR",
    "Vem är Anna Larsson?",
    "Hur når jag Maria Andersson på FoU Välfärd?",
    "Vem stödjer Upplands Väsby i missbruk?",
    "Vilken RSS hör Lund till?",
    "vilken rss har vara",
    "Finns det stöd för barn med autism i Västra Götaland?",
    "klienter i Malmö med adhd, vem stödjer?",
    "Vad gör Socialstyrelsen för barn 12 år?",
    "Vad är BBIC och IBIC?",
    "Den Nationella Samverkansgruppen har funnits i 10 år",
    "Partnerskapet 10 år",
    "RSS Kronoberg 10 år",
    "Vem är kontakt för Tidigt stöd till barn i Kungälv?",
    "brukarnas kunskap, vem hjälper oss i Sala",
    "Vilket stöd får brukare i Sala kommun?",
    "Besöksadress Hornsgatan 20?",
    "Mannen i Sundbyberg har adhd",
    "Vad säger Socialstyrelsen om våld mot kvinnan?",
    "Hur många år har Yrkesresan funnits?",
    "Mikael Lindén på Göteborgsregionen, vad är hans nummer?",
    "Klienten i Vara har missbruk",
    "Hej, jag heter Anna Berg och arbetar med barn. Min klient behöver stöd.",
    "Hej! Vi har en pojke med adhd. Vem stödjer? Mvh Eva Svensson",
    "stöd per klient i 12 år",
    "kostnad per brukare",
    "Elisabet Nilsson ansvarar för barnets behov i centrum, hur når jag henne?",
    "vem är stina andersson demens nummer",
    "Anna Larsson processledare för missbruk",
    "Barns behov i centrum, ungdomar 15 år",
    "Vad kostar Trygghet Hela Vägen 3?",
    "Tidigt Stöd för barn 0-6 år",
    "Finns Signs Of Safety 2 år i Partille?",
    "vad gör Lena Holmlund, 50 år",
    "kontakt i berg och vara för klienter",
    "What is Signs of Safety and is it 20 years old?",
    "who supports our clients in Sala",
    "",
    "?",
]


@pytest.mark.parametrize("text", YES)
def test_stories_are_found(text: str) -> None:
    masked = mask(text, find(text, KNOWN))
    assert masked != text
    assert not [word for word in YES[text] if word in masked]


@pytest.mark.parametrize("text", NO)
def test_plain_questions_are_not(text: str) -> None:
    assert find(text, KNOWN) == []


def test_the_question_in_a_story_is_left() -> None:
    text = "Min klient Kalle Testsson, 19800101-1234, dricker. Vilken RSS hör Kungälv till?"
    spans = find(text, KNOWN)
    assert mask(text, spans).endswith("dricker. Vilken RSS hör Kungälv till?")
    assert [span.kind for span in spans] == ["name", "number"]


def test_spans_do_not_overlap_and_come_in_order() -> None:
    text = "Kalle Testsson 19800101-1234, Storgatan 4, pojken Ali, 14 år"
    spans = find(text)
    assert spans == sorted(spans)
    assert all(first.end <= second.start for first, second in pairwise(spans))


def test_mask() -> None:
    assert mask("abcdef", [Span(1, 2, "name"), Span(4, 6, "number")]) == "a…cd…"
    assert mask("abc", []) == "abc"


def test_long_texts_are_read_quickly() -> None:
    started = time.perf_counter()
    for text in ("Anna " * 200, "1 " * 500, "klienten " * 110, "8001011234" * 100, "a" * 1000):
        find(text)
    assert time.perf_counter() - started < 0.5
