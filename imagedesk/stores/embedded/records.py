"""The metadata items of an embedded library: its catalogue, which is the truth there, as a ``RecordStore``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from zlib import crc32

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists, DiskFull, NotFound
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import Noting, no_note
from imagedesk.core.query import (
    MAX_LIMIT,
    WHOLE,
    LibraryQuery,
    Position,
    RecordPage,
    ScanPage,
    Segment,
    StoreFilter,
    checked_limit,
)
from imagedesk.stores.embedded.reserve import Reserve


class CatalogueRecords:
    """A ``RecordStore`` over a durable catalogue, which somebody else closes. ``reserve`` makes deletions possible on a
    full disk."""

    def __init__(self, catalogue: Catalogue, reserve: Reserve | None = None) -> None:
        self._catalogue = catalogue
        self._reserve = reserve

    def add(self, record: ImageRecord) -> None:
        present = self._catalogue.add_if_absent(record)
        if present is not None and (present.key, present.sha256) != (record.key, record.sha256):
            raise AlreadyExists(f"Another image already has the id {plain(record.image_id)}.")

    def get(self, image_id: str) -> ImageRecord:
        record = self._catalogue.get(image_id)
        if record is None:
            raise NotFound(f"There is no image {plain(image_id)}: it may have been deleted.")
        return record

    def get_many(self, image_ids: Sequence[str]) -> dict[str, ImageRecord]:
        return self._catalogue.get_many(image_ids)

    def edit(self, seen: ImageRecord, metadata: Metadata | None, updated_at: str, user_id: str) -> ImageRecord:
        return self._catalogue.edit_if_unchanged(seen, metadata, updated_at, user_id)

    def delete(self, image_id: str, user_id: str, noting: Noting = no_note) -> ImageRecord:
        if self._reserve is not None:
            self._reserve.keep()  # the deletion before this one may have needed it, and has made room
        try:
            return self._delete(image_id, user_id, noting)
        except DiskFull:
            if self._reserve is None or not self._reserve.free():
                raise
            return self._delete(image_id, user_id, noting)

    def _delete(self, image_id: str, user_id: str, noting: Noting) -> ImageRecord:
        noting(self.get(image_id))
        return self._catalogue.remove_if_owned(image_id, user_id)

    def page(self, store_filter: StoreFilter, limit: int, after: Position | None = None) -> RecordPage:
        found = self._catalogue.page(
            store_filter, checked_limit(limit) + 1, after
        )  # one more tells whether the end is reached
        records = tuple(found[:limit])
        more = len(found) > limit
        return RecordPage(records, Position(records[-1].created_at, records[-1].image_id) if more else None)

    def added_since(self, created_at: str) -> Iterator[ImageRecord]:
        return self._catalogue.since(created_at)

    def newest(self, count: int) -> list[ImageRecord]:
        return self._catalogue.page(StoreFilter(), count, None)

    def estimated_count(self) -> int | None:
        return self._catalogue.totals(LibraryQuery()).images

    def scan(
        self, cancel: CancelToken | None = None, segment: Segment = WHOLE, after: str | None = None
    ) -> Iterator[ScanPage]:
        """A cursor is the position of the last image."""
        while True:
            if cancel is not None:
                cancel.raise_if_cancelled()
            page = self.page(StoreFilter(), MAX_LIMIT, None if after is None else Position(*json.loads(after)))
            after = None if page.next is None else json.dumps([page.next.created_at, page.next.image_id])
            yield ScanPage(
                tuple(r for r in page.records if _segment_of(r.image_id, segment.of) == segment.number), after
            )
            if after is None:
                return


def _segment_of(image_id: str, segments: int) -> int:
    return crc32(image_id.encode("utf-8", "surrogatepass")) % segments
