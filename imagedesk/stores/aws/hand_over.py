"""What a lean path leaves to botocore, and how long it stands aside where it leaves everything."""

from __future__ import annotations

from collections.abc import Callable

_PATIENCE = 5  # requests handed over in a row before the path is left alone for a while
_REST = 60.0  # seconds


class HandOver(Exception):
    """Not for this path: botocore is to do it. ``status`` is the server's, 0 where there was none."""

    def __init__(self, status: int = 0) -> None:
        super().__init__(status)
        self.status = status


class Patience:
    """One path's. ``clock`` gives seconds of a steady clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._handed_over = 0
        self._resting_until = 0.0

    def check(self) -> None:
        """Raises HandOver while the path rests."""
        if self._clock() < self._resting_until:
            raise HandOver

    def kept(self) -> None:
        """A request was answered here."""
        self._handed_over = 0

    def handed_over(self) -> None:
        self._handed_over += 1
        if self._handed_over >= _PATIENCE:
            self._handed_over = 0
            self._resting_until = self._clock() + _REST
