"""Parts of a message, and turns after one another, that lean on what was named or told before them."""

from __future__ import annotations

import uuid

import pytest

from tests.conversations.walking import Say


@pytest.mark.parametrize(
    ("turns", "there", "absent"),
    [
        (["Vad heter vår RSS i Sala och har de någon e-post?"], "till Region Västmanland anges inte", "Storsthlm"),
        (["vad är AUDIT", "nej, DUDIT menade jag. hur många frågor är det?"], "elva frågor", "tio frågor om"),
        (["Har du någon webbadress till RSS i Norrbotten?"], "norrbottenskommuner.se", "skaneskommuner"),
        (["Ska vi omhänderta flickan enligt LVU? Vad tycker du?"], "inte ge råd i enskilda ärenden", "1990:52"),
        (["Vi jobbar i Nacka.", "vilken fou-enhet har vi?"], "Nestor", "Det finns 24 RSS"),
        (
            ["Vi möter unga i Knivsta vars mammor har kognitiva svårigheter. Det finns ett centrum. Vad heter det?"],
            "SUF Kunskapscentrum",
            "Region Uppsala är troligen RSS",
        ),
    ],
)
def test_what_stood_before_is_meant(say: Say, turns: list[str], there: str, absent: str) -> None:
    sender = uuid.uuid4().hex
    text = [say(sender, turn).plain_text() for turn in turns][-1]
    assert there in text
    assert absent not in text
