"""A tiny content folder, whole and right, to build from and to spoil."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.knowledge.answering import Assistant
from bot.knowledge.conversation import Context, Question, Reply
from bot.knowledge.database import open_knowledge
from bot.knowledge.linking import Linker
from bot.knowledge.load import build
from bot.knowledge.lookups.desk import Desk
from bot.knowledge.phrases import Phrases

Rows = list[dict[str, str]]

DOCUMENT, PAGE = "plan:12-14", "sida"
TABLES: dict[str, Rows] = {
    "knowledge/sources.csv": [
        {"source_id": "plan", "title": "Planen", "publisher": "Lilla förbundet", "date": "2016", "url": ""},
        {
            "source_id": "sida",
            "title": "Sidan",
            "publisher": "SKR",
            "date": "odaterad",
            "url": "https://exempel.se/sida",
        },
    ],
    "knowledge/counties.csv": [
        {"county_code": "01", "name": "Norra län"},
        {"county_code": "02", "name": "Södra län"},
        {"county_code": "03", "name": "Tysta län"},
    ],
    "knowledge/areas.csv": [
        {"area_id": "aldre", "name": "äldre"},
        {"area_id": "missbruk", "name": "missbruk och beroende"},
    ],
    "knowledge/municipalities.csv": [
        {"municipality_code": code, "name": name, "county_code": county, "sources": PAGE, "confidence": "high"}
        for code, name, county in (
            ("0101", "Håbo", "01"),
            ("0102", "Habo", "02"),
            ("0103", "Vara", "02"),
            ("0104", "Örkelljunga", "01"),
            ("0105", "Upplands Väsby", "01"),
            ("0106", "Väsby", "02"),
            ("0107", "Tystberga", "03"),
        )
    ],
    "knowledge/rss.csv": [
        {
            "rss_id": rss,
            "name": name,
            "county_code": county,
            "host": host,
            "form": "kommunförbund",
            "municipality_count": "2",
            "role_stated": "ja" if host else "nej",
            "summary": f"{name} är stödstruktur i länet.",
            "website": f"https://{rss}.se" if host else "",
            "phone": phone,
            "email": email,
            "note": note,
            "sources": PAGE,
            "confidence": "high" if host else "low",
        }
        for rss, name, county, host, phone, email, note in (
            (
                "nord",
                "Nordförbundet",
                "01",
                "Nordförbundet",
                "0100-11 11 11",
                "info@nord.se",
                "Uppgiften är från 2016.",
            ),
            ("syd", "Sydförbundet", "02", "Sydförbundet", "", "", ""),
            ("tyst", "RSS Tysta län", "03", "", "", "", ""),
        )
    ],
    "knowledge/municipality_rss.csv": [
        {"municipality_code": code, "rss_id": rss, "relation": relation, "sources": DOCUMENT, "confidence": "high"}
        for code, rss, relation in (
            ("0101", "nord", "primär"),
            ("0102", "syd", "primär"),
            ("0103", "syd", "primär"),
            ("0104", "nord", "primär"),
            ("0104", "syd", "adjungerad"),
            ("0105", "nord", "primär"),
            ("0106", "syd", "primär"),
            ("0107", "tyst", "primär"),
        )
    ],
    "knowledge/actors.csv": [
        {
            "actor_id": actor,
            "name": name,
            "short_name": short,
            "level": level,
            "type": "organisation",
            "summary": summary,
            "areas": areas,
            "website": website,
            "note": "",
            "sources": PAGE,
            "confidence": "high",
        }
        for actor, name, short, level, summary, areas, website in (
            ("skr", "Sveriges Kommuner och Regioner", "SKR", "nationell", "SKR samordnar.", "", "https://skr.se"),
            ("rss", "Regionala stödstrukturer", "RSS", "regional", "RSS stödjer kommunerna i länet.", "", ""),
            ("fou-nord", "FoU Nord", "FoU", "regional", "FoU Nord forskar i norr.", "aldre", ""),
            ("fou-syd", "FoU Syd", "FoU", "regional", "FoU Syd forskar i Södra län.", "aldre", "https://fousyd.se"),
        )
    ],
    "knowledge/forums.csv": [
        {
            "forum_id": forum,
            "name": name,
            "level": level,
            "summary": f"{name} är ett forum för chefer.",
            "members": members,
            "organisation": "",
            "task": "",
            "authority": "",
            "status": "aktivt 2016",
            "as_of": "2016",
            "website": "",
            "note": "",
            "sources": DOCUMENT,
            "confidence": "high",
        }
        for forum, name, level, members in (
            ("radet", "Kunskapsrådet", "nationell", "Tio myndigheter"),
            ("natet", "Chefsnätet", "regional", "Chefer i norr"),
        )
    ],
    "knowledge/pilots.csv": [
        {
            "pilot_id": pilot,
            "name": name,
            "type": "pilot",
            "areas": area,
            "municipalities": municipalities,
            "participants": "",
            "rss": rss,
            "start": "2016",
            "end": "2018",
            "owner": owner,
            "status": status,
            "as_of": "2016",
            "summary": f"{name} prövar nya arbetssätt.",
            "note": "Uppgiften är från 2016.",
            "sources": DOCUMENT,
            "confidence": "high",
        }
        for pilot, name, area, municipalities, rss, owner, status in (
            ("tidigt", "Tidig hjälp", "missbruk", "0101; 0105", "Nordförbundet", "Kunskapsrådet", "pågår"),
            ("sent", "Sen hjälp", "aldre", "0103", "Sydförbundet", "SKR", "avslutad"),
        )
    ],
    "knowledge/knowledge_supports.csv": [
        {
            "support_id": "guiden",
            "name": "Guiden",
            "short_name": "",
            "type": "webbportal",
            "areas": "missbruk",
            "audience": "handläggare",
            "owner": "SKR",
            "summary": "Guiden samlar kunskapsstöd.",
            "status": "aktiv",
            "url": "https://guiden.se",
            "note": "",
            "sources": PAGE,
            "confidence": "high",
        }
    ],
    "knowledge/processes.csv": [
        {
            "process_id": process,
            "name": name,
            "initiators": initiators,
            "supports": supports,
            "recipients": recipients,
            "sources": DOCUMENT,
        }
        for process, name, initiators, supports, recipients in (
            ("anvanda", "Använda kunskap", "kommun", "kommun", "alla"),
            ("sprida", "Sprida kunskap", "nationell", "regional", "kommun"),
            ("infora", "Införa kunskap", "alla", "nationell; regional", "kommun"),
        )
    ],
    "knowledge/terms.csv": [
        {
            "term_id": "ebp",
            "name": "Evidensbaserad praktik",
            "summary": "Evidensbaserad praktik väger ihop tre slags kunskap.",
            "note": "",
            "sources": DOCUMENT,
            "confidence": "high",
        }
    ],
    "knowledge/changes.csv": [
        {
            "change_id": "namnet",
            "name": "SKL bytte namn",
            "before": "SKL",
            "after": "SKR",
            "date": "2019-11-27",
            "affected": "",
            "summary": "SKL heter SKR sedan november 2019.",
            "sources": PAGE,
            "confidence": "high",
        }
    ],
    "knowledge/contacts.csv": [
        {
            "contact_id": contact,
            "name": name,
            "function": function,
            "organisation": organisation,
            "phone": phone,
            "email": email,
            "website": "",
            "about": about,
            "note": "Uppgiften är från 2016.",
            "sources": DOCUMENT,
            "confidence": "high",
        }
        for contact, name, function, organisation, phone, email, about in (
            ("anna", "Anna Ek", "samordnare", "rss:nord", "0100-22 22 22", "", "pilot:tidigt"),
            ("bo", "Bo Alm", "utredare", "rss:nord", "", "", ""),
            ("cia", "Cia Dal", "chef", "rss:nord", "", "cia@nord.se", ""),
        )
    ],
    "knowledge/facts/pilots.csv": [
        {
            "fact_id": fact,
            "subjects": subjects,
            "statement": statement,
            "caveat": "",
            "sources": DOCUMENT,
            "status": status,
        }
        for fact, subjects, statement, status in (
            ("tidigt-pengar", "pilot:tidigt", "Tidig hjälp kostade en miljon kronor.", "known"),
            ("tidigt-resultat", "pilot:tidigt", "Resultatet av Tidig hjälp framgår inte.", "missing"),
            ("sent-alder", "pilot:sent", "Sen hjälp vänder sig till personer över 80 år.", "known"),
        )
    ],
    "knowledge/questions/pilots.csv": [
        {"answer": answer, "question": question}
        for answer, questions in {
            "tidigt-pengar": (
                "Vad kostade Tidig hjälp?",
                "hur mycket pengar fick tidig hjälp",
                "vilken budget hade Tidig hjälp",
                "hur dyr var piloten Tidig hjälp",
                "kostnad tidig hjälp",
            ),
            "tidigt-resultat": (
                "Hur gick det med Tidig hjälp?",
                "vilket resultat gav tidig hjälp",
                "blev Tidig hjälp lyckad",
                "vad kom man fram till i Tidig hjälp",
                "utfall av tidig hjälp",
            ),
            "sent-alder": (
                "Vilken ålder gäller Sen hjälp?",
                "hur gammal ska man vara för sen hjälp",
                "åldersgräns i Sen hjälp",
                "vilka personer vänder sig Sen hjälp till",
                "är sen hjälp för äldre personer",
            ),
            "forum:radet": ("Vad är Kunskapsrådet?", "vad gör kunskapsrådet"),
            "process:sprida": ("Vem stödjer att sprida kunskap?", "vem hjälper till med spridning"),
        }.items()
        for question in questions
    ],
    "knowledge/aliases/actors.csv": [{"entity": "actor:skr", "alias": "SKL"}],
    "language/thesaurus.csv": [{"canonical": "pengar", "word": "slantar"}],
    "language/homographs.csv": [{"word": "vara"}],
    "language/ordinals.csv": [
        {"word": word, "position": position} for word, position in (("första", "0"), ("andra", "1"), ("sista", "-1"))
    ],
    "language/english.csv": [
        {"english": "what", "swedish": "vad"},
        {"english": "is", "swedish": "är"},
        {"english": "the", "swedish": ""},
    ],
    "language/signals.csv": [
        {"signal": signal, "word": word}
        for signal, words in {
            "own": ("vår", "vi", "jag"),
            "asking": ("vad", "vem", "vilken", "hur"),
            "joining": ("och", "samt", "men"),
            "closing": ("med vänlig hälsning",),
            "correcting": ("menade", "menar"),
            "defining": ("betyder",),
            "denying": ("inte",),
            "counting": ("många",),
            "person": ("hon", "han"),
            "interrogative": ("vem", "vilken", "hur"),
            "rejecting": ("nej",),
            "leaning": ("den", "det", "då"),
            "filler": ("då", "vad", "är", "vem"),
            "distress": ("vill inte leva",),
            "english": ("what", "the"),
            "place": ("i", "från"),
            "picking": ("nummer", "den"),
            "wondering": ("undrar",),
            "initiator": ("startar",),
            "support": ("stöd", "stödjer"),
            "recipient": ("mottagare",),
            "level_kommun": ("kommunen",),
            "level_regional": ("regional", "regionen"),
            "level_nationell": ("nationell",),
            "level_alla": ("alla",),
        }.items()
        for word in words
    ],
}
"""Every file of a content folder, by its path."""


@dataclass(frozen=True)
class Folder:
    """A content folder that can be spoilt: `data` holds knowledge/ and language/."""

    data: Path

    @property
    def knowledge(self) -> Path:
        return self.data / "knowledge"

    def rows(self, file: str) -> Rows:
        with (self.data / file).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def write(self, file: str, rows: Rows) -> None:
        path = self.data / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def change(self, file: str, number: int, **cells: str) -> None:
        """Put other cells into row `number` of a file; it stands on line `number` + 2."""
        rows = self.rows(file)
        rows[number] |= cells
        self.write(file, rows)


def new_folder(data: Path) -> Folder:
    folder = Folder(data)
    for file, rows in TABLES.items():
        folder.write(file, rows)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A content folder of the test's own."""
    return new_folder(tmp_path / "data")


