"""Programs that the evaluation starts and stops: installers, trainers, servers."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 180.0
"""Seconds that a server may take until it answers."""
PAUSE = 0.2
LAST_LINES = 5


class ProcessError(RuntimeError):
    """A program failed; the message holds the end of its output."""


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run(command: Sequence[str], log: Path, folder: Path = Path(), environment: Mapping[str, str] | None = None) -> None:
    """Run `command` to its end, its output in `log`. ProcessError when it fails."""
    with _started(command, log, folder, environment) as process:
        if process.wait() != 0:
            raise ProcessError(f"{_end(log)}\n{Path(command[0]).name} failed; the whole output is in {log}.")


@contextmanager
def server(
    command: Sequence[str], url: str, log: Path, folder: Path = Path(), environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The address of the server that `command` starts; it is stopped afterwards. ProcessError if it does not start."""
    with _started(command, log, folder, environment) as process:
        _await(process, url, log)
        yield url


@contextmanager
def _started(
    command: Sequence[str], log: Path, folder: Path, environment: Mapping[str, str] | None
) -> Iterator[subprocess.Popen[bytes]]:
    # A session of its own: Ctrl-C reaches us alone, and we end it without a trace on the screen.
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            list(command),
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise ProcessError(f"{_end(log)}\nThe server at {url} did not start; its output is in {log}.")
        time.sleep(PAUSE)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/webhooks/rest/", timeout=5) as reply:  # noqa: S310 - our own server
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:])
