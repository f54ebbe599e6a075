"""Personnummer and samordningsnummer in any shape, by shape and not by checksum (people mistype them).

A number has 10 digits, or 12 with its century: year, month 01-12, day 01-31 (61-91 in a
samordningsnummer), four more. Signs may stand between its parts. Written as such numbers are, six or eight digits,
a sign and four, or twelve that begin with a century, the date may be wrong (people mistype), if its month is below
20: from there on it is the number of an organisation. Called a personnummer, it may be wrong however it is written.
What looks alike and is none: phone numbers, diary numbers, a date with a year or a time after it, a range of years.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.privacy.spans import Span

_SIGN = r"[ \t\u00a0\u202f]?[-‐‑–—+./_:]?[ \t\u00a0\u202f]?"
_NUMBER = re.compile(
    rf"""
    (?<![\d/+])(?<!\d[-.:/])
    (?P<century>(?:18|19|20){_SIGN})?
    (?P<year>\d\d){_SIGN}
    (?P<month>0[1-9]|1[0-2]){_SIGN}
    (?P<day>0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])
    (?P<sign>{_SIGN})
    (?P<last>\d\d[ ]?\d[ ]?\d|\d[ ]\d{{3}}|[A-Z]{{1,2}}\d{{2,3}}(?![\w]))
    (?![-.:/]?\d)
    """,
    re.VERBOSE,
)
_MISTYPED = re.compile(
    r"(?<![\d/+])(?<!\d[-.:/])(?:(?:18|19|20)?\d\d[01]\d{3}[-‐‑–+]|(?:18|19|20)\d\d[01]\d{3} ?)\d{4}(?![-.:/]?\d)"
)
_CALLED = re.compile(
    r"\b(?:(?:person|samordnings)(?:nummer|nr)|pnr|p-nr|persnr)\W{0,3}(?:(?:är|e)\s)?"
    r"(?P<number>(?:18|19|20)?\d{6}[-+ ]?\d{4})(?!\d)",
    re.IGNORECASE,
)
_SPELLED = re.compile(r"(?<!\d)(?:\d[ ,.+-]{1,3}){9,11}\d(?!\d)")
_DIARY = re.compile(
    r"\b(?:dnr|diarienr|diarienummer|diariet|diariefört|sfs|isbn|issn|doi)\b[\s:.]*\w{0,4}[\s:.-]*$", re.IGNORECASE
)
_PHONE = re.compile(
    r"\b(?:tel|tfn|telefon\w*|mobil\w*|ring\w*|sms\w*|växel\w*|phone|fax|jour\w*|swish\w*|direktnummer)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:person\w*|pnr|p-nr|samordning\w*|född\w*|klient\w*|brukar\w*|identitet\w*)", re.IGNORECASE
)
_NEAR = 30


def find_numbers(text: str) -> Iterator[Span]:
    """The identity numbers in `text`."""
    for match in _NUMBER.finditer(text):
        if not _is_something_else(text, match):
            yield Span(match.start(), match.end(), "number")
    for match in _MISTYPED.finditer(text):
        if not _is_something_else(text, match):
            yield Span(match.start(), match.end(), "number")
    for match in _CALLED.finditer(text):
        yield Span(*match.span("number"), "number")
    for match in _SPELLED.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) in (10, 12) and _NUMBER.fullmatch(digits) and not digits.startswith("0"):
            yield Span(match.start(), match.end(), "number")


def _is_something_else(text: str, match: re.Match[str]) -> bool:
    before, after = text[max(0, match.start() - _NEAR) : match.start()], text[match.end() : match.end() + _NEAR]
    return (
        _DIARY.search(before) is not None
        or (match.re is _NUMBER and _is_date_with_more(match))
        or (match.re is _MISTYPED and "1900" <= match.group()[-4:] <= "2099")
        or _is_years(match.group())
        or _is_phone(match.group(), before, after)
    )


def _is_date_with_more(match: re.Match[str]) -> bool:
    # "2017-01-01 2018", "2017-01-01 – 2018", "2025-01-15 1430": a date as dates are written, then a year or a time.
    whole_date = re.fullmatch(r"(?:19|20)\d\d-\d\d-\d\d", match.group()[: match.start("sign") - match.start()])
    last = match["last"]
    return (
        whole_date is not None
        and match["sign"].strip() in ("", "–", "—")
        and match["sign"] != ""
        and ("1900" <= last <= "2099" or (last[:2] < "24" and last[2:4] in ("00", "15", "30", "45")))
    )


def _is_years(number: str) -> bool:
    # "2009 2010 2011", "2011-2012/2013"
    groups = re.findall(r"\d+", number)
    return len(groups) > 1 and all(len(group) == 4 and "1900" <= group <= "2099" for group in groups)


def _is_phone(number: str, before: str, after: str) -> bool:
    groups = re.findall(r"\d+", number)
    if not number.startswith("0") or _PERSONAL.search(before):
        return False
    if len(groups) == 1:
        # 0701234567 is a mobile number as well as a personnummer: the words beside it decide.
        return _PHONE.search(before + " " + after) is not None
    # An area code and then groups of two or three, against YYMMDD-NNNN or YY-MM-DD-NNNN.
    return [len(group) for group in groups] not in ([6, 4], [2, 2, 2, 4])
