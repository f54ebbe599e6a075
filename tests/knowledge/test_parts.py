from __future__ import annotations

from itertools import pairwise

import pytest

from bot.knowledge.parts import Splitter

SPLITTER = Splitter(
    joining=["och", "samt", "&"], asking=["vad", "vem", "hur", "när", "vilken"], closing=["med vänlig hälsning", "mvh"]
)


def parts(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in SPLITTER.spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vad är RSS?", ["Vad är RSS?"]),
        ("Vad är RSS? Vem betalar?", ["Vad är RSS?", "Vem betalar?"]),
        ("Vad är RSS och vem betalar den?", ["Vad är RSS", "vem betalar den?"]),
        ("vad är bbic, och hur söker man licens", ["vad är bbic", "hur söker man licens"]),
        ("Vad är NSK samt när bildades det", ["Vad är NSK", "när bildades det"]),
        ("Vem är chef & vad gör hen", ["Vem är chef", "vad gör hen"]),
        ("Vad är RSS, vem betalar den?", ["Vad är RSS", "vem betalar den?"]),
        ("RSS, vad är det?", ["RSS, vad är det?"]),
        ("vad är RSS och till när gäller det", ["vad är RSS", "till när gäller det"]),
        ("Vem stödjer barn och unga?", ["Vem stödjer barn och unga?"]),
        ("missbruk och beroende", ["missbruk och beroende"]),
        ("Lag 2025:400, 6.2 § gäller", ["Lag 2025:400, 6.2 § gäller"]),
        ("se kunskapsguiden.se eller skr.se", ["se kunskapsguiden.se eller skr.se"]),
        ("Hej!\nVilken RSS har Lund?\n\nTack", ["Hej!", "Vilken RSS har Lund?", "Tack"]),
        ("Vad är RSS och vemod?", ["Vad är RSS och vemod?"]),
        ("Vad är RSS?\nMed vänlig hälsning\nEn handläggare", ["Vad är RSS?", "En handläggare"]),
        ("Vem är chef? Mvh, en handläggare", ["Vem är chef?"]),
        ("mvh är en förkortning", ["mvh är en förkortning"]),
        ("...", []),
        ("", []),
        ("12 34", []),
    ],
)
def test_parts(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


def test_spans_stand_in_order_and_inside() -> None:
    text = "Vad är RSS och vem betalar? Hur då? och vad mer och när?"
    found = SPLITTER.spans(text)
    assert found == sorted(found)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found))
