"""View: pixels and facts of an image, from its thumbnail or its original, always through the guarded decoder."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import BadPicture, CorruptObject, NotFound
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.os_faults import writing_faults
from imagedesk.core.ownership import owns_key
from imagedesk.core.pictures import Animation, PictureFacts, Pixels
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import ByteCache, ObjectStore, PictureReader, Progress, no_progress

MAX_THUMBNAIL_BYTES = 4_000_000  # a WebP of 512 pixels has some 30 KB; more is not our thumbnail


@dataclass(frozen=True, slots=True)
class Viewing:
    """``scratch`` is where originals of a remote store stay while they are decoded; the system's own when None."""

    objects: ObjectStore
    pictures: PictureReader
    thumbnails: ByteCache | None
    scratch: Path | None

    def thumbnail(self, record: ImageRecord, side: int, cancel: CancelToken | None) -> Pixels:
        """At most ``side`` pixels on the long side. An image without a usable thumbnail is read from its original."""
        try:
            return self.pictures.pixels(self._thumbnail_bytes(record), side, cancel)
        except (NotFound, BadPicture, CorruptObject):
            return self.picture(record, side, no_progress, cancel)

    def picture(
        self, record: ImageRecord, max_side: int | None, progress: Progress, cancel: CancelToken | None, page: int = 0
    ) -> Pixels:
        with self._original(record, progress, cancel) as path:
            return self.pictures.pixels(path, max_side, cancel, page)

    def animation(self, record: ImageRecord, max_side: int, cancel: CancelToken | None) -> Animation:
        with self._original(record, no_progress, cancel) as path:
            return self.pictures.animation(path, max_side, cancel)

    def facts(self, record: ImageRecord, cancel: CancelToken | None) -> PictureFacts:
        with self._original(record, no_progress, cancel) as path:
            return self.pictures.facts(path, cancel)

    def _thumbnail_bytes(self, record: ImageRecord) -> bytes:
        if record.thumbnail_key is None or not owns_key(record.user_id, record.thumbnail_key):
            raise NotFound("The image has no thumbnail.")
        cached = self.thumbnails.get(record.thumbnail_key) if self.thumbnails is not None else None
        if cached is not None:
            return cached
        data = self.objects.read(record.thumbnail_key, MAX_THUMBNAIL_BYTES)
        if self.thumbnails is not None:
            self.thumbnails.put(record.thumbnail_key, data)
        return data

    def _scratch_folder(self) -> tempfile.TemporaryDirectory[str]:
        with writing_faults(self.scratch or Path(tempfile.gettempdir())):
            if self.scratch is not None:
                self.scratch.mkdir(parents=True, exist_ok=True)
            return tempfile.TemporaryDirectory(dir=self.scratch, prefix="view-", ignore_cleanup_errors=True)

    @contextlib.contextmanager
    def _original(self, record: ImageRecord, progress: Progress, cancel: CancelToken | None) -> Iterator[Path]:
        """The original as a file of this computer: itself, or a verified copy that is kept for a while."""
        local = self.objects.local_path(record.key)
        if local is not None:
            if not local.is_file():
                raise NotFound(f"The file of {plain(record.filename, 80)} is no longer in the library's folder.")
            yield local
            return
        with self._scratch_folder() as folder:
            path = Path(folder) / "original"
            digest = self.objects.download(record.key, path, progress, cancel)
            if record.sha256 is not None and digest != record.sha256:
                raise CorruptObject(f"{plain(record.filename, 80)} is not what was uploaded: its SHA-256 differs.")
            yield path
