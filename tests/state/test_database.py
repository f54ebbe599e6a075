from __future__ import annotations

import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.state import database
from bot.state.database import NEWEST, make_engine, migrate, open_state
from bot.state.tables import METADATA


def test_a_new_database_gets_the_tables_that_the_code_expects(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/deep/state.db")
    migrate(engine)
    with engine.connect() as connection:
        ours = {"include_name": lambda name, kind, _: name != "sqlite_sequence"}
        assert compare_metadata(MigrationContext.configure(connection, opts=ours), METADATA) == []


def test_newest_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).with_name("migrations")))
    assert ScriptDirectory.from_config(config).get_heads() == [NEWEST]


def test_a_current_database_is_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/state.db")
    migrate(engine)
    monkeypatch.setitem(sys.modules, "alembic", None)
    migrate(engine)


def test_sqlite_is_pooled_and_writes_ahead(tmp_path: Path) -> None:
    engine = open_state(f"sqlite:///{tmp_path}/state.db")
    assert isinstance(engine.pool, sa.pool.QueuePool)
    with engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
    assert open_state(f"sqlite:///{tmp_path}/state.db") is engine


def test_an_error_does_not_carry_a_row(tmp_path: Path) -> None:
    engine = open_state(f"sqlite:///{tmp_path}/state.db")
    row = {"id": "x", "turns": None, "slots": "hemligt", "updated": 0.0}
    with pytest.raises(sa.exc.IntegrityError) as error, engine.begin() as connection:
        connection.execute(sa.insert(METADATA.tables["conversation"]).values(**row))
    assert "hemligt" not in str(error.value)
