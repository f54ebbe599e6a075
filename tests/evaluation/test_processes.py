from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.evaluation import processes
from bot.evaluation.processes import ProcessError

SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def test_a_server_runs_as_long_as_it_is_needed(tmp_path: Path) -> None:
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    with processes.server([sys.executable, "-c", SERVER, str(port)], url, tmp_path / "log") as started:
        assert started == url
        assert processes._answers(url)
    assert not processes._answers(url)


def test_a_server_that_fails_shows_the_end_of_its_output(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no model')"]
    with (
        pytest.raises(ProcessError, match="no model"),
        processes.server(command, "http://127.0.0.1:9", tmp_path / "log"),
    ):
        pytest.fail("it did not start")


def test_a_program_runs_to_its_end_in_its_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import os; open('x', 'w').write(os.environ['WORD'])"]
    processes.run(command, tmp_path / "log", tmp_path, {"WORD": "ja"})
    assert (tmp_path / "x").read_text() == "ja"


def test_a_program_that_fails_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ProcessError, match=r"broken.*\n.*failed; the whole output is in"):
        processes.run([sys.executable, "-c", "raise SystemExit('broken')"], tmp_path / "log")
