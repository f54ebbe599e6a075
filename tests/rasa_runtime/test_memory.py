"""Memory is given back, and the linear algebra keeps to one thread."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest
import threadpoolctl

from bot.rasa_runtime import patches
from bot.rasa_runtime.memory import give_back


def resident() -> int:
    """Kilobytes of this process in memory."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be asked to")
def test_memory_is_given_back() -> None:
    pieces = [bytes(1000) for _ in range(60_000)]
    kept = pieces[::1000]
    del pieces
    before = resident()
    assert give_back()
    assert resident() < before
    assert kept


def test_one_thread_is_used() -> None:
    import numpy  # noqa: F401, ICN001

    patches.use_one_thread()
    assert {pool["num_threads"] for pool in threadpoolctl.threadpool_info()} <= {1}
