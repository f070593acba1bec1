"""On how many processors a thread computes.

Threads of Python share the interpreter's lock. On several processors they hand it to each other by system calls that
wake a sleeper, at each turn of each transfer: a quarter of the processor time of small transfers, more than half of
tiny ones. On one processor a thread runs until it waits for the network, and the lock is free when the next one comes.
Linux alone binds single threads; elsewhere nothing changes.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Iterator


def keep_to_one() -> None:
    """Bind this thread to one processor, the same for all threads of this process that ask; those that it starts
    inherit that. Never for the main thread, whose processors are those that the process may use."""
    if sys.platform == "linux":
        _bind({_shared_one()})


@contextlib.contextmanager
def on_all() -> Iterator[None]:
    """For work that the lock does not hold up, and for starting a process: this thread, and what it starts, may use
    every processor that the process has."""
    if sys.platform != "linux":
        yield
        return
    before, allowed = os.sched_getaffinity(0), _allowed()
    if before == allowed:
        yield
        return
    _bind(allowed)
    try:
        yield
    finally:
        _bind(before)


@functools.cache
def _shared_one() -> int:
    """Where the system has put this thread: it knows which processor is free, and which are fast."""
    import ctypes  # here: the window reads this module at every start

    allowed = _allowed()
    with contextlib.suppress(OSError, AttributeError):  # a C library that cannot tell
        if (here := ctypes.CDLL(None).sched_getcpu()) in allowed:
            return int(here)
    return min(allowed)


def _allowed() -> set[int]:
    return os.sched_getaffinity(os.getpid())  # the main thread's id is the process's


def _bind(processors: set[int]) -> None:
    with contextlib.suppress(OSError):  # they were taken from this process in the meantime
        os.sched_setaffinity(0, processors)
