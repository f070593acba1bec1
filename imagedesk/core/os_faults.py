"""The operating system's file errors in the words of :mod:`imagedesk.core.errors`, translated in this one place."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from imagedesk.core.errors import CannotWrite, DiskFull, EnvironmentFault, UnreadableFile
from imagedesk.core.plain_text import plain

_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextlib.contextmanager
def writing_faults(path: Path) -> Iterator[None]:
    """For a block that writes at ``path``: raises DiskFull or CannotWrite."""
    try:
        yield
    except OSError as error:
        raise write_fault(error, path) from error


@contextlib.contextmanager
def source_faults(path: Path) -> Iterator[None]:
    """For a block that reads a person's file: raises UnreadableFile."""
    try:
        yield
    except OSError as error:
        raise UnreadableFile(f"{shown(path)} cannot be read ({reason(error)}): check the file.") from error


def write_fault(error: OSError, path: Path) -> EnvironmentFault:
    if error.errno in _FULL:
        return DiskFull(f"There is no room left on the disk of {shown(path)}: free some space and try again.")
    if error.errno in _FORBIDDEN:
        return CannotWrite(f"{shown(path)} cannot be written: check the permissions of the folder.")
    if error.errno == errno.ENAMETOOLONG:
        return CannotWrite(f"{shown(path)} is too long a name: choose a shorter one.")
    return CannotWrite(f"{shown(path)} cannot be written ({reason(error)}): check that its disk is connected.")


def shown(path: Path) -> str:
    return plain(str(path))


def reason(error: OSError) -> str:
    return error.strerror or str(error)
