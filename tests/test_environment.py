"""The locked environment: what stands in for what, and where packages come from."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STAND_INS = ["aiogram", "boto3", "botocore", "fbmessenger", "keras", "pymongo", "slack_sdk", "tensorflow", "twilio"]


@pytest.mark.parametrize("name", STAND_INS)
def test_a_stand_in_can_be_imported_and_named(name: str) -> None:
    package = importlib.import_module(name)
    deep = importlib.import_module(f"{name}.some.module")
    assert isinstance(package.Thing, type)
    assert isinstance(deep.Other.Inner, type)
    assert not hasattr(package, "__wrapped__")

    class Child(deep.Base, dict[str, str]):  # type: ignore[name-defined]
        """Rasa's classes derive from theirs."""


def test_asked_for_anything_real_a_stand_in_says_why_not() -> None:
    tensorflow = importlib.import_module("tensorflow")
    with pytest.raises(RuntimeError, match=r"tensorflow\.constant was called, but .* runs without tensorflow"):
        tensorflow.constant(1)

    class Model(tensorflow.keras.Model):  # type: ignore[name-defined]
        """As Rasa's models do."""

    with pytest.raises(RuntimeError, match="without tensorflow"):
        Model()


def test_what_is_raised_passes_an_except_clause_of_a_stand_in() -> None:
    error = importlib.import_module("botocore.exceptions").BotoCoreError
    with pytest.raises(OSError, match="disk"):
        try:
            raise OSError("disk")
        except error:
            pytest.fail("it is not that error")


def test_packages_come_from_the_public_index() -> None:
    lock = (ROOT / "uv.lock").read_text("utf-8")
    assert set(re.findall(r'registry = "([^"]+)"', lock)) == {"https://pypi.org/simple"}
    assert {url.split("/")[2] for url in re.findall(r'url = "([^"]+)"', lock)} == {"files.pythonhosted.org"}


def test_no_real_tensorflow_is_locked_for_any_platform() -> None:
    lock = (ROOT / "uv.lock").read_text("utf-8")
    locked = set(re.findall(r'\[\[package\]\]\nname = "([^"]+)"', lock))
    assert {name for name in locked if "tensorflow" in name} == {"tensorflow"}
    assert not locked & {"skops", "twilio", "babel", "botocore", "fonttools", "slack-sdk", "pymongo"}


def test_the_layers_hold() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
