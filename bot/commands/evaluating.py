"""Evaluates the assistant: its answers to a set of questions, beside those of its rivals."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.commands.problems import Problem
from bot.commands.rehearsing import Rehearsal
from bot.commands.serving import check_files
from bot.evaluation import curve, levels, processes, report
from bot.evaluation.levels import LATEST, Level, Tally
from bot.evaluation.processes import ProcessError
from bot.evaluation.questions import Item, QuestionsError, read
from bot.evaluation.report import OURS, PREVIOUS, Column
from bot.evaluation.rivals import BestParagraph
from bot.evaluation.running import Case, Unreachable, ask_all
from bot.evaluation.stock import Stock, Unavailable
from bot.knowledge import weights
from bot.knowledge.answering import Assistant
from bot.settings import Settings

OWN_QUESTIONS = Path("tests/questions")
RESULTS = Path(".work/evaluation")
STOCK = Path(".work/rivals/stock")
BM25 = "BM25"
STOCK_RASA = "stock Rasa"


@dataclass(frozen=True)
class Wanted:
    """What to evaluate: `url` "" for an assistant started here; `stock` to train and ask stock Rasa too.

    keep: keep the level in docs/evaluation even if it has fallen.
    """

    questions: Path = OWN_QUESTIONS
    url: str = ""
    stock: bool = False
    keep: bool = False


def evaluate(settings: Settings, wanted: Wanted) -> Path:
    """Evaluate as `wanted` and return the folder with the results. Problem if it cannot be done."""
    try:
        items = read(wanted.questions)
        check_files(settings)
        return _evaluate(settings, wanted, items)
    except (QuestionsError, ProcessError, Unreachable) as error:
        raise Problem(str(error)) from error


def _evaluate(settings: Settings, wanted: Wanted, items: Sequence[Item]) -> Path:
    folder = RESULTS / f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    folder.mkdir(parents=True)
    _write_json(folder / "config.json", _config(settings, wanted, items))
    with _assistant_at(wanted.url, folder) as url:
        cases = ask_all(url, items, "Asking the assistant")
    _write_cases(folder, "cases", cases)
    (folder / "failures.md").write_text(report.failures(cases), "utf-8")
    with Rehearsal(settings) as rehearsal:
        rivals = _rivals(settings, wanted, items, rehearsal.assistant, folder)
        _draw_curve(items, rehearsal, folder)
        linked = report.links(items, rehearsal.assistant.linker)
    _conclude(wanted, cases, rivals, linked, folder)
    return folder


def _conclude(
    wanted: Wanted, cases: Sequence[Case], rivals: dict[str, list[Case]], linked: report.Links, folder: Path
) -> None:
    """Write and print what it all comes to, and keep the level."""
    level = _level(cases, rivals)
    before = Level.read(LATEST) if wanted.questions == OWN_QUESTIONS else None
    columns = [Column.of(OURS, cases), *(Column.of(name, asked) for name, asked in rivals.items()), *_previous(before)]
    level.write(folder / "level.json")
    (folder / "report.md").write_text(_text(columns, cases, linked, level, before), "utf-8")
    print(report.table(columns))
    print(f"\n{OURS}: {level.total}. {report.changes(level, before)}")
    print(_keep(wanted, level, before, folder))


def _draw_curve(items: Sequence[Item], rehearsal: Rehearsal, folder: Path) -> None:
    points = curve.measure(items, rehearsal.converse, rehearsal.assistant.index)
    _write_json(folder / "curve.json", [{"enough": point.enough, **vars(point.tally)} for point in points])
    curve.draw(points, weights.ENOUGH, folder / "curve.svg")


@contextmanager
def _assistant_at(url: str, folder: Path) -> Iterator[str]:
    """`url`, or the address of an assistant that runs meanwhile, on a free port and with a state of its own."""
    if url:
        yield url.rstrip("/")
        return
    port = processes.free_port()
    command = [sys.executable, "-m", "bot.cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with TemporaryDirectory(prefix="stodlots-evaluation-") as state:
        environment = {"STODLOTS_STATE": f"sqlite:///{state}/state.db"}
        log = folder / "server.log"
        print(f"Starting the assistant on port {port} …", file=sys.stderr)
        with processes.server(command, f"http://127.0.0.1:{port}", log, environment=environment) as started:
            yield started


def _rivals(
    settings: Settings, wanted: Wanted, items: Sequence[Item], assistant: Assistant, folder: Path
) -> dict[str, list[Case]]:
    paragraph = BestParagraph(assistant)
    rivals = {BM25: [Case.of(item, paragraph.answer(item)) for item in items]}
    if wanted.stock:
        try:
            rivals[STOCK_RASA] = _ask_stock(settings, items, assistant)
        except (Unavailable, ProcessError) as error:
            print(f"{error}\nStock Rasa is left out: it could not be made on this machine.", file=sys.stderr)
    for name, cases in rivals.items():
        _write_cases(folder, f"cases-{name.casefold().replace(' ', '-')}", cases)
    return rivals


def _ask_stock(settings: Settings, items: Sequence[Item], assistant: Assistant) -> list[Case]:
    stock = Stock(STOCK)
    print(f"Making stock Rasa in {STOCK}; its training takes some 20 minutes the first time …", file=sys.stderr)
    stock.prepare(assistant, settings.data / "nlu")
    with stock.serving() as url:
        return ask_all(url, items, "Asking stock Rasa")


def _level(cases: Sequence[Case], rivals: dict[str, list[Case]]) -> Level:
    return Level(
        f"{datetime.now().astimezone():%Y-%m-%d}",
        Tally.of(cases),
        levels.by_category(cases),
        {name: Tally.of(asked) for name, asked in rivals.items()},
        report.milliseconds(cases),
    )


def _previous(before: Level | None) -> list[Column]:
    return [Column(PREVIOUS, before.total, before.categories)] if before else []


def _keep(wanted: Wanted, level: Level, before: Level | None, folder: Path) -> str:
    """Keep level and curve in docs/evaluation, if they are of the project's own set and the level has not fallen."""
    if wanted.questions != OWN_QUESTIONS:
        return f"{LATEST} is unchanged: it is about {OWN_QUESTIONS}."
    fallen = levels.falls(level.total, before.total) if before else []
    if fallen and not wanted.keep:
        return (
            f"{LATEST} is unchanged: {' and '.join(fallen)}. `make evaluate KEEP=1` keeps the new level all the same."
        )
    rivals = {**(before.rivals if before else {}), **level.rivals}
    Level(level.date, level.total, level.categories, rivals, level.milliseconds).write(LATEST)
    LATEST.with_name("curve.svg").write_bytes((folder / "curve.svg").read_bytes())
    return f"{LATEST} holds the new level."


