from __future__ import annotations

import socket
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answers import Answer, Choice, Citation
from bot.channels.door import Reply
from bot.commands import building, training
from bot.commands.building import build_knowledge, write_names
from bot.commands.doctor import CHECKS, doctor, examine
from bot.commands.problems import Problem
from bot.commands.serving import check_files, check_port
from bot.commands.talking import Talk, ask, chat, picked, shown
from bot.knowledge.content import ContentError
from bot.settings import Settings
from tests.tiny_bot import TinyAnswer, TinyFail, TinyRemember, TinySilence

CHOICES = (Choice("Vem då?", "Vem är kontakt?"), Choice("Mer", "/more"))


def test_write_names(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "k.db")
    connection.executescript(
        "CREATE TABLE entity(name); CREATE TABLE alias(alias);"
        "INSERT INTO entity VALUES ('Vara'), ('Lena Holmlund'); INSERT INTO alias VALUES ('Holmlund'), ('Vara');"
    )
    connection.close()
    write_names(tmp_path / "k.db", tmp_path / "names.txt")
    assert (tmp_path / "names.txt").read_text("utf-8") == "Holmlund\nLena Holmlund\nVara\n"


def test_bad_content_is_a_problem(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_source: Path, _target: Path) -> None:
        raise ContentError(["contacts.csv:12: phone: not a number"])

    monkeypatch.setattr(building, "build", fail)
    with pytest.raises(Problem, match=r"(?s)contacts\.csv:12.*was not changed"):
        build_knowledge(own_settings)


def test_serving_needs_what_is_made_before(
    own_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Problem, match=r"credentials\.yml is not in .*change to the project's folder"):
        check_files(own_settings)
    for file in ("credentials.yml", "endpoints.yml"):
        (tmp_path / file).touch()
    with pytest.raises(Problem, match="make build"):
        check_files(own_settings)
    own_settings.knowledge.touch()
    with pytest.raises(Problem, match="make train"):
        check_files(own_settings)
    own_settings.models.mkdir()
    (own_settings.models / "a.tar.gz").touch()
    check_files(own_settings)


def test_a_port_in_use_is_a_problem(own_settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = replace(own_settings, port=other.getsockname()[1])
        with pytest.raises(Problem, match=f"make serve PORT={taken.port + 1}"):
            check_port(taken)
    check_port(taken)


def test_failed_training_shows_the_end_of_its_log(
    own_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Problem, match=r"\.work/train\.log"):
        training.train(own_settings)


def test_doctor_names_what_is_missing(
    own_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    results = {name: (passed, found) for name, passed, found in examine(replace(own_settings, port=free_port()))}
    assert list(results) == list(CHECKS)
    bad = {name: found for name, (passed, found) in results.items() if not passed}
    assert sorted(bad) == ["folder", "knowledge", "model"]
    assert "make build" in bad["knowledge"]
    assert not doctor(own_settings)
    assert "BAD  model" in capsys.readouterr().out
    own_settings.secret_file.chmod(0o644)
    assert ("secret", False) in [(name, passed) for name, passed, _ in examine(own_settings)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def test_a_suggestion_is_picked_by_its_number() -> None:
    assert picked(" 1 ", CHOICES) == CHOICES[0]
    assert {picked(typed, CHOICES) for typed in ("0", "3", "hej 1", "²", "")} == {None}


def test_a_reply_is_shown_with_its_suggestions() -> None:
    answer = Answer("Svar.", (Citation("T", "P", "2017"),), choices=CHOICES)
    assert shown(Reply(answer, "c")) == "Svar.\n\nKälla: T, P, 2017\n\n  1. Vem då?\n  2. Mer"
    assert shown(Reply(Answer("Svar."), "c")) == "Svar."


@pytest.fixture
def tiny_project(own_settings: Settings, tiny_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a folder where the tiny bot can be talked with."""
    from bot.rasa_runtime import patches

    for action in (TinyAnswer, TinyFail, TinySilence, TinyRemember):
        patches.executor().register_action(action)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "credentials.yml").touch()
    store = f"tracker_store:\n  type: bot.rasa_runtime.tracker_store.StateTrackerStore\n  url: {own_settings.state}\n"
    (tmp_path / "endpoints.yml").write_text(store, "utf-8")
    own_settings.knowledge.touch()
    return replace(own_settings, models=Path(tiny_model).parent)


def test_ask_prints_the_answer(tiny_project: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    ask(tiny_project, "svara")
    assert capsys.readouterr().out.endswith("Så är det.\n\nKälla: Om stöd, GR, 2019\n")


def test_chat_until_ctrl_d(
    tiny_project: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = iter(["svara", "2", "", "krascha"])

    def typed(_prompt: str) -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", typed)
    chat(tiny_project)
    out = capsys.readouterr().out
    assert out.count("Det är Göteborgsregionen.") == 2
    assert "text of utter_empty" in out
    assert "text of utter_error" in out


async def test_a_suggestion_may_be_a_command(tiny_project: Settings) -> None:
    talk = Talk(tiny_project)
    await talk.open()
    await talk.say("svara")
    assert (await talk.say("/answer")).outcome == "command"
    assert (await talk.pick(Choice("Mer", "/answer"))).outcome == "answered"
