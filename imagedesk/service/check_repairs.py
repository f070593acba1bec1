"""The repairs of the library check. Whose it is and how old it must be was decided before; each looks once more at what
it is about to change, for others work on the library meanwhile."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import CorruptObject, EmptyFile, NotAnImage, NotFound
from imagedesk.core.image_record import ImageRecord, timestamp
from imagedesk.core.metadata import Metadata
from imagedesk.core.ownership import ids_of_key, thumbnail_key
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import (
    ItemListing,
    ObjectListing,
    ObjectOrigin,
    ObjectStore,
    PictureReader,
    RecordStore,
    StoredObject,
)
from imagedesk.service.deleting import Deleting
from imagedesk.service.thumbnails import put_thumbnail
from imagedesk.service.uploading import content_hash


@dataclass(frozen=True, slots=True)
class CheckRepairs:
    """Raise errors of ``core.errors``; ``scratch`` is where originals lie while they are read."""

    objects: ObjectStore
    records: RecordStore
    listing: ObjectListing
    items: ItemListing
    pictures: PictureReader
    deleting: Deleting
    scratch: Path | None

    def finish(
        self,
        found: StoredObject,
        origin: ObjectOrigin,
        twin_of: Callable[[str, str], str | None],
        cancel: CancelToken | None,
    ) -> ImageRecord | None:
        """Make an orphan the image that it was to become: verified, measured, with a thumbnail; its item is the
        commit, as in an upload. None where it is no picture, or one that is listed already: it is removed then."""
        with self._original(found.key, origin.sha256, cancel) as (path, digest):
            if twin_of(origin.user_id, digest) is not None:
                self.remove(found.key)
                return None
            try:
                picture = self.pictures.prepare(path, cancel)
            except (NotAnImage, EmptyFile):
                self.remove(found.key)
                return None
        small_key = thumbnail_key(origin.image_id, origin.user_id)
        record = ImageRecord(
            image_id=origin.image_id,
            user_id=origin.user_id,
            filename=origin.filename,
            key=found.key,
            content_type=picture.facts.content_type,
            size=found.size,
            created_at=timestamp(found.modified),
            metadata=self._metadata_beside(small_key, origin.image_id),
            sha256=digest,
            width=picture.facts.width,
            height=picture.facts.height,
            thumbnail_key=small_key,
            placeholder=picture.placeholder,
        )
        put_thumbnail(self.objects, record, small_key, picture.thumbnail, cancel)
        self.records.add(record)
        return record

    def _metadata_beside(self, small_key: str, image_id: str) -> Metadata | None:
        """What the upload's thumbnail tells, if it came so far."""
        try:
            beside = self.listing.origin(small_key)
        except NotFound:
            return None
        return beside.metadata if beside is not None and beside.image_id == image_id else None

    def remove(self, key: str) -> None:
        """Remove an object unless an item names it by now."""
        if not names_key(self.records.get_many(ids_of_key(key)), key):
            self.objects.delete(key)

    def remove_item(self, record: ImageRecord) -> None:
        """Remove an item whose original is gone, unless it is there after all."""
        with contextlib.suppress(NotFound):
            self.listing.origin(record.key)
            return
        self.deleting.run(record.image_id, record.user_id)

    def remake_thumbnail(self, record: ImageRecord, cancel: CancelToken | None) -> None:
        with self._original(record.key, record.sha256, cancel) as (path, _digest):
            thumbnail = self.pictures.prepare(path, cancel).thumbnail
        key = record.thumbnail_key or thumbnail_key(record.image_id, record.user_id)
        put_thumbnail(self.objects, record, key, thumbnail, cancel)
        if record.thumbnail_key is None:
            self.items.name_thumbnail(record.image_id, record.user_id, key)

    @contextlib.contextmanager
    def _original(self, key: str, sha256: str | None, cancel: CancelToken | None) -> Iterator[tuple[Path, str]]:
        """The file and its digest, which must be ``sha256`` where that is known."""
        with contextlib.ExitStack() as stack:
            path = self.objects.local_path(key)
            if path is None:
                folder = stack.enter_context(tempfile.TemporaryDirectory(dir=self.scratch, prefix="check-"))
                path = Path(folder) / "original"
                digest = self.objects.download(key, path, cancel=cancel)
            else:
                digest = content_hash(path, cancel)
            if sha256 is not None and digest != sha256:
                raise CorruptObject(f"{plain(key)} is not what was uploaded: its SHA-256 differs.")
            yield path, digest


def names_key(records: dict[str, ImageRecord], key: str) -> bool:
    return any(key in {record.key, record.thumbnail_key} for record in records.values())
