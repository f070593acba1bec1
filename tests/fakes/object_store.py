"""An object store in memory."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists, CorruptObject, NotFound, SourceChanged, UnreadableFile
from imagedesk.core.pictures import Source
from imagedesk.core.ports import ObjectDescription, PresignedLink, Progress, no_progress
from tests.fakes.fault_plan import FaultPlan

CHUNK = 64 * 1024


class FakeObjectStore:
    """``contents`` is what is stored, ``discarded`` the prefixes that were given up.

    ``faults`` takes orders for ``put``, ``read``, ``download`` and ``delete``."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.descriptions: dict[str, ObjectDescription] = {}
        self.faults = FaultPlan()
        self.discarded: list[str] = []
        self._lock = threading.Lock()

    def put(
        self,
        key: str,
        source: Source,
        description: ObjectDescription,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
        *,
        resumable: bool = False,
    ) -> None:
        self.faults.check("put")
        data = _bytes_of(source)
        for end in range(CHUNK, len(data) + CHUNK, CHUNK):
            if cancel is not None:
                cancel.raise_if_cancelled()
            progress(min(end, len(data)))
        if cancel is not None:
            cancel.raise_if_cancelled()
        if hashlib.sha256(data).hexdigest() != description.sha256:
            raise SourceChanged("The file changed while it was read: upload it again.")
        with self._lock:
            if self.contents.get(key, data) != data:
                raise AlreadyExists("Another object has this key.")
            self.contents[key] = data
            self.descriptions[key] = description
        self.faults.check("put", after=True)

    def discard_unfinished(self, prefix: str) -> None:
        self.discarded.append(prefix)

    def read(self, key: str, limit: int) -> bytes:
        self.faults.check("read")
        data = self._found(key)
        if len(data) > limit:
            raise CorruptObject("The object is larger than it can be.")
        return data

    def download(
        self, key: str, target: Path, progress: Progress = no_progress, cancel: CancelToken | None = None
    ) -> str:
        self.faults.check("download")
        data = self._found(key)
        with target.open("wb") as file:
            for start in range(0, len(data), CHUNK):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                file.write(data[start : start + CHUNK])
                progress(file.tell())
        if cancel is not None:
            cancel.raise_if_cancelled()
        return hashlib.sha256(data).hexdigest()

    def chunks(self, key: str, cancel: CancelToken | None = None) -> Iterator[bytes | bytearray]:
        self.faults.check("download")
        data = self._found(key)
        for start in range(0, len(data), CHUNK):
            if cancel is not None:
                cancel.raise_if_cancelled()
            yield data[start : start + CHUNK]

    def delete(self, key: str) -> None:
        self.faults.check("delete")
        with self._lock:
            self.contents.pop(key, None)
        self.faults.check("delete", after=True)

    def url(self, key: str) -> str:
        return f"s3://fake/{key}"

    def local_path(self, key: str) -> Path | None:
        return None

    def presign(self, key: str, filename: str, content_type: str, lifetime: timedelta) -> PresignedLink:
        return PresignedLink(f"https://fake.invalid/{key}", datetime.now(UTC) + lifetime)

    def _found(self, key: str) -> bytes:
        with self._lock:
            if key not in self.contents:
                raise NotFound("There is no such object.")
            return self.contents[key]


def _bytes_of(source: Source) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{source.name} cannot be read.") from error
