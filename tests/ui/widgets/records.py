"""Images as a store tells of them, for widgets that show records."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QColor, QPixmap

from imagedesk.core.image_record import ImageRecord


def image(number: int = 1, user_id: str = "alice", filename: str | None = None, **more: Any) -> ImageRecord:
    """A JPEG of 4000 × 3000; ``more`` are further attributes."""
    image_id = f"{user_id}!{number}"
    name = filename if filename is not None else f"photo-{number}.jpg"
    facts: dict[str, Any] = {"content_type": "image/jpeg", "size": 2_500_000, "width": 4000, "height": 3000, **more}
    return ImageRecord(
        image_id, user_id, name, f"images/{user_id}/{number}/a.jpg", created_at="2026-05-01T12:00:00Z", **facts
    )


def pixmap(width: int = 100, height: int = 75, color: str = "teal") -> QPixmap:
    made = QPixmap(width, height)
    made.fill(QColor(color))
    return made
