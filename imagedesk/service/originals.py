"""Originals as files of this computer, for the decoder: a library's own file, or a verified copy of an object.

The copies looked at last are kept until the library closes, so that the facts, the pixels and the next page of one
image cost one download. Who asks for a copy that somebody else is fetching waits for it.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import CorruptObject, NotFound
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.os_faults import writing_faults
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import ObjectStore, Progress

KEPT_BYTES = 300_000_000
KEPT_FILES = 3
_PREFIX = "imagedesk-view-"
_LEFT_BEHIND_SECONDS = 7 * 86400  # a library is not open for so long without fetching anything
_POLL_SECONDS = 0.05  # how soon a cancellation is seen while another call fetches


@dataclass(eq=False)
class _Copy:
    path: Path
    size: int
    users: int = 1
    is_whole: bool = False


class Originals:
    """Thread-safe. ``scratch`` is where copies stay, the system's own place when None; ``close`` removes them."""

    def __init__(self, objects: ObjectStore, scratch: Path | None) -> None:
        self._objects = objects
        self._scratch = scratch or Path(tempfile.gettempdir())
        self._changed = threading.Condition()
        self._copies: OrderedDict[tuple[str, str | None], _Copy] = OrderedDict()  # used last at the end
        self._folder: Path | None = None
        self._count = 0
        self._remove_folder: weakref.finalize[..., Originals] | None = None

    @contextlib.contextmanager
    def file(self, record: ImageRecord, progress: Progress, cancel: CancelToken | None) -> Iterator[Path]:
        """Raises NotFound, CorruptObject when the bytes are not those that were uploaded, CannotWrite, DiskFull."""
        local = self._objects.local_path(record.key)
        if local is not None:
            if not local.is_file():
                raise NotFound(f"The file of {plain(record.filename, 80)} is no longer in the library's folder.")
            yield local
            return
        copy = self._claim(record, cancel)
        try:
            if not copy.is_whole:
                self._fetch(record, copy, progress, cancel)
            yield copy.path
        finally:
            with self._changed:
                copy.users -= 1
                self._drop_what_is_too_much()
                self._changed.notify_all()

    def close(self) -> None:
        """Remove the copies; those in use go as far as the system lets them."""
        with self._changed:
            self._copies.clear()
            self._forget_folder()

    def _claim(self, record: ImageRecord, cancel: CancelToken | None) -> _Copy:
        """A whole copy, or a new one that the caller has to fetch."""
        key = (record.key, record.sha256)
        with self._changed:
            while (copy := self._copies.get(key)) is not None:
                if copy.is_whole:
                    copy.users += 1
                    self._copies.move_to_end(key)
                    return copy
                if cancel is not None:
                    cancel.raise_if_cancelled()
                self._changed.wait(_POLL_SECONDS)
            self._count += 1
            copy = self._copies[key] = _Copy(self._made_folder() / str(self._count), record.size)
            return copy

    def _fetch(self, record: ImageRecord, copy: _Copy, progress: Progress, cancel: CancelToken | None) -> None:
        digest = self._objects.download(record.key, copy.path, progress, cancel)
        if record.sha256 is not None and digest != record.sha256:
            raise CorruptObject(f"{plain(record.filename, 80)} is not what was uploaded: its SHA-256 differs.")
        copy.size, copy.is_whole = copy.path.stat().st_size, True
        with self._changed:
            self._changed.notify_all()

    def _drop_what_is_too_much(self) -> None:
        for key, copy in list(self._copies.items()):
            unused = [other for other in self._copies.values() if not other.users]
            too_much = len(unused) > KEPT_FILES or sum(other.size for other in unused) > KEPT_BYTES
            if not copy.users and (too_much or not copy.is_whole):
                del self._copies[key]
                with contextlib.suppress(OSError):
                    copy.path.unlink(missing_ok=True)
        if not self._copies:
            self._forget_folder()

    def _made_folder(self) -> Path:
        if self._folder is None:
            with writing_faults(self._scratch):
                self._scratch.mkdir(parents=True, exist_ok=True)
                _remove_left_behind(self._scratch)
                self._folder = Path(tempfile.mkdtemp(dir=self._scratch, prefix=_PREFIX))
            # Also when nobody closes: at the end of the interpreter.
            self._remove_folder = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def _forget_folder(self) -> None:
        if self._remove_folder is not None:
            self._remove_folder()
        self._folder = self._remove_folder = None


def _remove_left_behind(scratch: Path) -> None:
    """What a process that was killed could not remove."""
    with contextlib.suppress(OSError):
        for folder in scratch.glob(f"{_PREFIX}*"):
            if folder.stat().st_mtime < time.time() - _LEFT_BEHIND_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
