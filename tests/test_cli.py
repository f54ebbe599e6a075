from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot import cli
from bot.channels.texts import TextsError
from bot.commands import building, doctor, serving, talking, training
from bot.commands.problems import Problem
from bot.settings import Settings, SettingsError


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the command line called, instead of doing it."""
    calls: list[tuple[Any, ...]] = []
    results = {"train": Path("m.tar.gz"), "doctor": False}

    def replacement(name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            calls.append((name, *arguments))
            return results.get(name)

        return call

    for module, name in (
        (serving, "serve"),
        (talking, "ask"),
        (talking, "chat"),
        (building, "build_knowledge"),
        (training, "train"),
        (doctor, "doctor"),
    ):
        monkeypatch.setattr(module, name, replacement(name))
    return calls


def test_each_command_is_called(called: list[tuple[Any, ...]]) -> None:
    assert [cli.main([command]) for command in ("serve", "chat", "build", "train")] == [0, 0, 0, 0]
    assert cli.main(["ask", "Vad är en RSS?"]) == 0
    assert cli.main(["doctor"]) == 1
    assert [call[0] for call in called] == ["serve", "chat", "build_knowledge", "train", "ask", "doctor"]
    assert called[4][2] == "Vad är en RSS?"


def test_the_address_can_be_chosen(called: list[tuple[Any, ...]]) -> None:
    cli.main(["serve", "--host", "127.0.0.2", "--port", "5010"])
    assert (called[0][1].host, called[0][1].port) == ("127.0.0.2", 5010)


@pytest.mark.parametrize("problem", [Problem("do this"), SettingsError("PORT", "x", "do this"), TextsError("do this")])
def test_a_problem_is_one_message_and_no_trace(
    problem: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Settings) -> None:
        raise problem

    monkeypatch.setattr(talking, "chat", fail)
    assert cli.main(["chat"]) == 1
    shown = capsys.readouterr()
    assert "do this" in shown.err
    assert "Traceback" not in shown.err


def test_ctrl_c_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(_: Settings) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(serving, "serve", interrupt)
    assert cli.main(["serve"]) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("command", [[], ["serve"], ["ask"], ["chat"], ["build"], ["train"], ["doctor"]])
def test_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([*command, "--help"])
    assert left.value.code == 0
    assert "usage: stodlots" in capsys.readouterr().out
