"""Files that are there whole or not at all, also after a power cut: read in chunks, copied with a digest, published
under their name without overwriting, their folders synced."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, TypeAlias

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.pictures import Source
from imagedesk.core.ports import Progress

Faults: TypeAlias = Callable[[Path], AbstractContextManager[None]]

CHUNK = 1 << 20  # bytes between two looks at the cancel token
_NO_HARD_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EXDEV, errno.EMLINK, errno.ENOSYS})
_ATTEMPTS = 10


@contextlib.contextmanager
def opened(source: Source, faults: Faults) -> Iterator[BinaryIO]:
    """The source open for reading; ``faults`` translates what goes wrong with opening it."""
    if isinstance(source, bytes):
        yield io.BytesIO(source)
        return
    with faults(source):
        file = source.open("rb")
    with file:
        yield file


def chunks(file: BinaryIO, path: Path, faults: Faults) -> Iterator[bytes]:
    """The bytes of an open file; ``faults`` translates what goes wrong with reading."""
    while True:
        with faults(path):
            chunk = file.read(CHUNK)
        if not chunk:
            return
        yield chunk


def copy(source: Iterator[bytes], out: BinaryIO, progress: Progress, cancel: CancelToken | None) -> str:
    """Write all of ``source`` and return its SHA-256 in hexadecimal."""
    digest, done = hashlib.sha256(), 0
    for chunk in source:
        if cancel is not None:
            cancel.raise_if_cancelled()
        out.write(chunk)
        digest.update(chunk)
        done += len(chunk)
        progress(done)
    if cancel is not None:
        cancel.raise_if_cancelled()
    return digest.hexdigest()


def publish(partial: Path, target: Path, root: Path) -> None:
    """Give the synced file ``partial`` the name ``target`` for good. Raises FileExistsError when that is taken."""
    for attempt in range(_ATTEMPTS):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _rename_without_overwriting(partial, target)
        except FileNotFoundError:  # a delete tidied the folder away since mkdir
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            break
    folder = target.parent
    while folder != root:
        _sync_folder(folder)
        folder = folder.parent
    _sync_folder(root)


def _rename_without_overwriting(partial: Path, target: Path) -> None:
    if os.name == "nt":
        partial.rename(target)  # refuses a taken name there
        return
    try:
        os.link(partial, target)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # FAT and some network shares. Keys hold an id of their own, so nobody else is about to take this one.
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        partial.replace(target)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # cannot open folders; NTFS journals names by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
