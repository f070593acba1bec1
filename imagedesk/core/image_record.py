"""The image record: one immutable value for what the table, the catalogue and the window know of an image."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from imagedesk.core.camera_data import dump_removed, read_removed
from imagedesk.core.errors import MalformedRecord
from imagedesk.core.metadata import Metadata, dump_metadata, read_metadata
from imagedesk.core.ownership import owner_in_id

_EPOCH = datetime.fromtimestamp(0, UTC)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """DESIGN's item. ``created_at`` and ``updated_at`` are ISO 8601 UTC text, kept as stored since stores sort by it;
    ``size`` is bytes, ``width`` and ``height`` pixels after orientation, ``sha256`` 64 hexadecimal digits,
    ``placeholder`` the mean colour as ``#rrggbb``, which stands for the picture until its pixels come. ``removed`` are
    the kinds of camera data that the upload took out (``core.camera_data``), and ``source_sha256`` is then the digest
    of the file as it was, by which the same file is known again."""

    image_id: str
    user_id: str
    filename: str
    key: str
    content_type: str
    size: int
    created_at: str
    metadata: Metadata | None = field(default=None, hash=False)
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    updated_at: str | None = None
    thumbnail_key: str | None = None
    placeholder: str | None = None
    removed: tuple[str, ...] = ()
    source_sha256: str | None = None

    @property
    def created(self) -> datetime:
        """The moment of upload, aware; the epoch where the text is no date."""
        return parse_timestamp(self.created_at)


def is_version(record: ImageRecord, seen: ImageRecord) -> bool:
    """Whether what a person can edit of ``record`` is still as it was seen."""
    return (record.metadata, record.updated_at) == (seen.metadata, seen.updated_at)


def timestamp(moment: datetime) -> str:
    """The stored form: microseconds and Z, of constant width, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_timestamp(text: str) -> datetime:
    """Aware; the epoch for text that is no date, or one so far away that no time zone's calendar holds it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _EPOCH
    if not 1 < moment.year < 9999:  # it would overflow when it is shown in local time
        return _EPOCH
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def record_to_fields(record: ImageRecord) -> dict[str, str | int]:
    """The attributes of DESIGN section 2, without those that are absent."""
    fields: dict[str, str | int | None] = {
        "image_id": record.image_id,
        "user_id": record.user_id,
        "filename": record.filename,
        "s3_key": record.key,
        "content_type": record.content_type,
        "size": record.size,
        "metadata": dump_metadata(record.metadata) if record.metadata is not None else None,
        "created_at": record.created_at,
        "sha256": record.sha256,
        "width": record.width,
        "height": record.height,
        "updated_at": record.updated_at,
        "thumbnail_key": record.thumbnail_key,
        "placeholder": record.placeholder,
        "removed": dump_removed(record.removed),
        "source_sha256": record.source_sha256,
    }
    return {name: value for name, value in fields.items() if value is not None}


def record_from_fields(fields: Mapping[str, object]) -> ImageRecord:
    """Read an item that any client wrote. Numbers may be text, extras absent, unknown attributes are left alone.

    Raises MalformedRecord when a required attribute is absent or of no use, or when the owner that the id names is
    not the ``user_id`` (a forged item).
    """
    image_id, user_id = _text(fields, "image_id"), _text(fields, "user_id")
    if (owner := owner_in_id(image_id)) is not None and owner != user_id:
        raise MalformedRecord(f"the id names the owner {owner!r}, the item {user_id!r}")
    size = _whole_number(fields.get("size"))
    if size is None:
        raise MalformedRecord("size")
    return ImageRecord(
        image_id=image_id,
        user_id=user_id,
        filename=_text(fields, "filename"),
        key=_text(fields, "s3_key"),
        content_type=_text(fields, "content_type"),
        size=size,
        created_at=_text(fields, "created_at"),
        metadata=read_metadata(fields.get("metadata")),
        sha256=_digest(fields.get("sha256")),
        width=_whole_number(fields.get("width")),
        height=_whole_number(fields.get("height")),
        updated_at=_optional_text(fields.get("updated_at")),
        thumbnail_key=_optional_text(fields.get("thumbnail_key")),
        placeholder=_colour(fields.get("placeholder")),
        removed=read_removed(fields.get("removed")),
        source_sha256=_digest(fields.get("source_sha256")),
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedRecord(name)
    return value


def _optional_text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _digest(value: object) -> str | None:
    """What is no SHA-256 in hexadecimal (another client's Base64, say) is absent: nothing could be verified with it."""
    if not isinstance(value, str) or _SHA256.fullmatch(value):
        return value if isinstance(value, str) else None
    text = value.strip().lower()
    return text if _SHA256.fullmatch(text) else None


def _colour(value: object) -> str | None:
    """Painted as it is, so nothing but a colour is one."""
    return value if isinstance(value, str) and _COLOUR.fullmatch(value) else None


def _whole_number(value: object) -> int | None:
    if type(value) is int:
        return value if 0 <= value < 2**63 else None
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        return None
    try:
        number = float(value)
        return int(value) if math.isfinite(number) and 0 <= number < 2**63 else None
    except (ValueError, OverflowError):
        return None
