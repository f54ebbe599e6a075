"""The tables of the knowledge database: a read-only build product of data/knowledge.

Every thing that can be asked about is an :class:`Entity` with a ref, `kind:id` (`forum:radet`); the tables
beside it hold what is asked both ways. A :class:`Fact` is one statement about its subjects.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base: Any = declarative_base()


class Source(Base):
    """A document or page. `date` is shown as it is: a year, a month and year, or "odaterad"."""

    __tablename__ = "source"
    source_id = Column(String, primary_key=True)
    title = Column(String, nullable=False)
    publisher = Column(String, nullable=False)
    date = Column(String, nullable=False)
    url = Column(String, nullable=False, default="")


class Citation(Base):
    """`subject` (a fact's id or an entity's ref) is borne out by `place` in a source."""

    __tablename__ = "citation"
    subject = Column(String, primary_key=True)
    position = Column(Integer, primary_key=True)
    source_id = Column(ForeignKey("source.source_id"), nullable=False)
    place = Column(String, nullable=False, default="")


class Entity(Base):
    """Anything with a name. `summary` answers "what is it"; `note` says what is uncertain or has changed."""

    __tablename__ = "entity"
    ref = Column(String, primary_key=True)
    kind = Column(String, nullable=False, index=True)
    name = Column(String, nullable=False)
    short_name = Column(String, nullable=False, default="")
    summary = Column(String, nullable=False, default="")
    note = Column(String, nullable=False, default="")
    level = Column(String, nullable=False, default="")
    type = Column(String, nullable=False, default="")
    website = Column(String, nullable=False, default="")
    confidence = Column(String, nullable=False, default="high")


class Alias(Base):
    """Another name of an entity. One alias may belong to several entities."""

    __tablename__ = "alias"
    ref = Column(ForeignKey("entity.ref"), primary_key=True)
    alias = Column(String, primary_key=True)


class EntityArea(Base):
    """An entity works in, or is about, an area."""

    __tablename__ = "entity_area"
    ref = Column(ForeignKey("entity.ref"), primary_key=True)
    area = Column(ForeignKey("entity.ref"), primary_key=True)


class Municipality(Base):
    """`ref` is `municipality:<municipality code>`; `county` a ref."""

    __tablename__ = "municipality"
    ref = Column(ForeignKey("entity.ref"), primary_key=True)
    county = Column(ForeignKey("entity.ref"), nullable=False)


class Rss(Base):
    """A regional structure. `host` is "" where no source names one; `role_stated` says whether it says so itself."""

    __tablename__ = "rss"
    ref = Column(ForeignKey("entity.ref"), primary_key=True)
    county = Column(ForeignKey("entity.ref"), nullable=False)
    host = Column(String, nullable=False)
    form = Column(String, nullable=False)
    role_stated = Column(String, nullable=False)
    phone = Column(String, nullable=False)
    email = Column(String, nullable=False)


class MunicipalityRss(Base):
    """Which RSS a municipality belongs to. `relation`: "primär", or how it belongs besides."""

    __tablename__ = "municipality_rss"
    municipality = Column(ForeignKey("municipality.ref"), primary_key=True)
    rss = Column(ForeignKey("rss.ref"), primary_key=True)
    relation = Column(String, nullable=False)
    confidence = Column(String, nullable=False)


class ProcessRole(Base):
    """Who does what in a process of Bilaga 1. `role`: initiator, support, recipient. `level`: kommun, …, alla."""

    __tablename__ = "process_role"
    process = Column(ForeignKey("entity.ref"), primary_key=True)
    role = Column(String, primary_key=True)
    level = Column(String, primary_key=True)
    position = Column(Integer, nullable=False)


class Pilot(Base):
    """A pilot or project."""

    __tablename__ = "pilot"
    ref = Column(ForeignKey("entity.ref"), primary_key=True)
    participants = Column(String, nullable=False)
    rss = Column(String, nullable=False)
    start = Column(String, nullable=False)
    end = Column(String, nullable=False)
    owner = Column(String, nullable=False)
    status = Column(String, nullable=False)
    as_of = Column(String, nullable=False)


class PilotMunicipality(Base):
    """A municipality that a source names as taking part in a pilot."""

    __tablename__ = "pilot_municipality"
    pilot = Column(ForeignKey("pilot.ref"), primary_key=True)
    municipality = Column(ForeignKey("municipality.ref"), primary_key=True)


class Support(Base):
    """A knowledge support: a method, a guide, a programme, a report."""

    __tablename__ = "support"
    ref = Column(ForeignKey("entity.ref"), primary_key=True)
    audience = Column(String, nullable=False)
    owner = Column(String, nullable=False)
    status = Column(String, nullable=False)


class Forum(Base):
    """A forum, network or council."""

    __tablename__ = "forum"
    ref = Column(ForeignKey("entity.ref"), primary_key=True)
    members = Column(String, nullable=False)
    organisation = Column(String, nullable=False)
    task = Column(String, nullable=False)
    authority = Column(String, nullable=False)
    status = Column(String, nullable=False)
    as_of = Column(String, nullable=False)


class Contact(Base):
    """A person or a function to turn to. `organisation` is a ref or plain text; phone, email may be ""."""

    __tablename__ = "contact"
    ref = Column(ForeignKey("entity.ref"), primary_key=True)
    function = Column(String, nullable=False)
    organisation = Column(String, nullable=False)
    phone = Column(String, nullable=False)
    email = Column(String, nullable=False)


class ContactSubject(Base):
    """What a contact can be asked about."""

    __tablename__ = "contact_subject"
    contact = Column(ForeignKey("contact.ref"), primary_key=True)
    ref = Column(ForeignKey("entity.ref"), primary_key=True)


class Change(Base):
    """What has changed since the documents were written."""

    __tablename__ = "change"
    ref = Column(ForeignKey("entity.ref"), primary_key=True)
    before = Column(String, nullable=False)
    after = Column(String, nullable=False)
    date = Column(String, nullable=False)


class Fact(Base):
    """One statement in our words. `missing`: it says that something is stated nowhere."""

    __tablename__ = "fact"
    fact_id = Column(String, primary_key=True)
    topic = Column(String, nullable=False)
    statement = Column(String, nullable=False)
    caveat = Column(String, nullable=False)
    missing = Column(Boolean, nullable=False)


class FactSubject(Base):
    """What a fact is about; position 0 is its main subject."""

    __tablename__ = "fact_subject"
    fact_id = Column(ForeignKey("fact.fact_id"), primary_key=True)
    position = Column(Integer, primary_key=True)
    ref = Column(ForeignKey("entity.ref"), nullable=False)


class Question(Base):
    """A question that `answer` (a fact's id or an entity's ref) answers; the first is its label on a button."""

    __tablename__ = "question"
    question_id = Column(Integer, primary_key=True)
    answer = Column(String, nullable=False, index=True)
    text = Column(String, nullable=False)


class Synonym(Base):
    """A word of the thesaurus and the canonical word of its group."""

    __tablename__ = "synonym"
    word = Column(String, primary_key=True)
    canonical = Column(String, primary_key=True)


class Homograph(Base):
    """A name that is also a common word."""

    __tablename__ = "homograph"
    word = Column(String, primary_key=True)


class Ordinal(Base):
    """A word that picks from a list, and the position that it picks, from 0; -1 is the last."""

    __tablename__ = "ordinal"
    word = Column(String, primary_key=True)
    position = Column(Integer, nullable=False)


class English(Base):
    """An English word and the Swedish one that it is searched as."""

    __tablename__ = "english"
    english = Column(String, primary_key=True)
    swedish = Column(String, nullable=False)


class Signal(Base):
    """A word or phrase that is a sign of something in a message: `own` place, `leaning` on the last answer, ..."""

    __tablename__ = "signal"
    signal = Column(String, primary_key=True)
    word = Column(String, primary_key=True)
