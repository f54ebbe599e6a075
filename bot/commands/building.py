"""Builds the knowledge database and, from it, the list of public names."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bot.commands.problems import Problem
from bot.knowledge.content import ContentError
from bot.knowledge.load import build
from bot.settings import Settings

_NAMES = "SELECT name FROM entity UNION SELECT alias FROM alias ORDER BY 1"


def build_knowledge(settings: Settings) -> None:
    """Build the knowledge database from `data/knowledge`. Problem with every bad row; the old one stays then."""
    source = settings.data / "knowledge"
    try:
        build(source, settings.knowledge)
    except ContentError as error:
        raise Problem(f"{error}\nThe knowledge database was not changed.") from error
    write_names(settings.knowledge, settings.names)


def write_names(database: Path, target: Path) -> None:
    """Write the names that the knowledge in `database` makes public to `target`, one a line.

    The door reads them: it may not import the knowledge, and must not take a public name for a client's.
    """
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        names = [name for (name,) in connection.execute(_NAMES)]
    finally:
        connection.close()
    draft = target.with_suffix(".new")
    draft.write_text("\n".join(names) + "\n", "utf-8")
    draft.replace(target)
