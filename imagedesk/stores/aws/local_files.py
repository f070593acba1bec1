"""The file that a download is written into: counts and hashes, and says what is wrong with the disk."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from typing import TypeAlias

from imagedesk.core.errors import CannotWrite, DiskFull, EnvironmentFault
from imagedesk.core.plain_text import plain

_CREATED = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)  # a file object costs a tenth more
_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
Bytes: TypeAlias = bytes | bytearray | memoryview


class HashedFile:
    """Created or truncated on entry, closed on exit. ``size`` is in bytes, ``sha256`` hexadecimal."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1
        self._hash = hashlib.sha256()
        self.size = 0

    def __enter__(self) -> HashedFile:
        try:
            self._file = os.open(self._path, _CREATED, 0o666)
        except OSError as error:
            raise self._fault(error) from error
        return self

    def __exit__(self, *_exception: object) -> None:
        os.close(self._file)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, data: Bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            raise self._fault(error) from error
        self._hash.update(data)
        self.size += len(data)

    def _fault(self, error: OSError) -> EnvironmentFault:
        if error.errno in _FULL:
            return DiskFull(f"There is no room left for “{plain(self._path.name)}”: free some space, then try again.")
        return CannotWrite(f"“{plain(str(self._path))}” cannot be written: {plain(error.strerror or str(error))}.")
