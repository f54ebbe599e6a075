"""Opens the state database, SQLite or PostgreSQL by URL, and brings its tables up to date."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.pool import QueuePool, StaticPool

NEWEST = "0003"
"""The newest migration; a test compares it with the files."""

_MIGRATIONS = Path(__file__).with_name("migrations")
_ADVISORY_LOCK = 5_700_300_501


@lru_cache(maxsize=8)
def open_state(url: str) -> Engine:
    """The engine for the state database at `url`, migrated; one for each URL and process."""
    engine = make_engine(url)
    migrate(engine)
    return engine


def make_engine(url: str) -> Engine:
    """An engine for `url`, with a pool of connections. The folder of a SQLite file is made."""
    # hide_parameters: an error of the database must not carry a row into a log.
    if make_url(url).get_backend_name() != "sqlite":
        return sa.create_engine(url, future=True, hide_parameters=True, pool_size=10, pool_pre_ping=True)
    file = make_url(url).database
    if file in (None, "", ":memory:"):
        options: dict[str, Any] = {"poolclass": StaticPool}
    else:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        # SQLAlchemy 1.4 opens a SQLite file anew for every session unless it is told to pool.
        options = {"poolclass": QueuePool, "pool_size": 5}
    engine = sa.create_engine(
        url, future=True, hide_parameters=True, connect_args={"check_same_thread": False}, **options
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def migrate(engine: Engine) -> None:
    """Bring the tables up to `NEWEST`. Does nothing, and imports nothing, when they are."""
    with engine.connect() as connection:
        if _revision(connection) == NEWEST:
            return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Several processes may start together: the second waits and then finds nothing to do.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        if _revision(connection) != NEWEST:
            _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _upgrade(connection: Connection) -> None:
    # Imported here: 0.1 s that only the first start of a version has to pay.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA busy_timeout = 5000")
    cursor.close()
