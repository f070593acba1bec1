"""Record stores filled and listed, for the suites of the record store."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ports import RecordStore
from imagedesk.core.query import Position, StoreFilter

ANYTHING = StoreFilter()


def add_all(records: RecordStore, new: Iterable[ImageRecord]) -> list[ImageRecord]:
    added = list(new)
    for record in added:
        records.add(record)
    return added


def newest_first(records: Iterable[ImageRecord]) -> list[ImageRecord]:
    return sorted(records, key=lambda record: (record.created_at, record.image_id), reverse=True)


def paged(
    records: RecordStore,
    limit: int,
    store_filter: StoreFilter = ANYTHING,
    between: Callable[[int], None] = lambda _page: None,
) -> list[list[ImageRecord]]:
    """All pages; ``between`` runs after each, with its number, and each but the last must be full."""
    pages: list[list[ImageRecord]] = []
    after: Position | None = None
    while True:
        page = records.page(store_filter, limit, after)
        pages.append(list(page.records))
        if page.next is None:
            return pages
        assert len(page.records) == limit
        after = page.next
        between(len(pages))


def flat(pages: list[list[ImageRecord]]) -> list[ImageRecord]:
    return [record for page in pages for record in page]
