"""How a process's C library gets its memory from the system: how many heaps, and by how large pages. glibc's alone."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

_ARENA_MAX = -8  # glibc's malloc.h: M_ARENA_MAX
TUNABLES = "GLIBC_TUNABLES"  # "Tunables", GNU C Library manual: read once, as a process starts
_LARGE_PAGES = "glibc.malloc.hugetlb=1"
_lock = threading.Lock()


def share_one_heap() -> None:
    """Before this process starts a thread. glibc gives each thread an arena, which keeps what that thread has let go:
    hundreds of megabytes of large pictures, and memory that is cold where the next thread could have what is warm."""
    if sys.platform == "linux":
        import ctypes  # here: the window reads this module at every start

        with contextlib.suppress(OSError, AttributeError):  # other C libraries have one heap
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


@contextlib.contextmanager
def large_pages() -> Iterator[None]:
    """A process that is started inside takes pages of 2 MB where the system has them for who asks: fetching those of
    4 KB one by one is a sixth of the time of a large picture. Other programs that are started have nothing of it.

    Only where ``TUNABLES`` has been in the environment since before this process had threads (``__main__`` sees to
    that): its value is changed in place, a new variable would move the environment away under C code that reads it.
    """
    if TUNABLES not in os.environ:
        yield
        return
    with _lock:
        before = os.environ[TUNABLES]
        os.environ[TUNABLES] = f"{before}:{_LARGE_PAGES}" if before else _LARGE_PAGES
        try:
            yield
        finally:
            os.environ[TUNABLES] = before
