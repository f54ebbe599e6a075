"""Gives memory back that starting needed and answering does not."""

from __future__ import annotations

import ctypes
import gc


def give_back() -> bool:
    """Collect what is unreachable and return free memory to the system; False where the C library cannot.

    Reason: loading the model leaves some 20 MB free inside the process (315 MB resident, 292 after).
    """
    gc.collect()
    gc.freeze()
    try:
        trim = ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):
        return False
    trim(0)
    return True
