"""How often one sender may write, and that one sender's messages are answered in turn."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from weakref import WeakValueDictionary

WINDOW = 60.0
MANY_SENDERS = 10_000


class RateLimit:
    """At most `rate` messages a minute from each sender; 0 is no limit. Kept in memory, per process."""

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._moments: dict[str, deque[float]] = {}

    def allows(self, sender: str) -> bool:
        """Whether `sender` may send now; if so, the message is counted."""
        if self.rate == 0:
            return True
        now = self._clock()
        self._forget_old(now)
        moments = self._moments.setdefault(sender, deque())
        while moments and moments[0] <= now - WINDOW:
            moments.popleft()
        if len(moments) >= self.rate:
            return False
        moments.append(now)
        return True

    def _forget_old(self, now: float) -> None:
        if len(self._moments) > MANY_SENDERS:
            self._moments = {who: times for who, times in self._moments.items() if times and times[-1] > now - WINDOW}


class Turns:
    """One lock for each sender, as long as somebody holds it or waits for it.

    Rasa has a lock of its own, but whoever waits for it looks again only once a second.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, sender: str) -> asyncio.Lock:
        """The lock of `sender`."""
        lock = self._locks.get(sender)
        if lock is None:
            lock = self._locks[sender] = asyncio.Lock()
        return lock
