"""How fast bytes have been moving lately, and how long the rest will take, so that neither figure jumps.

The speed shown forgets within seconds. The time left rests on a longer memory; once told it counts down by the clock,
and is only drawn towards what the latest bytes say: fast where it was far off, slowly where it was not.
"""

from __future__ import annotations

import math

_MEMORY = 6.0  # seconds after which a byte counts for 1/e
_LONG_MEMORY = 40.0
_SETTLING = 1.0  # seconds before a first answer: the first chunk after an instant would be an absurd speed
_LONG_SETTLING = 3.0
_STALLED = 30.0  # seconds without a byte after which nobody can tell
_FAR_OFF = 0.35  # of the time left
_HASTE, _PATIENCE = 4.0, 25.0  # seconds in which a difference shrinks to 1/e


class Pace:
    """Not thread-safe. Times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._lately, self._longer = _Mean(_MEMORY), _Mean(_LONG_MEMORY)
        self._moved = 0.0  # when a byte came last
        self._told: tuple[float, float, int] | None = None  # seconds left, when that was told, and of how many bytes

    def reset(self) -> None:
        """Forget everything: nothing moves now, and the pause must not count as slowness."""
        self._lately, self._longer = _Mean(_MEMORY), _Mean(_LONG_MEMORY)
        self._told = None

    def add(self, now: float, count: int) -> None:
        """``count`` more bytes have moved by ``now``."""
        self._lately.add(now, count)
        self._longer.add(now, count)
        if count > 0:
            self._moved = max(now, self._moved)

    def speed(self, now: float) -> float:
        """Bytes a second; 0 while it is too early to tell."""
        return self._lately.speed(now) if self._lately.age(now) >= _SETTLING else 0.0

    def seconds_left(self, now: float, remaining: int) -> float | None:
        """None while nothing moves or it is too early to tell."""
        speed = self._longer.speed(now)
        if self._longer.age(now) < _LONG_SETTLING or now - self._moved > _STALLED or speed < 1.0:
            self._told = None
            return None
        estimate = remaining / speed
        left = estimate if self._told is None else self._drawn(self._told, now, remaining, speed)
        self._told = (left, now, remaining)
        return left

    @staticmethod
    def _drawn(told: tuple[float, float, int], now: float, remaining: int, speed: float) -> float:
        before, moment, of = told
        estimate = remaining / speed
        due = max(0.0, before - (now - moment)) + max(0, remaining - of) / speed  # more work takes more time at once
        is_far_off = abs(estimate - due) > _FAR_OFF * max(estimate, due)
        time = _HASTE if is_far_off else _PATIENCE
        return due + (estimate - due) * -math.expm1(-max(0.0, now - moment) / time)


class _Mean:
    """An exponentially weighted mean: weighted bytes over weighted time."""

    def __init__(self, memory: float) -> None:
        self._memory = memory
        self._started: float | None = None
        self._last = 0.0
        self._bytes = 0.0

    def add(self, now: float, count: int) -> None:
        if self._started is None:
            self._started = self._last = now
        self._bytes = self._bytes * self._decay(now) + count
        self._last = max(now, self._last)

    def age(self, now: float) -> float:
        return now - self._started if self._started is not None else 0.0

    def speed(self, now: float) -> float:
        if (age := self.age(now)) <= 0:
            return 0.0
        return self._bytes * self._decay(now) / (self._memory * -math.expm1(-age / self._memory))

    def _decay(self, now: float) -> float:
        return math.exp(-max(0.0, now - self._last) / self._memory)
