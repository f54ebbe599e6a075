from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, settings, without_password


def test_nothing_set_gives_the_defaults() -> None:
    assert Settings.from_environment({"PATH": "/bin", "STODLOTS_PORT": ""}) == Settings()


def test_keys_are_read() -> None:
    given = {
        "STODLOTS_HOST": "127.0.0.2",
        "STODLOTS_PORT": "5006",
        "STODLOTS_KNOWLEDGE": "k.db",
        "STODLOTS_STATE": "postgresql://localhost/stodlots",
        "STODLOTS_ACTIONS": "http://localhost:5055/webhook",
        "STODLOTS_HISTORY_TURNS": "3",
        "STODLOTS_RATE": "0",
        "STODLOTS_SECRET": "0123456789abcdef",
        "STODLOTS_SECRET_FILE": "s",
        "STODLOTS_DATA": "d",
        "STODLOTS_MODELS": "m",
        "STODLOTS_NAMES": "n",
        "STODLOTS_WEB_ADDRESS": "https://lots.example",
        "STODLOTS_WEB_ORIGINS": "https://intranet.example http://localhost:8000",
        "STODLOTS_WEB_OWNER": "Exempelkommunen",
        "STODLOTS_WEB_CONTACT": "https://lots.example/synpunkter",
    }
    assert set(given) <= set(Settings.keys())
    read = Settings.from_environment(given)
    assert (read.port, read.knowledge, read.history_turns, read.rate) == (5006, Path("k.db"), 3, 0)
    names = [key.removeprefix("STODLOTS_").lower() for key in given]
    assert not [name for name in names if getattr(read, name) == getattr(Settings(), name)]


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("STODLOTS_PORT", "eighty", "whole number"),
        ("STODLOTS_PORT", "70000", "between 1 and 65535"),
        ("STODLOTS_HISTORY_TURNS", "0", "between 1 and"),
        ("STODLOTS_STATE", "mysql://x", "sqlite:// or postgresql://"),
        ("STODLOTS_ACTIONS", "localhost:5055", "http://"),
        ("STODLOTS_WEB_ADDRESS", "https://lots.example/chat", "without a path"),
        ("STODLOTS_WEB_ORIGINS", "*", "https://name.example"),
        ("STODLOTS_WEB_CONTACT", "me@lots.example", "address of a form"),
        ("STODLOTS_PROT", "5005", "STODLOTS_PORT"),
    ],
)
def test_an_error_names_key_value_and_way_out(key: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as error:
        Settings.from_environment({key: value})
    assert key in str(error.value)
    assert value in str(error.value)
    assert says in str(error.value)


def test_an_error_never_repeats_a_secret() -> None:
    with pytest.raises(SettingsError) as error:
        Settings.from_environment({"STODLOTS_SECRET": "hemlis"})
    assert "hemlis" not in str(error.value)
    with pytest.raises(SettingsError) as error:
        Settings.from_environment({"STODLOTS_STATE": "mysql://me:hemlis@host/db"})
    assert "hemlis" not in str(error.value)
    assert without_password("postgresql://me:hemlis@host/db") == "postgresql://me:…@host/db"


def test_settings_are_read_once() -> None:
    assert settings() is settings()


def test_own_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    chosen = Settings(secret_file=tmp_path / "deep" / "secret")
    key = chosen.secret_key()
    assert len(key) == 64
    assert chosen.secret_key() == key
    assert chosen.secret_file.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in chosen.secret_file.parent.iterdir()] == ["secret"]


def test_configured_secret_goes_first(tmp_path: Path) -> None:
    chosen = Settings(secret="0123456789abcdef", secret_file=tmp_path / "secret")
    assert chosen.secret_key() == b"0123456789abcdef"
    assert not chosen.secret_file.exists()


def test_a_file_without_a_secret_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(SettingsError, match="delete the file"):
        Settings(secret_file=tmp_path / "secret").secret_key()
