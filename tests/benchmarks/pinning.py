"""Processes held to single processors while something is measured, so that a decoder with threads of its own has no
more of the machine than one without. Linux alone can do so to a process that runs."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from imagedesk.pictures.guarded_reader import GuardedPictureReader


def processors() -> list[int]:
    """Those that this process may use; none where it cannot be held to them."""
    return sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []


@contextlib.contextmanager
def held_to_one(reader: GuardedPictureReader) -> Iterator[None]:
    """This process with all its threads, and the reader's, on the first processor together."""
    first, *_ = all_of_them = processors()
    with _held([os.getpid(), *_pids(reader)], [first], all_of_them):
        yield


@contextlib.contextmanager
def held_to_one_each(reader: GuardedPictureReader) -> Iterator[None]:
    """Each of the reader's processes on a processor of its own. This process goes where there is room."""
    all_of_them = processors()
    with contextlib.ExitStack() as stack:
        for pid, processor in zip(_pids(reader), all_of_them, strict=False):
            stack.enter_context(_held([pid], [processor], all_of_them))
        yield


def _pids(reader: GuardedPictureReader) -> list[int]:
    return [child.pid for child in reader._children if child.pid is not None]


@contextlib.contextmanager
def _held(pids: list[int], to: list[int], before: list[int]) -> Iterator[None]:
    try:
        _hold(pids, to)
        yield
    finally:
        _hold(pids, before)


def _hold(pids: list[int], to: list[int]) -> None:
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):  # a thread that has just ended
                os.sched_setaffinity(int(task.name), to)
