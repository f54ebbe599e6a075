"""Opens the knowledge database, read-only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool


class KnowledgeMissing(RuntimeError):
    """There is no knowledge database at the configured path."""


def open_knowledge(path: Path) -> sessionmaker[Session]:
    """A maker of read-only sessions on the database at `path`, which share one connection.

    Raises KnowledgeMissing when the file is not there.
    """
    if not path.exists():
        raise KnowledgeMissing(f"{path}: there is no knowledge database; build it with `make build`")
    engine: Any = create_engine(
        f"sqlite:///file:{path}?mode=ro&uri=true",
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        future=True,
    )
    return sessionmaker(engine, future=True, expire_on_commit=False)
