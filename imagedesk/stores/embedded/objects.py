"""Objects as plain files below a folder that a person can find.

A put is written beside the objects under a name that no key can have, checked while it is copied, synced, and then
linked to its place, which fails if somebody was there first; so a key holds the whole object or nothing, also after a
crash.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists, CorruptObject, LinksNotOffered, NotFound, SourceChanged
from imagedesk.core.os_faults import source_faults, writing_faults
from imagedesk.core.pictures import Source
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import ObjectDescription, Progress, no_progress
from imagedesk.stores.embedded.durable_files import chunks, copy, opened, publish
from imagedesk.stores.embedded.faults import reading_faults
from imagedesk.stores.embedded.key_paths import checked_path, path_of

PARTIAL_FOLDER = ".partial"


class FolderObjects:
    """An ``ObjectStore`` over the folder ``root``, which is made when first needed."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

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
        target = checked_path(self._root, key)
        partial = self._root / PARTIAL_FOLDER / uuid.uuid4().hex
        try:
            digest = _copy_in(source, partial, progress, cancel)
            if digest != description.sha256.lower():
                raise SourceChanged(f"“{plain(description.filename)}” changed while it was read: upload it again.")
            with writing_faults(target):
                try:
                    publish(partial, target, self._root)
                except FileExistsError as error:
                    if self._digest(key, cancel) != digest:
                        raise AlreadyExists(f"Another picture is already stored as {plain(key)}.") from error
        finally:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)

    def discard_unfinished(self, prefix: str) -> None:
        """Nothing: a put that does not end leaves no more than a temporary file, which goes with it."""

    def read(self, key: str, limit: int) -> bytes:
        path = self._existing(key)
        with opened(path, reading_faults) as file, reading_faults(path):
            data = file.read(limit + 1)
        if len(data) > limit:
            raise CorruptObject(f"{plain(key)} is larger than the {limit} bytes that it may have.")
        return data

    def download(
        self, key: str, target: Path, progress: Progress = no_progress, cancel: CancelToken | None = None
    ) -> str:
        path = self._existing(key)
        with opened(path, reading_faults) as file, writing_faults(target), target.open("wb") as out:
            return copy(chunks(file, path, reading_faults), out, progress, cancel)

    def chunks(self, key: str, cancel: CancelToken | None = None) -> Iterator[bytes | bytearray]:
        path = self._existing(key)
        with opened(path, reading_faults) as file:
            for chunk in chunks(file, path, reading_faults):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                yield chunk

    def delete(self, key: str) -> None:
        path = path_of(self._root, key)
        if path is None or path.is_dir():
            return
        with writing_faults(path):
            try:
                path.unlink()
            except (FileNotFoundError, NotADirectoryError):
                return
        for folder in path.relative_to(self._root).parents[:-2]:  # up to, not including, "images" or "thumbnails"
            try:
                (self._root / folder).rmdir()
            except OSError:  # not empty, or gone already
                return

    def url(self, key: str) -> str:
        return checked_path(self._root, key).as_uri()

    def local_path(self, key: str) -> Path | None:
        return path_of(self._root, key)

    def presign(self, key: str, filename: str, content_type: str, lifetime: timedelta) -> NoReturn:
        where = plain(str(self._root / key), 1000)
        raise LinksNotOffered(f"Links need a library on S3. This one is on this computer; the file is {where}")

    def _existing(self, key: str) -> Path:
        path = path_of(self._root, key)
        if path is None or not path.is_file():
            raise NotFound(f"There is no file {plain(key)} in the library folder: it may have been moved or deleted.")
        return path

    def _digest(self, key: str, cancel: CancelToken | None) -> str:
        path = self._existing(key)
        digest = hashlib.sha256()
        with opened(path, reading_faults) as file:
            for chunk in chunks(file, path, reading_faults):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                digest.update(chunk)
        return digest.hexdigest()


def _copy_in(source: Source, partial: Path, progress: Progress, cancel: CancelToken | None) -> str:
    path = partial if isinstance(source, bytes) else source
    with opened(source, source_faults) as file, writing_faults(partial):
        partial.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("xb") as out:
            digest = copy(chunks(file, path, source_faults), out, progress, cancel)
            out.flush()
            os.fsync(out.fileno())
    return digest
