"""The operating system's file errors in the words of :mod:`imagedesk.core.errors`, translated in this one place."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from imagedesk.core.errors import CannotWrite, DiskFull, EnvironmentFault, NotFound, StoreUnavailable, UnreadableFile
from imagedesk.core.plain_text import plain

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextlib.contextmanager
def writing_faults(path: Path) -> Iterator[None]:
    """For a block that writes at ``path``: raises DiskFull or CannotWrite."""
    try:
        yield
    except OSError as error:
        raise _write_fault(error, path) from error


@contextlib.contextmanager
def reading_faults(path: Path) -> Iterator[None]:
    """For a block that reads the library's own file at ``path``: raises NotFound or StoreUnavailable."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise NotFound(f"There is no file {_shown(path)}: it may have been moved or deleted.") from error
    except OSError as error:
        raise StoreUnavailable(
            f"{_shown(path)} cannot be read ({_reason(error)}): check the library folder."
        ) from error


@contextlib.contextmanager
def source_faults(path: Path) -> Iterator[None]:
    """For a block that reads a person's file: raises UnreadableFile."""
    try:
        yield
    except OSError as error:
        raise UnreadableFile(f"{_shown(path)} cannot be read ({_reason(error)}): check the file.") from error


def _write_fault(error: OSError, path: Path) -> EnvironmentFault:
    if error.errno in _FULL:
        return DiskFull(f"There is no room left on the disk of {_shown(path)}: free some space and try again.")
    if error.errno in _FORBIDDEN:
        return CannotWrite(f"{_shown(path)} cannot be written: check the permissions of the folder.")
    return CannotWrite(f"{_shown(path)} cannot be written ({_reason(error)}): check that its disk is connected.")


def _shown(path: Path) -> str:
    return plain(str(path))


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
