"""How many transfers run at once: more while more are faster, fewer when the store or this computer has had enough.

Each period in which there was work for all is compared with the one before: more transfers that did not bring a fifth
of what one would expect are taken back, and tried again after a rest that grows. A fault of the store halves the
number. The interpreter of the process that transfers runs on one processor: where they keep it busy, more would only
make it wait. While a person scrolls, few must do.
"""

from __future__ import annotations

import time
from collections.abc import Callable

FIRST = 4
GIVING_WAY = 4
PERIOD = 1.0  # seconds
_STEP = 1.5  # times as many
_WORTH = 0.2  # of the speed that more transfers should bring, to be kept
_SHORTEST_REST, _LONGEST_REST = 10.0, 80.0  # seconds
_BUSY, _TOO_BUSY = 0.6, 0.8  # of one processor: no more, and fewer
_FILE = 64 * 1024  # bytes that a file counts for besides its own: small ones cost calls


class Concurrency:
    """``most`` is asked anew each time: the store's limiter may allow less for a while. ``clock`` gives seconds of a
    steady clock, ``processor`` those of processor time that this process has used. Not thread-safe."""

    def __init__(
        self,
        most: Callable[[], int],
        first: int = FIRST,
        clock: Callable[[], float] = time.monotonic,
        processor: Callable[[], float] = time.process_time,
    ) -> None:
        self._most = most
        self._clock = clock
        self._processor = processor
        self._allowed = float(first)
        self._before: tuple[float, float] | None = None  # what was allowed and how fast it was, while more is tried
        self._rest = _SHORTEST_REST
        self._resting_until = self._failing_until = self._giving_way_until = float("-inf")
        self._begin(clock())

    @property
    def allowed(self) -> int:
        """How many may run at once now; at least one."""
        allowed = min(int(self._allowed), self._most())
        if self._giving_way_until > self._clock():
            allowed = min(allowed, GIVING_WAY)
        return max(1, allowed)

    def give_way(self) -> None:
        """A person scrolls."""
        self._giving_way_until = self._clock() + PERIOD
        self._full = False

    def starved(self) -> None:
        """Nothing waited although one more could run: this period tells nothing."""
        self._full = False

    def moved(self, count: int) -> None:
        """``count`` bytes more have moved."""
        self._work += count
        now = self._clock()
        seconds = now - self._began
        if seconds < PERIOD:
            return
        if self._full and seconds < 3 * PERIOD:  # after a longer silence nobody knows what it was
            self._judge(now, self._work / seconds, (self._processor() - self._used) / seconds)
        self._begin(now)

    def ended(self) -> None:
        """One has ended well."""
        self.moved(_FILE)

    def failed(self) -> None:
        """The store is out of reach, too slow or wants less. Those that fail together count once."""
        now = self._clock()
        if now < self._failing_until:
            return
        self._failing_until = now + PERIOD
        self._allowed = max(1.0, self._allowed / 2)
        self._stop_trying(now)
        self._begin(now)

    def _judge(self, now: float, speed: float, busy: float) -> None:
        before, self._before = self._before, None
        if before is not None and speed < before[1] * (1 + _WORTH * (self._allowed / before[0] - 1)):
            self._allowed = before[0]
            self._stop_trying(now)
            return
        if before is not None:
            self._rest = _SHORTEST_REST
        if busy > _TOO_BUSY:
            self._allowed = max(2.0, self._allowed / _STEP)
            self._stop_trying(now)
        elif busy < _BUSY and now >= self._resting_until and self._allowed < self._most():
            self._before = self._allowed, speed
            self._allowed = min(float(self._most()), max(self._allowed + 1, self._allowed * _STEP))

    def _stop_trying(self, now: float) -> None:
        self._before = None
        self._resting_until = now + self._rest
        self._rest = min(_LONGEST_REST, self._rest * 2)

    def _begin(self, now: float) -> None:
        self._began, self._work, self._full, self._used = now, 0, True, self._processor()
