from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.commands.problems import Problem
from bot.commands.production import CREDENTIALS, check_production
from bot.settings import Settings

FIT = Settings(
    secret="0123456789abcdef" * 2,
    web_address="https://lots.example",
    web_owner="Exempelkommunen",
    web_contact="https://lots.example/synpunkter",
    web_origins="https://intranet.example",
)
OURS = str(Path(__file__).parents[2] / CREDENTIALS)


def test_the_credentials_in_deploy_are_fit() -> None:
    check_production(FIT, OURS)


@pytest.mark.parametrize("key", ["secret", "web_address", "web_owner", "web_contact"])
def test_what_is_missing_is_named(key: str) -> None:
    lacking = Settings(**{**vars(FIT), key: ""})
    with pytest.raises(Problem, match=f"STODLOTS_{key.upper()} missing"):
        check_production(lacking, OURS)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"host": "0.0.0.0"}, "STODLOTS_HOST=0.0.0.0 is open to others"),
        ({"web_address": "http://lots.example"}, "WEB_ADDRESS=http://lots.example must begin with https://"),
        ({"web_origins": "http://intranet.example"}, "WEB_ORIGINS=http://intranet.example must begin with https://"),
        ({"rate": 0}, "RATE=0 sets no limit"),
    ],
)
def test_what_is_unsafe_is_named(change: dict[str, Any], says: str) -> None:
    with pytest.raises(Problem, match=says):
        check_production(Settings(**{**vars(FIT), **change}), OURS)


def test_everything_is_said_in_one_line_and_no_secret_with_it() -> None:
    with pytest.raises(Problem) as problem:
        check_production(replace(Settings(), host="0.0.0.0", secret="hemligt-hemligt-hemligt"), "nowhere.yml")
    said = str(problem.value)
    assert said.count("\n") == 0
    for part in ("WEB_OWNER", "HOST", "nowhere.yml"):
        assert part in said
    assert "hemligt" not in said


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("rest:\n", "has rest, which does not check"),
        ("bot.channels.web.WebChannel:\nsocketio:\n", "has socketio"),
        ("bot.channels.rest.RestChannel:\n", "has bot.channels.rest.RestChannel"),
        ("", "names no channel"),
        ("- a\n", "names no channel"),
        ("a: [", "is no YAML"),
    ],
)
def test_only_channels_of_ours_are_let_in(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "c.yml").write_text(content, "utf-8")
    with pytest.raises(Problem, match=says):
        check_production(FIT, str(tmp_path / "c.yml"))