@pytest.fixture(scope="session")
def tiny_knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the tiny content; nobody changes it."""
    path = tmp_path_factory.mktemp("tiny_knowledge")
    build(new_folder(path / "data").knowledge, path / "knowledge.db")
    return path / "knowledge.db"


@pytest.fixture(scope="session")
def phrases() -> Phrases:
    """The real phrases: what the look-ups fill in has to fit them."""
    return Phrases.read(Path("data/phrases"))


@pytest.fixture(scope="session")
def assistant(tiny_knowledge: Path, phrases: Phrases) -> Assistant:
    """An assistant that knows the tiny content."""
    return Assistant(open_knowledge(tiny_knowledge), phrases)


@pytest.fixture
def session(tiny_knowledge: Path) -> Iterator[Session]:
    """A session on the tiny knowledge."""
    with open_knowledge(tiny_knowledge)() as session:
        yield session


@pytest.fixture
def linker(assistant: Assistant) -> Linker:
    """The linker of the tiny content."""
    return assistant.linker


@pytest.fixture
def desk(session: Session, phrases: Phrases, linker: Linker) -> Desk:
    """A desk on the tiny content."""
    return Desk(session, phrases, linker)


@dataclass
class Talk:
    """A conversation with an assistant, with the intents that a classifier would have found."""

    assistant: Assistant
    context: Context = field(default_factory=Context)

    def say(self, text: str, **intents: float) -> Reply:
        reply = self.assistant.reply([self.question(text, **intents)], self.context)
        self.context = reply.context
        return reply

    def question(self, text: str, **intents: float) -> Question:
        return Question(text, tuple(intents.items()), tuple(self.assistant.linker.link(text)))


@pytest.fixture
def talk(assistant: Assistant) -> Talk:
    """A new conversation."""
    return Talk(assistant)
