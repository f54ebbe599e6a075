"""Trains the model with stock Rasa, its output in a file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot.commands.problems import Problem
from bot.settings import Settings

LOG = Path(".work/train.log")
MODEL = "stodlotsen"
_LAST_LINES = 15


def train(settings: Settings) -> Path:
    """Train `models/stodlotsen.tar.gz` anew and return its path. Problem with the end of the log if that fails."""
    model = settings.models / f"{MODEL}.tar.gz"
    LOG.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", MODEL, "--out", str(settings.models)]
    # Rasa's cache does not see a change in our components' code; all of it takes seconds.
    command += ["--data", str(settings.data), "--force"]
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore::DeprecationWarning"}
    with LOG.open("w", encoding="utf-8") as log:
        # Nothing of the command is typed in by somebody else.
        result = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, env=environment, check=False)  # noqa: S603
    if result.returncode != 0 or not model.exists():
        lines = LOG.read_text("utf-8").splitlines()[-_LAST_LINES:]
        raise Problem("\n".join([*lines, f"Training failed; the whole output is in {LOG}."]))
    # Unchanged data leaves the old file: touched, it is not older than its data any more.
    model.touch()
    return model
