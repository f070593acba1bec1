"""Room kept for deletions: on a full disk nothing can be written, and a deletion must be, before it makes room."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

RESERVE_NAME = ".reserve"
SIZE = 256 * 1024  # bytes: the database's log of one deletion, several times over


class Reserve:
    """A file of the library's folder. Thread-safe: who frees it twice finds nothing."""

    def __init__(self, root: Path) -> None:
        self._path = root / RESERVE_NAME

    def keep(self) -> None:
        """Make it, if it is not there and there is room."""
        with contextlib.suppress(OSError):
            if self._path.exists():
                return
            try:
                self._path.write_bytes(os.urandom(SIZE))  # zeros may take no room
            except OSError:
                self._path.unlink(missing_ok=True)

    def free(self) -> bool:
        """Give the room to others; whether there was any."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True
