from __future__ import annotations

import pytest

from bot.privacy import find, mask

YES = [
    "19620707-0707",
    "8001011234",
    "198001011234",
    "19800101 1234",
    "1980-01-01-1234",
    "1980 01 01 1234",
    "80 01 01 12 34",
    "80.01.01.1234",
    "80/01/01-1234",
    "800101+1234",
    "800101–1234",
    "800101 - 1234",
    "19 800101-1234",
    "8 0 0 1 0 1 - 1 2 3 4",
    "070123-4567",
    "samordningsnummer 870263-1234",
    "19870263 1234",
    "870291-1234",
    "personnr 0701234567",
    "pnr:120713-2384.",
    "personnummer 199913452384",
    "persnr är 9913452384",
    "(870263-1234)",
    "id870263-1234",
    "871342-0019",
    "19131312 4455",
    "191313124455",
    "800132-1234",
    "801301-1234",
    "800160-1234",
    "800192-1234",
    "20051472-1111",
    "800100+1234",
    "801231-123 4",
    "hon är född 000229-1234, kan hon få stöd?",
]
NO = [
    "16/06673",
    "dnr 16/06673",
    "Dnr 2016-01-12-1234",
    "diarienummer 20160112-1234",
    "031-335 51 88",
    "ring 0701234567",
    "0701234567 är ett mobilnummer",
    "070-123 45 67",
    "0510-12 34 56",
    "08-452 71 00",
    "+46 70 123 45 67",
    "+46701234567",
    "2010-2015",
    "2009 2010 2011",
    "20111399 2016",
    "2011-2012/2013",
    "SFS 2025:400",
    "SOSFS 2014:5",
    "SOU 2017:21",
    "2017-05-01",
    "20170501",
    "17-05-01",
    "2025-01-15 14:30",
    "2025-01-15 1430",
    "2017-01-01 – 2018",
    "2017-01-01 2018",
    "556036-0793",
    "dnr 201399-0019",
    "201399-2014",
    "212000-1355",
    "ISBN 91-7555-123-4",
    "1 2 3 4 5 6 7 8 9 10",
    "123456789012345678",
    "4000 12 01 1234 5678",
    "12,5 miljoner 2017 och 1 400 000 kronor 2018",
    "artikel 35424, rad 170-174",
]


@pytest.mark.parametrize("text", YES)
def test_identity_numbers_are_found(text: str) -> None:
    spans = find(text)
    assert [span.kind for span in spans] == ["number"]
    assert not any(character.isdigit() for character in mask(text, spans))


@pytest.mark.parametrize("text", NO)
def test_other_numbers_are_not(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize("year", ["80", "1980", "05", "2005", "1899"])
@pytest.mark.parametrize("day", ["01", "31", "61", "91"])
@pytest.mark.parametrize("sign", ["-", "+", " ", " - ", "–"])
@pytest.mark.parametrize("month", ["01", "12"])
def test_every_shape_is_found(year: str, month: str, day: str, sign: str) -> None:
    number = f"{year}{month}{day}{sign}1239"
    assert mask(f"det gäller {number} tror jag", find(f"det gäller {number} tror jag")) == "det gäller … tror jag"
