"""What to list, and how a listing goes on: queries, limits, positions and the opaque cursor."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from imagedesk.core.errors import InvalidCursor, InvalidLimit
from imagedesk.core.image_record import ImageRecord

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000


class Order(StrEnum):
    """The orders of a view. Stores list newest first only."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class LibraryQuery:
    """What a view shows: OR within people and within types, AND across; empty means all."""

    user_ids: frozenset[str] = frozenset()
    content_types: frozenset[str] = frozenset()
    text: str = ""
    order: Order = Order.NEWEST

    @property
    def is_filtered(self) -> bool:
        return bool(self.user_ids or self.content_types or self.text.strip())


@dataclass(frozen=True, slots=True)
class StoreFilter:
    """What a store can list by: one person, one type, both or neither."""

    user_id: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """The last image of a page. The next page begins behind it, newest first by (created_at, image_id)."""

    created_at: str
    image_id: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Part of a listing. ``next`` is None at the end; ``skipped`` counts malformed items passed over on the way."""

    records: tuple[ImageRecord, ...]
    next: Position | None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Segment:
    """Part ``number``, from 0 on, of a store that is read in ``of`` parts at once. An image is always in the same."""

    number: int = 0
    of: int = 1


WHOLE = Segment()


@dataclass(frozen=True, slots=True)
class ScanPage:
    """Part of a segment. ``cursor`` is where the segment goes on, None at its end; ``skipped`` counts malformed items
    passed over on the way."""

    records: tuple[ImageRecord, ...]
    cursor: str | None
    skipped: int = 0


def checked_limit(limit: int) -> int:
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidLimit(f"The limit is {limit}: use a number from 1 to {MAX_LIMIT}.")
    return limit


def encode_cursor(position: Position, store_filter: StoreFilter) -> str:
    """Opaque text that continues exactly this listing, also after a restart and on another computer."""
    body = json.dumps([1, position.created_at, position.image_id, _digest(store_filter, position)])
    return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, store_filter: StoreFilter) -> Position:
    """Raises InvalidCursor when the text was changed or belongs to a listing with another filter."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        version, created_at, image_id, digest = json.loads(base64.b64decode(padded, b"-_", validate=True))
        position = Position(str(created_at), str(image_id))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise InvalidCursor("The cursor is damaged: pass next_cursor of the page before, unchanged.") from error
    if version != 1 or digest != _digest(store_filter, position):
        raise InvalidCursor(
            "The cursor was changed or belongs to another listing: use it unchanged, with the same --user and --type."
        )
    if encode_cursor(position, store_filter) != cursor:  # base64 has spare bits in which a change would go unseen
        raise InvalidCursor("The cursor is damaged: pass next_cursor of the page before, unchanged.")
    return position


def _digest(store_filter: StoreFilter, position: Position) -> str:
    parts = [store_filter.user_id, store_filter.content_type, position.created_at, position.image_id]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
