"""Notes of deletions under way: one small file each in a folder of this computer, synced before the item goes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from imagedesk.core.errors import MalformedRecord
from imagedesk.core.image_record import ImageRecord, record_from_fields, record_to_fields
from imagedesk.core.os_faults import writing_faults

DELETIONS_FOLDER = ".deletions"


class FileDeletionNotes:
    """DeletionNotes in ``folder``, which is made when first needed. Several processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, record: ImageRecord) -> None:
        path = self._path(record.image_id)
        partial = path.with_suffix(f".{secrets.token_hex(4)}")
        with writing_faults(path):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                with partial.open("w", encoding="utf-8") as file:
                    json.dump(record_to_fields(record), file)
                    file.flush()
                    os.fsync(file.fileno())
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
            _sync(self._folder)

    def forget(self, image_id: str) -> None:
        with contextlib.suppress(OSError):  # a note too many costs a look, no picture
            self._path(image_id).unlink(missing_ok=True)

    def pending(self) -> Iterator[ImageRecord]:
        for path in sorted(self._folder.glob("*.json")):
            try:
                fields = json.loads(path.read_text(encoding="utf-8"))
                record = record_from_fields(fields if isinstance(fields, dict) else {})
            except (OSError, ValueError, MalformedRecord):  # forgotten by another process meanwhile, or damaged
                continue
            yield record

    def _path(self, image_id: str) -> Path:
        name = hashlib.sha256(image_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self._folder / f"{name}.json"


def _sync(folder: Path) -> None:
    if os.name == "nt":  # cannot open folders; NTFS journals names by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
