"""Which RSS a municipality belongs to, and which municipalities an RSS has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import select

from bot.answers import Answer, Choice
from bot.knowledge import models
from bot.knowledge.linking import kind_of
from bot.knowledge.lookups.desk import Desk, Found, asking, cite, entities, entity, names, rss_refs, together
from bot.knowledge.phrases import bullets, either, listed
from bot.knowledge.swedish import WORD

SKR = "actor:skr"
RSS = "actor:rss"
MOST_PLACES = 4
MOST_LONG = 3
"""How many counties or RSS are told of at length in one answer."""
MOST_NEAR = 3


def rss_of(desk: Desk, refs: Sequence[str], text: str = "") -> Found | None:
    """The RSS of the municipalities named among `refs`, else of the counties; a question back when none is."""
    places = [ref for ref in refs if kind_of(ref) == "municipality"]
    if not places:
        return in_counties(desk, refs) or ask_municipality(desk, text)
    if len(places) > 1:
        return _of_several(desk, places[:MOST_PLACES])
    return _of_municipality(desk, places[0])


def with_own_rss(desk: Desk, refs: Sequence[str]) -> list[str]:
    """`refs` with the RSS of the places among them instead of RSS in general: "webbadress till RSS i Skåne"."""
    if RSS not in refs:
        return list(refs)
    found = [rss for place in refs for rss in rss_refs(desk, place)]
    return [*found, *(ref for ref in refs if ref != RSS)] if found else list(refs)


def ask_municipality(desk: Desk, text: str) -> Found:
    """Asks which municipality is meant; with those whose names are like one in `text`."""
    unknown = desk.linker.unknown_municipality(text)
    words = [unknown] if unknown else [word for word in WORD.findall(text) if len(word) > 3 and word[0].isupper()]
    near = list(dict.fromkeys(ref for word in words for ref in desk.linker.nearest(word, "municipality")))[:MOST_NEAR]
    if near:
        options = names(desk, near)
        text = desk.phrases("rss.did_you_mean", names=either(desk.phrases, options))
        buttons = tuple(asking(desk.phrases("rss.ask", place=name)) for name in options)
        return Found(Answer(text, choices=buttons, key="ask:municipality"), shown=tuple(near), asks=True)
    return Found(Answer(desk.phrases("rss.which_municipality"), key="ask:municipality"), asks=True)


def municipalities_of(desk: Desk, refs: Sequence[str]) -> Found | None:
    """The municipalities of each RSS named among `refs`, else of each county; None when none is named."""
    rss = [ref for ref in refs if kind_of(ref) == "rss"]
    asked = [ref for ref in refs if kind_of(ref) == "municipality"]
    if rss and asked:
        return _is_member(desk, asked[0], rss[0])
    if not rss:
        counties = [ref for ref in refs if kind_of(ref) == "county"]
        return _each(desk, _in_county, counties, "members")
    return _each(desk, _of_rss, rss, "members")


def _each(desk: Desk, look_up: Callable[[Desk, str], Found], refs: Sequence[str], key: str) -> Found | None:
    """What `look_up` finds for each of the first of `refs`, in one; None without any."""
    found = [look_up(desk, ref) for ref in list(dict.fromkeys(refs))[:MOST_LONG]]
    return together(found, f"{key}:several") if len(found) > 1 else next(iter(found), None)


def _of_rss(desk: Desk, rss: str) -> Found:
    rows = desk.session.execute(
        select(models.Entity.ref, models.Entity.name, models.MunicipalityRss.relation)
        .join(models.MunicipalityRss, models.MunicipalityRss.municipality == models.Entity.ref)
        .where(models.MunicipalityRss.rss == rss)
        .order_by(models.Entity.name)
    ).all()
    members = [ref for ref, _, _ in rows]
    lines = [name if relation == "primär" else f"{name} ({relation})" for _, name, relation in rows]
    owner = entity(desk, rss)
    text = desk.phrases("rss.members", rss=owner.name, count=len(rows), names=listed(lines))
    cited = cite(desk, [rss, f"membership:{members[0].partition(':')[2]}:{rss.partition(':')[2]}"])
    return Found(Answer(text, cited, caveat=owner.note, key=f"members:{rss}"), (rss,), shown=tuple(members))


def in_counties(desk: Desk, refs: Sequence[str]) -> Found | None:
    """The RSS of each county named among `refs`; None when none is."""
    return _each(desk, _of_county, [ref for ref in refs if kind_of(ref) == "county"], "rss_of")


def all_rss(desk: Desk) -> Found:
    """Every RSS, by county."""
    rows = desk.session.execute(
        select(models.Rss.ref, models.Rss.county, models.Rss.host).order_by(models.Rss.county, models.Rss.ref)
    ).all()
    by_name = {row.ref: row.name for row in entities(desk, [part for row in rows for part in row[:2]])}
    lines = [
        f"{by_name[county]}: {by_name[ref] if host else desk.phrases('rss.unknown')}" for ref, county, host in rows
    ]
    text = desk.phrases("rss.all", count=len(rows), lines=bullets(lines))
    refs = tuple(row.ref for row in rows)
    return Found(Answer(text, cite(desk, ["actor:rss"]), desk.phrases("rss.all_caveat"), key="list:rss"), shown=refs)


def _of_municipality(desk: Desk, municipality: str) -> Found:
    name = entity(desk, municipality).name
    rows = desk.session.execute(
        select(models.MunicipalityRss, models.Rss)
        .join(models.Rss, models.Rss.ref == models.MunicipalityRss.rss)
        .where(models.MunicipalityRss.municipality == municipality)
        .order_by(models.MunicipalityRss.relation.desc())
    ).all()
    first = rows[0][1]
    if not first.host:
        return _unknown(desk, municipality, name, first)
    cited = [f"membership:{municipality.partition(':')[2]}:{rss.ref.partition(':')[2]}" for _, rss in rows]
    found = entities(desk, [rss.ref for _, rss in rows])
    if len(rows) > 1:
        parts = _with_relations(desk, municipality, [row.ref for row in found])
        text = desk.phrases("rss.two", municipality=name, rss=listed(parts))
    else:
        county = entity(desk, first.county).name
        text = desk.phrases("rss.one", municipality=name, rss=found[0].name, county=county, summary=found[0].summary)
    text += "".join(_ways(desk, row, rss) for row, (_, rss) in zip(found, rows, strict=True))
    answer = Answer(
        text,
        cite(desk, cited + [row.ref for row in found]),
        caveat=" ".join(dict.fromkeys(row.note for row in found if row.note)),
        choices=_next(desk, found[0].name),
        key=f"rss_of:{municipality}",
    )
    return Found(answer, (municipality, *(row.ref for row in found)), shown=tuple(row.ref for row in found))


def _with_relations(desk: Desk, municipality: str, rss: Sequence[str]) -> list[str]:
    """The names of `rss`, each with how the municipality belongs to it where it is no ordinary member."""
    rows = desk.session.scalars(
        select(models.MunicipalityRss).where(models.MunicipalityRss.municipality == municipality)
    )
    relations = {row.rss: row.relation for row in rows}
    return [
        row.name if relations[row.ref] == "primär" else f"{row.name} ({relations[row.ref]})"
        for row in entities(desk, rss)
    ]


def _of_several(desk: Desk, municipalities: Sequence[str]) -> Found:
    found = [_of_municipality(desk, ref) for ref in municipalities]
    lines = []
    for ref, each in zip(municipalities, found, strict=True):
        owners = _with_relations(desk, ref, each.shown)
        rss = listed(owners) if owners else desk.phrases("rss.unknown")
        lines.append(desk.phrases("rss.line", municipality=entity(desk, ref).name, rss=rss))
    citations = tuple(dict.fromkeys(citation for each in found for citation in each.answer.citations))
    shown = tuple(ref for each in found for ref in (each.shown or each.refs[1:2]))
    answer = Answer(bullets(lines), citations[:4], key="rss_of:several")
    return Found(answer, (*municipalities, *shown), shown=shown)


def _is_member(desk: Desk, municipality: str, rss: str) -> Found:
    found = _of_municipality(desk, municipality)
    word = "rss.is_member" if rss in found.shown else "rss.is_no_member"
    lead = desk.phrases(word, municipality=entity(desk, municipality).name, rss=entity(desk, rss).name)
    return replace(found, answer=replace(found.answer, text=f"{lead} {found.answer.text}"))


def _ways(desk: Desk, row: models.Entity, rss: models.Rss) -> str:
    ways = [way for way in (row.website, rss.phone, rss.email) if way]
    return "\n" + desk.phrases("rss.ways", rss=row.name, ways=", ".join(ways)) if ways else ""


def _unknown(desk: Desk, municipality: str, name: str, rss: models.Rss) -> Found:
    county = entity(desk, rss.county).name
    text = desk.phrases("rss.host_unknown", municipality=name, county=county, skr=entity(desk, SKR).website)
    answer = Answer(text, cite(desk, [rss.ref]), missing=text, choices=(), key=f"rss_of:{municipality}")
    return Found(answer, (municipality, rss.ref))


def _of_county(desk: Desk, county: str) -> Found:
    rows = desk.session.scalars(select(models.Rss).where(models.Rss.county == county).order_by(models.Rss.ref)).all()
    name = entity(desk, county).name
    if not rows[0].host:
        text = desk.phrases("rss.county_unknown", county=name, skr=entity(desk, SKR).website)
        return Found(
            Answer(text, cite(desk, [rows[0].ref]), missing=text, key=f"rss_of:{county}"), (county, rows[0].ref)
        )
    found = entities(desk, [rss.ref for rss in rows])
    if len(found) == 1:
        text = desk.phrases("rss.county_one", county=name, rss=found[0].name, summary=found[0].summary)
        text += _ways(desk, found[0], rows[0])
    else:
        lines = bullets(row.name for row in found)
        text = desk.phrases("rss.county_several", county=name, count=len(found), lines=lines)
    caveat = " ".join(dict.fromkeys(row.note for row in found if row.note)) if len(found) == 1 else ""
    refs = tuple(row.ref for row in found)
    answer = Answer(text, cite(desk, refs), caveat=caveat, choices=_next(desk, found[0].name), key=f"rss_of:{county}")
    return Found(answer, (county, *refs), shown=refs)


def _in_county(desk: Desk, county: str) -> Found:
    rows = desk.session.execute(
        select(models.Entity.ref, models.Entity.name)
        .join(models.Municipality, models.Municipality.ref == models.Entity.ref)
        .where(models.Municipality.county == county)
        .order_by(models.Entity.name)
    ).all()
    text = desk.phrases(
        "rss.in_county", county=entity(desk, county).name, count=len(rows), names=listed(name for _, name in rows)
    )
    return Found(Answer(text, cite(desk, [rows[0].ref]), key=f"members:{county}"), (county,))


def _next(desk: Desk, rss: str) -> tuple[Choice, ...]:
    return (asking(desk.phrases("rss.ask_members", rss=rss)), asking(desk.phrases("rss.ask_tasks")))
