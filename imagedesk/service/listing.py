"""List: one page of images, newest first, and the cursor of the next."""

from __future__ import annotations

from dataclasses import dataclass

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ports import RecordStore
from imagedesk.core.query import StoreFilter, checked_limit, decode_cursor, encode_cursor


@dataclass(frozen=True, slots=True)
class Listing:
    """``next_cursor`` is None at the end; ``skipped`` counts malformed items that were passed over."""

    records: tuple[ImageRecord, ...]
    next_cursor: str | None
    skipped: int = 0


def list_page(records: RecordStore, store_filter: StoreFilter, limit: int, cursor: str | None) -> Listing:
    """Raises InvalidLimit, InvalidCursor."""
    after = decode_cursor(cursor, store_filter) if cursor else None
    page = records.page(store_filter, checked_limit(limit), after)
    next_cursor = encode_cursor(page.next, store_filter) if page.next is not None else None
    return Listing(page.records, next_cursor, page.skipped)
