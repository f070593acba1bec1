"""View: pixels and facts of an image, from its thumbnail or its original, always through the guarded decoder."""

from __future__ import annotations

from dataclasses import dataclass

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import BadPicture, CorruptObject, NotFound
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ownership import owns_key
from imagedesk.core.pictures import Animation, PictureFacts, Pixels
from imagedesk.core.ports import ByteCache, ObjectStore, PictureReader, Progress, no_progress
from imagedesk.service.originals import Originals

MAX_THUMBNAIL_BYTES = 4_000_000  # a WebP of 512 pixels has some 30 KB; more is not our thumbnail


@dataclass(frozen=True, slots=True)
class Viewing:
    """Of one library. ``thumbnails`` keeps thumbnails of a remote store on this computer."""

    objects: ObjectStore
    pictures: PictureReader
    thumbnails: ByteCache | None
    originals: Originals

    def thumbnail(self, record: ImageRecord, side: int, cancel: CancelToken | None) -> Pixels:
        """At most ``side`` pixels on the long side. An image without a usable thumbnail is read from its original."""
        try:
            return self.pictures.pixels(self._thumbnail_bytes(record), side, cancel)
        except (NotFound, BadPicture, CorruptObject):
            return self.picture(record, side, no_progress, cancel)

    def picture(
        self, record: ImageRecord, max_side: int | None, progress: Progress, cancel: CancelToken | None, page: int = 0
    ) -> Pixels:
        with self.originals.file(record, progress, cancel) as path:
            return self.pictures.pixels(path, max_side, cancel, page)

    def animation(self, record: ImageRecord, max_side: int, cancel: CancelToken | None) -> Animation:
        with self.originals.file(record, no_progress, cancel) as path:
            return self.pictures.animation(path, max_side, cancel)

    def facts(self, record: ImageRecord, cancel: CancelToken | None) -> PictureFacts:
        with self.originals.file(record, no_progress, cancel) as path:
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
