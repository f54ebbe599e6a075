"""What all tests share: settings of their own, and a tiny bot to try Rasa with."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Before anything of ours is imported: no test reads or writes the conversations of whoever runs it.
_OWN = Path(tempfile.mkdtemp(prefix="stodlots-tests-"))
os.environ["STODLOTS_STATE"] = f"sqlite:///{_OWN}/state.db"
os.environ["STODLOTS_SECRET_FILE"] = str(_OWN / "secret")
os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"

pytest_plugins = ["tests.tiny_bot"]
