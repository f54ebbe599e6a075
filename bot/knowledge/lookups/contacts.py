"""Whom to contact: a person or function that a source names, else the next step towards one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from bot.answers import Answer
from bot.knowledge import models
from bot.knowledge.linking import kind_of
from bot.knowledge.lookups.desk import Desk, Found, cite, entities, entity, rss_refs
from bot.knowledge.phrases import bullets, listed

SKR = "actor:skr"
RSS = "actor:rss"
REGIONAL = "regional"
ORGANISATIONS = ("actor", "rss", "forum", "support", "pilot")
PLACES = ("municipality", "county")


def contact(desk: Desk, refs: Sequence[str], municipality: str = "") -> Found | None:
    """Whom to contact about `refs`; None when nothing is named. Never somebody else's contact: where no source
    names one, it says so and gives the organisation's page, the RSS and SKR, each as what it is.
    """
    people = [ref for ref in refs if kind_of(ref) == "contact"]
    if people:
        return _cards(desk, people)
    subjects = [ref for ref in refs if kind_of(ref) in (*ORGANISATIONS, *PLACES, "area", "process")]
    if not subjects:
        return None
    if RSS in subjects and municipality:
        own = [row.ref for row in _rss(desk, municipality)]
        subjects = own + [ref for ref in subjects if ref != RSS]
    for subject in subjects:
        named = _contacts_for(desk, subject)
        if named:
            return _cards(desk, named, subject)
    area = next((ref for ref in subjects if kind_of(ref) == "area"), "")
    if area and all(kind_of(ref) in ("area", *PLACES) for ref in subjects):
        place = next((ref for ref in subjects if kind_of(ref) in PLACES), municipality)
        working = _working_in(desk, area, place)
        if working:
            return _of_area(desk, area, place, working)
    return _way_on(desk, subjects[0], municipality)


def things_first(refs: Sequence[str]) -> list[str]:
    """`refs` with the places last: whom to reach there is asked of the organisation."""
    return sorted(refs, key=lambda ref: kind_of(ref) in PLACES)


def card(desk: Desk, ref: str) -> Found:
    """Who the contact `ref` is and how to reach them."""
    return _cards(desk, [ref])


def all_contacts(desk: Desk) -> Found:
    """Everyone with a phone number or an e-mail address."""
    rows = desk.session.scalars(
        select(models.Contact.ref).where(or_(models.Contact.phone != "", models.Contact.email != ""))
    ).all()
    return _cards(desk, rows)


def _contacts_for(desk: Desk, subject: str) -> list[str]:
    about = select(models.ContactSubject.contact).where(models.ContactSubject.ref == subject)
    rows = desk.session.scalars(
        select(models.Contact.ref)
        .where(or_(models.Contact.organisation == subject, models.Contact.ref.in_(about)))
        .order_by((models.Contact.phone + models.Contact.email).desc())
    )
    return list(rows)


def _cards(desk: Desk, refs: Sequence[str], subject: str = "") -> Found:
    rows = entities(desk, refs)
    lines = [_line(desk, row, subject) for row in rows]
    text = lines[0] if len(lines) == 1 else bullets(lines)
    if subject:
        lead = desk.phrases("contacts.about", subject=entity(desk, subject).name)
        text = f"{lead} {text}" if len(lines) == 1 else f"{lead}\n{text}"
    caveat = " ".join(dict.fromkeys(row.note for row in rows if row.note))
    about = (subject,) if subject else ()
    return Found(
        Answer(text, cite(desk, [row.ref for row in rows]), caveat=caveat, key=rows[0].ref),
        (*about, *(row.ref for row in rows)),
        shown=tuple(row.ref for row in rows),
    )


def _line(desk: Desk, row: models.Entity, subject: str) -> str:
    found = desk.session.get(models.Contact, row.ref)
    organisation = found.organisation
    if ":" in organisation:
        organisation = entity(desk, organisation).name
    ways = [way for way in (found.phone, found.email, row.website) if way]
    reach = desk.phrases("contacts.reach", ways=listed(ways)) if ways else ""
    lacking = [desk.phrases(f"contacts.{way}") for way in ("phone", "email") if not getattr(found, way)]
    if lacking:
        reach = f"{reach} {_sentence(desk.phrases('contacts.lacking', ways=listed(lacking)))}".strip()
    return desk.phrases("contacts.line", name=row.name, function=found.function, organisation=organisation, reach=reach)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _working_in(desk: Desk, area: str, place: str) -> list[models.Entity]:
    """The actors in `area` that have a page: national ones, and the regional ones whose description names `place`.

    Where no place is known, all regional ones.
    """
    rows = desk.session.scalars(
        select(models.Entity)
        .join(models.EntityArea, models.EntityArea.ref == models.Entity.ref)
        .where(models.EntityArea.area == area, models.Entity.kind == "actor", models.Entity.website != "")
        .order_by(models.Entity.level, models.Entity.name)
    )
    municipality = desk.session.get(models.Municipality, place)
    here = {place, municipality.county} if municipality else {place}
    return [row for row in rows if row.level != REGIONAL or not place or here & _names(desk, row.summary)]


def _names(desk: Desk, text: str) -> set[str]:
    return {ref for link in desk.linker.link(text) for ref in link.refs}


def _of_area(desk: Desk, area: str, place: str, working: Sequence[models.Entity]) -> Found:
    """Nobody to contact about an area, but who works in it."""
    say = desk.phrases
    steps = [say("contacts.working", name=row.name, level=row.level, website=row.website) for row in working]
    rss = _rss(desk, place)
    steps += _rss_steps(desk, rss)
    text = say("contacts.area", area=entity(desk, area).name, steps=bullets(steps))
    refs = tuple(row.ref for row in working)
    cited = cite(desk, [*refs, *(found.ref for found in rss)])
    return Found(
        Answer(text, cited, caveat=say("contacts.pages_unchecked"), missing=text, key=f"contact:{area}"),
        (area,),
        shown=refs,
    )


def _way_on(desk: Desk, subject: str, municipality: str) -> Found:
    say = desk.phrases
    row = entity(desk, subject)
    steps = []
    if row.website:
        steps.append(say("contacts.page", name=row.name, website=row.website))
    owner = _owner(desk, subject)
    if owner:
        steps.append(say("contacts.owner", owner=owner))
    place = subject if kind_of(subject) in PLACES else municipality
    rss = [found for found in _rss(desk, place) if found.ref != subject]
    steps += _rss_steps(desk, rss)
    if kind_of(subject) == "municipality":
        steps.insert(0, say("contacts.own_manager"))
    skr = entity(desk, SKR)
    if subject != SKR:
        steps.append(say("contacts.skr", website=skr.website))
    text = say("contacts.missing", name=row.name, steps=bullets(steps))
    # A place's own source is a list of names, which bears out nothing here.
    itself = [] if kind_of(subject) in PLACES else [subject]
    cited = cite(desk, [*itself, *(found.ref for found in rss), SKR])
    return Found(
        Answer(text, cited, caveat=say("contacts.pages_unchecked"), missing=text, key=f"contact:{subject}"), (subject,)
    )


def _owner(desk: Desk, subject: str) -> str:
    """Who answers for a pilot or a knowledge support; "" for anything else."""
    model = {"pilot": models.Pilot, "support": models.Support}.get(kind_of(subject))
    row = desk.session.get(model, subject) if model else None
    return str(row.owner) if row else ""


def _rss(desk: Desk, place: str) -> list[models.Entity]:
    return [row for row in entities(desk, rss_refs(desk, place)) if row.confidence != "low"]


def _rss_steps(desk: Desk, rss: Sequence[models.Entity]) -> list[str]:
    say = desk.phrases
    return [say("contacts.rss", rss=row.name, website=row.website or say("contacts.no_page")) for row in rss]
