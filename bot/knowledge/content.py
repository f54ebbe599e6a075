"""Content: the files of data/knowledge → checked rows, or every problem at once.

The files are CSV: one table a kind of entity, and facts/, questions/ and aliases/ with one file a topic.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LONGEST_STATEMENT = 1250
FEWEST_QUESTIONS = 5
LONGEST_LABEL = 62
LEVELS = ("kommun", "regional", "nationell", "alla")
YEAR_OR_UNDATED = re.compile(r"\b(?:19|20)\d\d\b|odaterad")
LINES = re.compile(r"\d+(?:-\d+)?(?:,\s?\d+(?:-\d+)?)*")


class ContentError(ValueError):
    """The content cannot be used. Its message has one line a problem: `file:line: column: what, and what to do`."""


@dataclass(frozen=True)
class Row:
    """One row of a file: `line` is where it begins, `cells` its stripped cells by column."""

    file: Path
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def list(self, column: str) -> list[str]:
        """The parts of a cell that holds several, separated by ";"."""
        return [part.strip() for part in self.cells[column].split(";") if part.strip()]


@dataclass(frozen=True)
class Table:
    """What a file of entities holds: the kind of its refs, its columns, which of them may be empty."""

    kind: str
    file: str
    id_column: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    cited: bool = True

    @property
    def columns(self) -> set[str]:
        """Every column that the file must have."""
        always = {self.id_column, *self.required, *self.optional}
        return always | {"sources", "confidence"} if self.cited else always


TABLES = (
    Table("county", "counties.csv", "county_code", ("name",), cited=False),
    Table("area", "areas.csv", "area_id", ("name",), cited=False),
    Table("municipality", "municipalities.csv", "municipality_code", ("name", "county_code")),
    Table(
        "rss",
        "rss.csv",
        "rss_id",
        ("name", "county_code", "municipality_count", "role_stated", "summary"),
        ("host", "form", "website", "phone", "email", "note"),
    ),
    Table(
        "actor",
        "actors.csv",
        "actor_id",
        ("name", "level", "type", "summary"),
        ("short_name", "areas", "website", "note"),
    ),
    Table(
        "forum",
        "forums.csv",
        "forum_id",
        ("name", "level", "summary"),
        ("members", "organisation", "task", "authority", "status", "as_of", "website", "note"),
    ),
    Table(
        "pilot",
        "pilots.csv",
        "pilot_id",
        ("name", "type", "summary"),
        (
            "areas",
            "municipalities",
            "participants",
            "rss",
            "start",
            "end",
            "owner",
            "status",
            "as_of",
            "note",
        ),
    ),
    Table(
        "support",
        "knowledge_supports.csv",
        "support_id",
        ("name", "type", "summary"),
        ("short_name", "areas", "audience", "owner", "status", "url", "note"),
    ),
    Table(
        "process",
        "processes.csv",
        "process_id",
        ("name", "initiators", "supports", "recipients", "sources"),
        cited=False,
    ),
    Table("term", "terms.csv", "term_id", ("name", "summary"), ("note",)),
    Table("change", "changes.csv", "change_id", ("name", "after", "date", "summary"), ("before", "affected")),
    Table(
        "contact",
        "contacts.csv",
        "contact_id",
        ("name", "function", "organisation"),
        ("phone", "email", "website", "about", "note"),
    ),
)
REFS: dict[str, dict[str, str]] = {
    "municipality": {"county_code": "county"},
    "rss": {"county_code": "county"},
    "actor": {"areas": "area"},
    "support": {"areas": "area"},
    "pilot": {"areas": "area", "municipalities": "municipality"},
    "contact": {"about": ""},
}
"""Which columns hold ids, and of what kind; "" where they hold whole refs."""
SIGNALS = (
    *(
        "asking",
        "closing",
        "correcting",
        "counting",
        "defining",
        "denying",
        "distress",
        "english",
        "filler",
        "interrogative",
        "joining",
        "leaning",
        "own",
        "person",
        "picking",
        "place",
        "rejecting",
        "wondering",
    ),
    *("initiator", "support", "recipient", "level_kommun", "level_regional", "level_nationell", "level_alla"),
)
SOURCE_COLUMNS = {"source_id", "title", "publisher", "date", "url"}
MEMBERSHIP_COLUMNS = {"municipality_code", "rss_id", "relation", "sources", "confidence"}
FACT_COLUMNS = {"fact_id", "subjects", "statement", "caveat", "sources", "status"}
CONFIDENCES = ("high", "medium", "low")


@dataclass
class Content:
    """All rows, checked. `entities` is by kind; facts carry their topic in their file's name."""

    sources: list[Row] = field(default_factory=list)
    entities: dict[str, list[Row]] = field(default_factory=dict)
    memberships: list[Row] = field(default_factory=list)
    facts: list[Row] = field(default_factory=list)
    questions: list[Row] = field(default_factory=list)
    aliases: list[Row] = field(default_factory=list)
    synonyms: list[Row] = field(default_factory=list)
    homographs: list[Row] = field(default_factory=list)
    ordinals: list[Row] = field(default_factory=list)
    english: list[Row] = field(default_factory=list)
    signals: list[Row] = field(default_factory=list)

    def refs(self) -> set[str]:
        """The refs of all entities and sources."""
        ids = {table.kind: table.id_column for table in TABLES}
        refs = {f"{kind}:{row[ids[kind]]}" for kind, rows in self.entities.items() for row in rows}
        return refs | {f"source:{row['source_id']}" for row in self.sources}


