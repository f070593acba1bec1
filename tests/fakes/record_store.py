"""A table in memory: the reference for what the contract says of listings and ownership."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from zlib import crc32

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists, EditConflict, NotFound, NotOwner
from imagedesk.core.image_record import ImageRecord, is_version
from imagedesk.core.metadata import Metadata
from imagedesk.core.ports import Noting, no_note
from imagedesk.core.query import WHOLE, Position, RecordPage, ScanPage, Segment, StoreFilter
from tests.fakes.fault_plan import FaultPlan

SCAN_PAGE = 100


class FakeRecordStore:
    """``items`` is what is stored, by id; ``faults`` takes orders for the methods of one item and for ``page``."""

    def __init__(self) -> None:
        self.items: dict[str, ImageRecord] = {}
        self.faults = FaultPlan()
        self._lock = threading.Lock()

    def add(self, record: ImageRecord) -> None:
        self.faults.check("add")
        with self._lock:
            there = self.items.get(record.image_id)
            if there is None:
                self.items[record.image_id] = record
            elif (there.key, there.sha256) != (record.key, record.sha256):
                raise AlreadyExists("Another image has this id.")
        self.faults.check("add", after=True)

    def get(self, image_id: str) -> ImageRecord:
        self.faults.check("get")
        with self._lock:
            if image_id not in self.items:
                raise NotFound("There is no such image.")
            return self.items[image_id]

    def get_many(self, image_ids: Sequence[str]) -> dict[str, ImageRecord]:
        with self._lock:
            return {image_id: self.items[image_id] for image_id in image_ids if image_id in self.items}

    def edit(self, seen: ImageRecord, metadata: Metadata | None, updated_at: str, user_id: str) -> ImageRecord:
        self.faults.check("edit")
        with self._lock:
            there = self.items.get(seen.image_id)
            if there is None:
                raise NotFound("There is no such image.")
            if there.user_id != user_id:
                raise NotOwner("Only the owner can change an image.")
            edited = replace(there, metadata=metadata, updated_at=updated_at)
            if there != edited and not is_version(there, seen):
                raise EditConflict("The metadata was changed elsewhere meanwhile.")
            self.items[seen.image_id] = edited
        self.faults.check("edit", after=True)
        return edited

    def delete(self, image_id: str, user_id: str, noting: Noting = no_note) -> ImageRecord:
        self.faults.check("delete")
        noting(self.get(image_id))
        with self._lock:
            if image_id not in self.items:
                raise NotFound("There is no such image.")
            if self.items[image_id].user_id != user_id:
                raise NotOwner("Only the owner can delete an image.")
            deleted = self.items.pop(image_id)
        self.faults.check("delete", after=True)
        return deleted

    def page(self, store_filter: StoreFilter, limit: int, after: Position | None = None) -> RecordPage:
        self.faults.check("page")
        start = (after.created_at, after.image_id) if after else None
        matching = [
            record
            for record in self._newest_first()
            if store_filter.user_id in (None, record.user_id)
            and store_filter.content_type in (None, record.content_type)
            and (start is None or (record.created_at, record.image_id) < start)
        ]
        records = tuple(matching[:limit])
        more = len(matching) > limit
        return RecordPage(records, Position(records[-1].created_at, records[-1].image_id) if more else None)

    def added_since(self, created_at: str) -> Iterator[ImageRecord]:
        return iter([record for record in self._newest_first() if record.created_at >= created_at])

    def newest(self, count: int) -> list[ImageRecord]:
        return self._newest_first()[:count]

    def estimated_count(self) -> int | None:
        return len(self.items)

    def scan(
        self, cancel: CancelToken | None = None, segment: Segment = WHOLE, after: str | None = None
    ) -> Iterator[ScanPage]:
        """By id; a cursor is the last one."""
        while True:
            if cancel is not None:
                cancel.raise_if_cancelled()
            self.faults.check("scan")
            with self._lock:
                ids = sorted(i for i in self.items if crc32(i.encode()) % segment.of == segment.number)
                left = [self.items[i] for i in ids if after is None or i > after]
            page, more = left[:SCAN_PAGE], len(left) > SCAN_PAGE
            after = page[-1].image_id if more else None
            yield ScanPage(tuple(page), after)
            if after is None:
                return

    def _newest_first(self) -> list[ImageRecord]:
        with self._lock:
            return sorted(self.items.values(), key=lambda record: (record.created_at, record.image_id), reverse=True)
