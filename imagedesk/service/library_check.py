"""The library check: compares table and bucket, tells what does not fit, and repairs what one asks it to.

Both listings fill an ``Inventory``; what has no counterpart there is looked at once more by ``Suspects``, since people
work on the library meanwhile, and becomes a ``Finding``. Only the caller's own things are repaired, and nothing younger
than seven days by the server's clock but thumbnails: it may be an upload still under way, here or on another computer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import (
    Cancelled,
    ImageDeskError,
    InvalidCredentials,
    LibraryNotSetUp,
    SessionExpired,
    StoreUnavailable,
)
from imagedesk.core.findings import REPAIRABLE, Finding, FindingKind, FindingState
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import (
    DeletionNotes,
    IdentitySource,
    ItemListing,
    ObjectListing,
    ObjectStore,
    PictureReader,
    Progress,
    RecordStore,
    no_progress,
)
from imagedesk.core.stored_item import StoredItem
from imagedesk.service.check_repairs import CheckRepairs
from imagedesk.service.check_suspects import Suspects
from imagedesk.service.deleting import Deleting
from imagedesk.service.inventory import BATCH, Inventory, temporary_inventory

PREFIXES = ("images/", "thumbnails/")
OLD_ENOUGH = timedelta(days=7)
# One of these ends the run: whatever came next would fail the same way, after a wait each.
_FATAL = (StoreUnavailable, LibraryNotSetUp, InvalidCredentials, SessionExpired, Cancelled)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CheckedStores:
    """Both sides of one library, as the operations and as the check see them."""

    objects: ObjectStore
    records: RecordStore
    listing: ObjectListing
    items: ItemListing


class LibraryCheck:
    """``scratch`` is where temporary files may lie; ``old_enough`` is for tests alone."""

    def __init__(
        self,
        stores: CheckedStores,
        pictures: PictureReader,
        identity: IdentitySource,
        *,
        deletions: DeletionNotes | None = None,
        scratch: Path | None = None,
        old_enough: timedelta = OLD_ENOUGH,
    ) -> None:
        self._stores = stores
        self._identity = identity
        self._deletions = deletions
        self._scratch = scratch
        self._old_enough = old_enough
        self._deleting = Deleting(stores.objects, stores.records, deletions)
        self._repairs = CheckRepairs(
            stores.objects, stores.records, stores.listing, stores.items, pictures, self._deleting, scratch
        )

    def run(
        self,
        repair: Collection[FindingKind] = (),
        cancel: CancelToken | None = None,
        progress: Progress = no_progress,
    ) -> Iterator[Finding]:
        """Findings as they are made, each after its repair if its kind is in ``repair``; a dry run without.
        ``progress`` is told how many objects and items were read. Raises an EnvironmentFault when a store is out of
        reach; what was repaired before stays so."""
        me = self._identity.identity().user_id
        if FindingKind.LEFTOVER in repair:
            self._deleting.finish_pending()
        now = self._stores.listing.server_time()
        with temporary_inventory(self._scratch) as inventory:
            yield from self._read(inventory, cancel, progress)
            suspects = Suspects(
                inventory, self._stores.listing, self._stores.records, self._repairs, me, self._deleted(), cancel
            )
            for finding, action in suspects.all():
                judged = self._judged(finding, me, now)
                yield _repaired(judged, action) if finding.kind in repair else judged

    def _deleted(self) -> frozenset[str]:
        if self._deletions is None:
            return frozenset()
        return frozenset(record.image_id for record in self._deletions.pending())

    def _read(self, inventory: Inventory, cancel: CancelToken | None, progress: Progress) -> Iterator[Finding]:
        """Objects first: an upload that ends meanwhile has its objects by the time its item is read."""
        done = 0
        for prefix in PREFIXES:
            for objects in _batches(self._stores.listing.objects(prefix, cancel)):
                inventory.add_objects(objects)
                progress(done := done + len(objects))
        for items in _batches(self._stores.items.items(cancel)):
            inventory.add_items(items)
            progress(done := done + len(items))
            yield from filter(None, map(_fault_of, items))

    def _judged(self, finding: Finding, me: str, now: datetime) -> Finding:
        if finding.kind not in REPAIRABLE:
            return replace(finding, state=FindingState.KEPT)
        if finding.user_id is None:
            return replace(finding, state=FindingState.KEPT, reason="nobody can be told to own it")
        if finding.user_id != me:
            reason = f"it is {plain(finding.user_id, 64)}'s: only they can repair it"
            return replace(finding, state=FindingState.KEPT, reason=reason)
        is_young = finding.since is None or finding.since > now - self._old_enough
        if is_young and finding.kind is not FindingKind.NO_THUMBNAIL:
            reason = "it is younger than seven days: its upload may still be under way"
            return replace(finding, state=FindingState.KEPT, reason=reason)
        return finding


def _repaired(finding: Finding, action: Callable[[], str | None]) -> Finding:
    if finding.state is not FindingState.FOUND:
        return finding
    try:
        told = action()
    except _FATAL:
        raise
    except ImageDeskError as error:
        return replace(finding, state=FindingState.FAILED, reason=error.message)
    return replace(finding, state=FindingState.REPAIRED, reason=told or "")


def _fault_of(item: StoredItem) -> Finding | None:
    """Told, never touched: whoever wrote it knows better what it was to be."""
    key = item.keys[0] if item.keys else None
    if item.forgery:
        kind, detail = FindingKind.FORGED, item.forgery
    elif item.record is None:
        kind, detail = FindingKind.MALFORMED, f"{plain(item.fault, 80)} is absent or of no use"
    else:
        return None
    return Finding(kind, detail, key, item.image_id, item.user_id, state=FindingState.KEPT)


def _batches(values: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(values)
    while batch := list(islice(iterator, BATCH)):
        yield batch
