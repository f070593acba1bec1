"""The library check's side of the stores in memory; ``ages`` and ``clock`` are the test's to set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import NotFound
from imagedesk.core.ports import ObjectOrigin, StoredObject, UnfinishedUpload
from imagedesk.core.stored_item import StoredItem, item_of_fields, item_of_record
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.record_store import FakeRecordStore


class FakeObjectListing:
    """Over a fake object store. ``now`` is the server's clock: objects were put at ``put_at``, or at ``ages[key]``."""

    def __init__(self, store: FakeObjectStore) -> None:
        self._store = store
        self.now = datetime.now(UTC)
        self.put_at = self.now
        self.ages: dict[str, datetime] = {}
        self.uploads: dict[str, UnfinishedUpload] = {}

    def server_time(self) -> datetime:
        return self.now

    def later(self, days: float) -> None:
        self.now += timedelta(days=days)

    def objects(self, prefix: str, cancel: CancelToken | None = None) -> Iterator[StoredObject]:
        for key, data in list(self._store.contents.items()):
            if cancel is not None:
                cancel.raise_if_cancelled()
            if key.startswith(prefix):
                yield StoredObject(key, len(data), self.ages.get(key, self.put_at))

    def origin(self, key: str) -> ObjectOrigin | None:
        if key not in self._store.contents:
            raise NotFound("There is no such object.")
        told = self._store.descriptions.get(key)
        return told and ObjectOrigin(told.user_id, told.image_id, told.filename, told.sha256, told.metadata)

    def unfinished(self) -> Iterator[UnfinishedUpload]:
        yield from list(self.uploads.values())

    def abort(self, upload: UnfinishedUpload) -> None:
        self.uploads.pop(upload.upload_id, None)


class FakeItemListing:
    """Over a fake record store. ``raw`` holds items that no listing shows."""

    def __init__(self, store: FakeRecordStore) -> None:
        self._store = store
        self.raw: list[Mapping[str, object]] = []

    def items(self, cancel: CancelToken | None = None) -> Iterator[StoredItem]:
        yield from map(item_of_record, list(self._store.items.values()))
        yield from map(item_of_fields, self.raw)

    def name_thumbnail(self, image_id: str, user_id: str, key: str) -> None:
        record = self._store.items.get(image_id)
        if record is None or record.user_id != user_id or record.thumbnail_key not in {None, key}:
            raise NotFound("There is no such image.")
        self._store.items[image_id] = replace(record, thumbnail_key=key)