def read(folder: Path) -> Content:
    """The content of `folder`, and of language/thesaurus.csv beside it.

    Raises ContentError with every problem that was found.
    """
    return _Reader(folder).read()


def citations(cell: str) -> Iterator[tuple[str, str]]:
    """The (source id, place) pairs of a `sources` cell: "a:12; b" → ("a", "12"), ("b", "")."""
    for part in cell.split(";"):
        source_id, _, place = part.strip().partition(":")
        if source_id:
            yield source_id, place.strip()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []
        self.content = Content()

    def read(self) -> Content:
        content = self.content
        content.sources = self._rows(self.folder / "sources.csv", SOURCE_COLUMNS)
        for table in TABLES:
            content.entities[table.kind] = self._rows(self.folder / table.file, table.columns)
        content.memberships = self._rows(self.folder / "municipality_rss.csv", MEMBERSHIP_COLUMNS)
        content.facts = self._topics("facts", FACT_COLUMNS)
        content.questions = self._topics("questions", {"answer", "question"})
        content.aliases = self._topics("aliases", {"entity", "alias"})
        language = self.folder.parent / "language"
        content.synonyms = self._rows(language / "thesaurus.csv", {"canonical", "word"})
        content.homographs = self._rows(language / "homographs.csv", {"word"})
        content.ordinals = self._rows(language / "ordinals.csv", {"word", "position"})
        content.english = self._rows(language / "english.csv", {"english", "swedish"})
        content.signals = self._rows(language / "signals.csv", {"signal", "word"})
        self._check()
        if self.problems:
            raise ContentError("\n".join(sorted(set(self.problems))))
        return content

    def _topics(self, name: str, columns: set[str]) -> list[Row]:
        return [row for path in sorted((self.folder / name).glob("*.csv")) for row in self._rows(path, columns)]

    def _rows(self, path: Path, columns: set[str]) -> list[Row]:
        if not path.exists():
            self.problems.append(f"{path}: the file is missing; bring it back (see docs/knowledge.md)")
            return []
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            if set(header) != columns:
                odd = ", ".join(sorted(set(header) ^ columns))
                self.problems.append(f"{path}:1: the columns differ from those expected in: {odd}; mend the first line")
                return []
            return list(self._parse(path, reader, header))

    def _parse(self, path: Path, lines: Iterator[list[str]], header: list[str]) -> Iterator[Row]:
        line = 2
        for cells in lines:
            if len(cells) != len(header):
                self.problems.append(
                    f"{path}:{line}: {len(cells)} cells, but the first line names {len(header)}; "
                    "put text that holds commas in double quotes"
                )
            else:
                yield Row(path, line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})
            line = 1 + lines.line_num  # type: ignore[attr-defined]

    def _problem(self, row: Row, column: str, what: str) -> None:
        self.problems.append(f"{row.file}:{row.line}: {column}: {what}")

    def _check(self) -> None:
        content = self.content
        self._unique(content.sources, "source_id")
        for row in content.sources:
            self._required(row, "title", "publisher", "date")
            if not YEAR_OR_UNDATED.search(row["date"]):
                self._problem(row, "date", f'"{row["date"]}" holds no year; write a year or "odaterad"')
        for table in TABLES:
            self._check_table(table)
        for row in content.memberships:
            self._known(row, "municipality_code", "municipality:" + row["municipality_code"])
            self._known(row, "rss_id", "rss:" + row["rss_id"])
            self._check_citations(row)
        self._check_facts()
        for row in content.aliases:
            self._known(row, "entity", row["entity"])
            self._required(row, "alias")
        for row in content.synonyms:
            self._required(row, "canonical", "word")
        for row in content.signals:
            self._required(row, "word")
            self._one_of(row, "signal", SIGNALS)
        for signal in sorted(set(SIGNALS) - {row["signal"] for row in content.signals}):
            self.problems.append(f'{self.folder.parent}/language/signals.csv: no word of "{signal}"; bring them back')

    def _check_table(self, table: Table) -> None:
        rows = self.content.entities[table.kind]
        self._unique(rows, table.id_column)
        for row in rows:
            self._required(row, table.id_column, *table.required)
            if table.cited:
                self._check_citations(row)
                self._one_of(row, "confidence", CONFIDENCES)
            self._check_refs(table.kind, row)
        if table.kind == "process":
            self._check_processes(rows)

    def _check_refs(self, kind: str, row: Row) -> None:
        for column, target in REFS.get(kind, {}).items():
            for part in row.list(column):
                self._known(row, column, f"{target}:{part}" if target else part)

    def _check_processes(self, rows: list[Row]) -> None:
        for row in rows:
            self._check_citations(row)
            for column in ("initiators", "supports", "recipients"):
                self._one_of(row, column, LEVELS)

    def _check_facts(self) -> None:
        content = self.content
        self._unique(content.facts, "fact_id")
        ids = {row["fact_id"] for row in content.facts}
        counts = Counter(row["answer"] for row in content.questions)
        for row in content.facts:
            self._required(row, "fact_id", "statement", "sources")
            self._check_citations(row)
            self._one_of(row, "status", ("known", "missing"))
            for ref in row.list("subjects"):
                self._known(row, "subjects", ref)
            if len(row["statement"]) + len(row["caveat"]) > LONGEST_STATEMENT:
                self._problem(row, "statement", f"longer than {LONGEST_STATEMENT} characters; shorten it")
            if counts[row["fact_id"]] < FEWEST_QUESTIONS:
                self._problem(row, "fact_id", f"{counts[row['fact_id']]} questions; write at least {FEWEST_QUESTIONS}")
        self._check_questions(ids)

    def _check_questions(self, facts: set[str]) -> None:
        answered: dict[str, str] = {}
        labelled: set[str] = set()
        for row in self.content.questions:
            answer, question = row["answer"], " ".join(row["question"].casefold().split())
            self._required(row, "question")
            if answer not in facts:
                self._known(row, "answer", answer)
            if answered.setdefault(question, answer) != answer:
                self._problem(row, "question", f"also asked of {answered[question]}; one question has one answer")
            if answer not in labelled:
                self._label(row)
            labelled.add(answer)

    def _label(self, row: Row) -> None:
        label = row["question"]
        if len(label) > LONGEST_LABEL:
            self._problem(row, "question", f"the first is a button's label; at most {LONGEST_LABEL} characters")
        if label and not (label.endswith("?") and (label[0].isupper() or label[0].isdigit())):
            self._problem(row, "question", f'"{label}" is a button\'s label, the first; write it as a whole question')

    def _unique(self, rows: list[Row], column: str) -> None:
        counts = Counter(row[column] for row in rows)
        for row in rows:
            if counts[row[column]] > 1:
                self._problem(row, column, f'"{row[column]}" stands {counts[row[column]]} times; give each its own')

    def _required(self, row: Row, *columns: str) -> None:
        for column in columns:
            if not row[column]:
                self._problem(row, column, "is empty; fill it in")

    def _one_of(self, row: Row, column: str, allowed: tuple[str, ...]) -> None:
        for value in row.list(column):
            if value not in allowed:
                self._problem(row, column, f'"{value}" is none of {", ".join(allowed)}')

    def _known(self, row: Row, column: str, ref: str) -> None:
        if ref not in self.known_refs:
            self._problem(row, column, f'nothing is called "{ref}"; mend the id or add its row')

    def _check_citations(self, row: Row) -> None:
        for source_id, place in citations(row["sources"]):
            if source_id not in self.known_sources:
                self._problem(row, "sources", f'"{source_id}" is not in sources.csv; mend it or add the source')
            elif not self.known_sources[source_id] and not LINES.fullmatch(place):
                self._problem(row, "sources", f'"{source_id}:{place}" needs line numbers, such as {source_id}:12-14')

    @property
    def known_refs(self) -> set[str]:
        if not hasattr(self, "_refs"):
            self._refs = self.content.refs()
        return self._refs

    @property
    def known_sources(self) -> dict[str, str]:
        """Source id → address; the documents, which are cited by line, have none."""
        if not hasattr(self, "_sources"):
            self._sources = {row["source_id"]: row["url"] for row in self.content.sources}
        return self._sources
