"""How many heaps a process has."""

from __future__ import annotations

import contextlib
import sys

_ARENA_MAX = -8  # glibc's malloc.h: M_ARENA_MAX


def share_one_heap() -> None:
    """Before this process starts a thread. glibc gives each thread an arena, which keeps what that thread has let go:
    hundreds of megabytes of large pictures, and memory that is cold where the next thread could have what is warm."""
    if sys.platform == "linux":
        import ctypes  # here: the window reads this module at every start

        with contextlib.suppress(OSError, AttributeError):  # other C libraries have one heap
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