def _text(
    columns: Sequence[Column], cases: Sequence[Case], linked: report.Links, level: Level, before: Level | None
) -> str:
    times = ", ".join(f"{name} {value:g} ms" for name, value in level.milliseconds.items())
    summary = f"{level.total.items} items: {level.total}. A turn takes {times}."
    sections = {
        f"# Evaluation of {level.date}": f"{summary}\n\n{report.changes(level, before)}",
        "## Per category": report.table(columns),
        "## What answered": report.confusion(cases),
        "## Names": report.links_text(linked),
        "## Evidence": "![Right, refused and wrong as the evidence that an answer needs moves](curve.svg)",
    }
    return "\n\n".join(f"{title}\n\n{text}" for title, text in sections.items()) + "\n"


def _config(settings: Settings, wanted: Wanted, items: Sequence[Item]) -> dict[str, Any]:
    models = sorted(settings.models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return {
        "questions": str(wanted.questions),
        "items": len(items),
        "url": wanted.url or "started here",
        "stock_rasa": wanted.stock,
        "enough": weights.ENOUGH,
        "knowledge_sha256": _sha256(settings.knowledge),
        "model_sha256": _sha256(models[-1]),
        "rasa": version("rasa"),
        "python": platform.python_version(),
        "machine": platform.platform(),
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_cases(folder: Path, name: str, cases: Sequence[Case]) -> None:
    rows = [json.dumps(report.row(case), ensure_ascii=False) for case in cases]
    (folder / f"{name}.jsonl").write_text("\n".join(rows) + "\n", "utf-8")


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
