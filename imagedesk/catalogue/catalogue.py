"""The catalogue: one SQLite file that every view reads; an embedded library's own truth, a cloud library's mirror.

A commit of the service (or a page of sync) arrives as a ``LibraryChange``; ``commits`` writes it in one transaction and
logs what each image was before and after; listeners are told; models then ask ``row_changes`` for what moved, and
``views`` answers them from one snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import AbstractContextManager
from pathlib import Path

from imagedesk.catalogue.change_log import ChangeLog
from imagedesk.catalogue.commits import Applied, Commits
from imagedesk.catalogue.database import Database
from imagedesk.catalogue.duplicates import find_by_sha256
from imagedesk.catalogue.facets import FacetCount, Facets, Totals
from imagedesk.catalogue.filters import Condition, store_condition
from imagedesk.catalogue.load_progress import (
    LastRead,
    LoadProgress,
    SegmentProgress,
    begin_load,
    read_last,
    read_load,
    write_last,
    write_segment,
)
from imagedesk.catalogue.row_changes import RowChanges
from imagedesk.catalogue.rows import COLUMNS, read_records, record_of, storable
from imagedesk.catalogue.schema import version_of
from imagedesk.catalogue.seen_rows import SeenRows
from imagedesk.catalogue.views import Views
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.changes import LibraryChange
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata
from imagedesk.core.query import LibraryQuery, Position, StoreFilter

__all__ = ["Applied", "Catalogue", "FacetCount", "Facets", "RowChanges", "Totals"]

_BATCH = 1000


class Catalogue:
    """Thread-safe. Calls block for milliseconds. Raises only errors of ``core.errors``.

    ``durable``: the file is the truth: every commit reaches the disk and a damaged file is refused. Otherwise it is a
    mirror: a damaged or foreign file is set aside and begun anew.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._database = Database(path, durable=durable)
        log = ChangeLog(self.version)
        self._commits = Commits(self._database, log)
        self._views = Views(self._database, log)

    def close(self) -> None:
        """Close the file. Idempotent; later calls raise StoreUnavailable."""
        self._database.close()

    # Changes

    def apply(self, change: LibraryChange) -> None:
        """Write a change: records are put in place of what is there, ids removed. Idempotent, one transaction."""
        self._commits.apply(change)

    def apply_read(self, change: LibraryChange, newer: Set[str] = frozenset()) -> Applied:
        """Write what was read from a store; the ids in ``newer`` are left alone (see :meth:`noting_commits`)."""
        return self._commits.apply_read(change, newer)

    def apply_loaded(self, records: Sequence[ImageRecord], newer: Set[str], progress: SegmentProgress) -> Applied:
        """Write a page of the first load, and how far its segment has come, in one transaction."""
        change = LibraryChange(added=tuple(records))
        return self._commits.apply_read(change, newer, lambda connection: write_segment(connection, progress))

    def noting_commits(self) -> AbstractContextManager[Set[str]]:
        """The ids that this process commits during the block, growing as it does: what a store was read to hold
        before is older than they are."""
        return self._commits.noting()

    def add_if_absent(self, record: ImageRecord) -> ImageRecord | None:
        """Add the record and return None; if its id is taken, change nothing and return the record that is there."""
        return self._commits.add_if_absent(record)

    def edit_if_unchanged(
        self, seen: ImageRecord, metadata: Metadata | None, updated_at: str, user_id: str
    ) -> ImageRecord:
        """Replace the metadata and return the record, in one transaction. Raises NotFound, NotOwner, EditConflict."""
        return self._commits.edit_if_unchanged(seen, metadata, updated_at, user_id)

    def remove_if_owned(self, image_id: str, user_id: str) -> ImageRecord:
        """Remove and return the record, in one transaction. Raises NotFound, NotOwner."""
        return self._commits.remove_if_owned(image_id, user_id)

    def refresh_external(self) -> bool:
        """Whether another process has changed the library since the last look; if so, listeners are told."""
        return self._commits.refresh_external()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after every commit that changed something, from the thread that wrote it."""
        self._commits.subscribe(listener)

    @property
    def version(self) -> int:
        """Grows with every transaction that changed an image, in any process."""
        with self._database.reading() as connection:
            return version_of(connection)

    def abandoned_by(self, cancel: CancelToken) -> AbstractContextManager[None]:
        """What this thread reads in the block is given up, by Cancelled, once ``cancel`` is set: the search for "ha"
        when somebody has typed "har"."""
        return self._database.abandoned_by(cancel)

    # What sync keeps here

    def begin_load(self, began: str, segments: int) -> None:
        """A first load of so many segments begins, at a moment as ``timestamp`` writes it."""
        with self._database.writing() as connection:
            begin_load(connection, began, segments)

    def unfinished_load(self) -> LoadProgress | None:
        with self._database.reading() as connection:
            return read_load(connection)

    def last_read(self) -> LastRead | None:
        """When everything in the store was last read to its end; None before the first load is over."""
        with self._database.reading() as connection:
            return read_last(connection)

    def note_read(self, last: LastRead) -> None:
        """Everything was read: a load that was under way is over."""
        with self._database.writing() as connection:
            write_last(connection, last)

    def seen_rows(self) -> SeenRows:
        """The images that are here now, none of them seen yet: for a comparison."""
        return SeenRows(self._database)

    # Reading by id

    def get(self, image_id: str) -> ImageRecord | None:
        return self.get_many([image_id]).get(storable(image_id))

    def get_many(self, ids: Sequence[str]) -> dict[str, ImageRecord]:
        """The records that are there, by id; for any number of ids."""
        with self._database.reading() as connection:
            return read_records(connection, ids)

    def find_by_sha256(self, sha256: str) -> ImageRecord | None:
        """The oldest image that holds these bytes, whoever uploaded it."""
        return find_by_sha256(self._database, sha256)

    # Reading as a view does

    def snapshot(self) -> AbstractContextManager[None]:
        """What this thread reads in the block is of one version, whatever is committed meanwhile: row numbers of one
        call mean the same images in the next."""
        return self._database.snapshot()

    def totals(self, query: LibraryQuery) -> Totals:
        return self._views.totals(query)

    def images_of(self, user_id: str) -> int:
        return self.totals(LibraryQuery(user_ids=frozenset([user_id]))).images

    def facets(self, query: LibraryQuery) -> Facets:
        """Each facet counted under the other filters and the text, but not its own."""
        return self._views.facets(query)

    def rows(self, query: LibraryQuery, offset: int, limit: int) -> list[ImageRecord]:
        """The records of the rows from ``offset`` on, at most ``limit``."""
        return self._views.rows(query, offset, limit)

    def ids(self, query: LibraryQuery, offset: int, limit: int) -> list[str]:
        """The ids of the rows from ``offset`` on, at most ``limit``."""
        return self._views.ids(query, offset, limit)

    def position(self, query: LibraryQuery, image_id: str) -> int | None:
        """The row number of the image, None where the query does not show it."""
        return self.positions(query, [image_id]).get(storable(image_id))

    def positions(self, query: LibraryQuery, image_ids: Sequence[str]) -> dict[str, int]:
        """The row numbers of those images that the query shows."""
        return self._views.positions(query, image_ids)

    def row_changes(self, query: LibraryQuery, since: int) -> RowChanges:
        """What moved in the rows of ``query`` since a version. ``since=-1`` always gives a reset: the way to begin,
        with a version and a total of the same snapshot."""
        return self._views.row_changes(query, since)

    # Reading as a store does

    def page(self, store_filter: StoreFilter, limit: int, after: Position | None) -> list[ImageRecord]:
        """The newest records behind ``after``, at most ``limit``, by (created_at, image_id) descending."""
        condition = store_condition(store_filter)
        if after is not None:
            key = (storable(after.created_at), storable(after.image_id))
            condition = condition.and_(Condition("(created_at, image_id) < (?, ?)", key))
        with self._database.reading() as connection:
            found = connection.execute(
                f"SELECT {COLUMNS} FROM images WHERE {condition.sql} ORDER BY created_at DESC, image_id DESC LIMIT ?",
                (*condition.parameters, limit),
            )
            return [record_of(row) for row in found]

    def since(self, created_at: str) -> Iterator[ImageRecord]:
        """Records whose ``created_at`` is at or after the given text, newest first; no snapshot is held between."""
        after: Position | None = None
        while page := self.page(StoreFilter(), _BATCH, after):
            for record in page:
                if record.created_at < created_at:
                    return
                yield record
            after = Position(page[-1].created_at, page[-1].image_id)

    def all_ids(self) -> Iterator[str]:
        """Every id, ascending; no snapshot is held between the batches."""
        after = ""
        while True:
            with self._database.reading() as connection:
                found = connection.execute(
                    "SELECT image_id FROM images WHERE image_id > ? ORDER BY image_id LIMIT ?", (after, _BATCH)
                ).fetchall()
            if not found:
                return
            yield from (image_id for (image_id,) in found)
            after = found[-1][0]
