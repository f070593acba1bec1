"""How much a decoder may use: time by the parent's clock (see ``patience``), memory and processor time by the kernel.

Linux counts RLIMIT_DATA exactly, so it carries the memory limit there; other POSIX systems get RLIMIT_AS, which macOS
accepts and does not enforce. Windows has neither: there the pixel limit, which bounds what a decoder allocates, and
the parent's clock remain.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "win32":
    import ctypes
else:
    import resource

MEBIBYTE = 1024 * 1024
BASE_MEMORY = 512 * MEBIBYTE
# What the hungriest decoder takes for a pixel: AVIF's planes, its RGB output and Pillow's copy of that.
BYTES_PER_PIXEL = 14
SMALL_SIDE = 1024  # pixels; a request up to this long side is a thumbnail
_PREPARE_BYTES_PER_SECOND = 20_000_000
_NICE = 5  # a third of what a process of the usual kind gets
_BELOW_NORMAL_PRIORITY_CLASS = 0x4000  # winbase.h
_ARENA_MAX = -8  # glibc's malloc.h: M_ARENA_MAX


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds. ``start`` is for a child to come up on a busy machine; ``drain`` is how long a cancelled decode may
    still hold up the next one before a new child is cheaper."""

    thumbnail: float = 5.0
    full_view: float = 20.0
    start: float = 30.0
    drain: float = 0.25

    def for_pixels(self, max_side: int | None) -> float:
        return self.thumbnail if is_thumbnail(max_side) else self.full_view

    def for_prepare(self, file_bytes: int) -> float:
        """A file is read to its end, perhaps over a slow network drive."""
        return self.full_view + file_bytes / _PREPARE_BYTES_PER_SECOND


def is_thumbnail(max_side: int | None) -> bool:
    return max_side is not None and max_side <= SMALL_SIDE


class MemoryLimit:
    """The child's own limit, moved for each job between a base and what the job's header asks for."""

    def __init__(self) -> None:
        self._baseline = _data_in_use()

    def allow(self, job_bytes: int) -> None:
        """Let the job take ``job_bytes``, but never less than the base, beyond what the bare child has."""
        if sys.platform == "win32":
            return
        limit = self._baseline + max(BASE_MEMORY, job_bytes)
        kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
        _set_soft_limit(kind, limit)

    def allow_pixels(self, pixels: int, source_bytes: int = 0) -> None:
        self.allow(pixels * BYTES_PER_PIXEL + 2 * source_bytes + 64 * MEBIBYTE)


def share_one_heap() -> None:
    """Before this process starts a thread. glibc gives each thread an arena, which keeps hundreds of megabytes
    of large pictures, and these would count against the next one."""
    if sys.platform == "linux":
        import ctypes  # here: the parent reads this module at every start

        with contextlib.suppress(OSError, AttributeError):  # other C libraries have one heap
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def limit_processor_time(seconds: float) -> None:
    """End this process when it computes for ``seconds`` more: the guard of a decode that nobody waits for any more."""
    if sys.platform != "win32":
        _set_soft_limit(resource.RLIMIT_CPU, int(time.process_time() + seconds) + 1)


def give_way() -> None:
    """Let this process compute only when the window, and whatever else a person works with, leaves it the time."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            kernel = ctypes.WinDLL("kernel32")
            kernel.GetCurrentProcess.restype = ctypes.c_void_p
            kernel.SetPriorityClass(ctypes.c_void_p(kernel.GetCurrentProcess()), _BELOW_NORMAL_PRIORITY_CLASS)
        else:
            os.nice(_NICE)


def compute_when_idle() -> None:
    """Let this thread, and those that it starts, have only the time that nobody else wants. The window then takes a
    processor back at once, where a mere nice value makes it wait for the end of a time slice. Linux alone knows such a
    class for a single thread, and no way back from it without privileges."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _set_soft_limit(kind: int, value: int) -> None:
    if sys.platform == "win32":
        return
    _, hard = resource.getrlimit(kind)
    wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(kind, (wanted, hard))
    except (ValueError, OSError):
        return  # a system that knows the name and not the limit


def _data_in_use() -> int:
    """Bytes of private writable memory now, on Linux; elsewhere a generous guess of the address space."""
    try:
        fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
        return int(fields[5]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 1024 * MEBIBYTE
