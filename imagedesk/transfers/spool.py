"""The spool: pictures that were pasted and are no files yet are kept here until they are uploaded."""

from __future__ import annotations

import os
import uuid
from datetime import datetime
from pathlib import Path

from imagedesk.core.file_names import free_name
from imagedesk.core.os_faults import writing_faults
from imagedesk.transfers.intake import IntakeFile


class Spool:
    """A folder of our own. ``keep`` is called from one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, picture: bytes, moment: datetime, extension: str = ".png") -> IntakeFile:
        """Write the bytes as ``pasted-YYYYmmdd-HHMMSS`` and the extension, durably. Raises DiskFull, CannotWrite."""
        with writing_faults(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            name = free_name(f"pasted-{moment:%Y%m%d-%H%M%S}{extension}", lambda name: (self._folder / name).exists())
            path = self._folder / name
            _write_durably(path, picture)
            status = path.stat()
        return IntakeFile(path, status.st_size, status.st_mtime_ns, spooled=True)


def _write_durably(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    if os.name == "posix":  # a folder cannot be opened elsewhere, nor need it be
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
