"""Records for tests, made from a number: distinct, in order of time, every field set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from imagedesk.core.image_record import ImageRecord, timestamp
from imagedesk.core.metadata import Metadata

_START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def sample_record(
    number: int,
    user_id: str = "ann",
    content_type: str = "image/jpeg",
    filename: str | None = None,
    *,
    size: int = 1000,
    created_at: str | None = None,
    metadata: Metadata | None = None,
) -> ImageRecord:
    """Number n was made n seconds after noon."""
    part = f"01HSAMPLE{number:017d}"
    name = filename if filename is not None else f"IMG_{number:04d}.jpg"
    return ImageRecord(
        image_id=f"{user_id}!{part}",
        user_id=user_id,
        filename=name,
        key=f"images/{user_id}/{part}/picture.jpg",
        content_type=content_type,
        size=size,
        created_at=created_at or timestamp(_START + timedelta(seconds=number)),
        metadata=metadata,
        sha256=f"{number:064x}",
        width=400,
        height=300,
        thumbnail_key=f"thumbnails/{user_id}/{part}.webp",
        placeholder=f"#{number % 0x1000000:06x}",
        removed=("location", "camera"),
        source_sha256=f"{number + 0xF00000:064x}",
    )
