"""What has no counterpart in the inventory, looked at once more: each a finding and the repair that it would get."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AccessDenied, NotFound
from imagedesk.core.findings import Finding, FindingKind
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.media_types import ACCEPTED
from imagedesk.core.ownership import ids_of_key, owner_in_id, owner_of_key, thumbnail_key, unique_part
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import ObjectListing, ObjectOrigin, RecordStore, StoredObject
from imagedesk.service.check_repairs import CheckRepairs, names_key
from imagedesk.service.inventory import Inventory

Suspect: TypeAlias = tuple[Finding, Callable[[], str | None]]
"""The repair may tell what it did, where that is not what its kind says."""

_ACCEPTED = frozenset(media_type.mime for media_type in ACCEPTED)


@dataclass(frozen=True, slots=True)
class Suspects:
    """Of one run. ``deleted`` are the ids whose deletion was begun on this computer."""

    inventory: Inventory
    listing: ObjectListing
    records: RecordStore
    repairs: CheckRepairs
    me: str
    deleted: Collection[str]
    cancel: CancelToken | None

    def all(self) -> Iterator[Suspect]:
        yield from self._orphans()
        yield from self._without_original()
        yield from self._without_thumbnail()
        yield from self._unfinished()

    def _orphans(self) -> Iterator[Suspect]:
        """Originals come before thumbnails, as their keys do."""
        for batch in self.inventory.orphans():
            ids = [image_id for found in batch for image_id in ids_of_key(found.key)]
            records = self.records.get_many(ids)
            for found in batch:
                self._check_cancelled()
                here = {i: records[i] for i in ids_of_key(found.key) if i in records}
                if not names_key(here, found.key) and (suspect := self._orphan(found, here)) is not None:
                    yield suspect

    def _orphan(self, found: StoredObject, here: dict[str, ImageRecord]) -> Suspect | None:
        if self.inventory.is_named(found.key):  # the thumbnail of an original that can be finished
            return None
        owner = owner_of_key(found.key)
        if owner != self.me:  # told, not judged: that would cost a call each
            kind = FindingKind.UNLISTED if found.key.startswith("images/") else FindingKind.LEFTOVER
            return _of_object(kind, "no item names it", found), _nothing
        try:
            origin = self.listing.origin(found.key)
        except NotFound:
            return None
        fault = self._unfinishable(found, origin, here)
        if fault or origin is None:
            return _of_object(FindingKind.LEFTOVER, fault, found), partial(self.repairs.remove, found.key)
        self.inventory.name(thumbnail_key(origin.image_id, origin.user_id))
        finding = _of_object(FindingKind.UNLISTED, "no item names it", found, origin.image_id)
        return finding, partial(self._finish, found, origin)

    def _finish(self, found: StoredObject, origin: ObjectOrigin) -> str | None:
        record = self.repairs.finish(found, origin, self._twin, self.cancel)
        if record is not None:
            self.inventory.add_finished(record)
            return None
        self.repairs.remove(thumbnail_key(origin.image_id, origin.user_id))
        return "removed: it is no picture, or one that the library has already"

    def _unfinishable(self, found: StoredObject, origin: ObjectOrigin | None, here: dict[str, ImageRecord]) -> str:
        """Why it cannot become an image; empty if it can."""
        if not found.key.startswith("images/"):
            return "a thumbnail of no image"
        if origin is None:
            return "it does not tell what it is"
        place = f"images/{self.me}/{unique_part(origin.image_id)}/"
        if {origin.user_id, owner_in_id(origin.image_id)} != {self.me} or not found.key.startswith(place):
            return "what it tells of itself does not fit its place"
        if origin.image_id in self.deleted:
            return "its image was deleted"
        if origin.image_id in here:
            return f"the image {plain(origin.image_id, 100)} has another original"
        if origin.sha256 is not None and (twin := self._twin(origin.user_id, origin.sha256)):
            return f"the same picture is there as {plain(twin, 100)}"
        return ""

    def _twin(self, user_id: str, sha256: str) -> str | None:
        """The id of an image with the same bytes, certainly there now."""
        twin = self.inventory.twin_of(user_id, sha256)
        return twin if twin is not None and twin in self.records.get_many([twin]) else None

    def _without_original(self) -> Iterator[Suspect]:
        for record in self._current(self.inventory.without_original()):
            if self._is_gone(record.key):
                finding = _of_record(FindingKind.NO_ORIGINAL, "its original is gone", record)
                yield finding, partial(self.repairs.remove_item, record)

    def _without_thumbnail(self) -> Iterator[Suspect]:
        for record in self._current(self.inventory.without_thumbnail()):
            if record.thumbnail_key is None and record.content_type not in _ACCEPTED:
                continue
            if record.thumbnail_key is None or self._is_gone(record.thumbnail_key):
                finding = _of_record(FindingKind.NO_THUMBNAIL, "it has no thumbnail", record)
                yield finding, partial(self.repairs.remake_thumbnail, record, self.cancel)

    def _current(self, batches: Iterator[list[str]]) -> Iterator[ImageRecord]:
        """The records as they are now; those deleted meanwhile are no finding."""
        for ids in batches:
            records = self.records.get_many(ids)
            for image_id in ids:
                self._check_cancelled()
                if image_id in records:
                    yield records[image_id]

    def _unfinished(self) -> Iterator[Suspect]:
        try:
            for upload in self.listing.unfinished():
                self._check_cancelled()
                owner = self.me if upload.shared else owner_of_key(upload.key)
                finding = Finding(
                    FindingKind.UNFINISHED, "an upload that did not end", upload.key, None, owner, None, upload.begun
                )
                yield finding, partial(self.listing.abort, upload)
        except AccessDenied as error:
            finding = Finding(FindingKind.NOT_CHECKED, "unfinished uploads cannot be listed", reason=error.message)
            yield finding, _nothing

    def _is_gone(self, key: str) -> bool:
        try:
            self.listing.origin(key)
        except NotFound:
            return True
        return False

    def _check_cancelled(self) -> None:
        if self.cancel is not None:
            self.cancel.raise_if_cancelled()


def _of_object(kind: FindingKind, detail: str, found: StoredObject, image_id: str | None = None) -> Finding:
    return Finding(kind, detail, found.key, image_id, owner_of_key(found.key), found.size, found.modified)


def _of_record(kind: FindingKind, detail: str, record: ImageRecord) -> Finding:
    return Finding(kind, detail, record.key, record.image_id, record.user_id, record.size, record.created)


def _nothing() -> None:
    """There is no repair."""
