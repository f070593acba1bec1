"""Notes of deletions in memory."""

from __future__ import annotations

from collections.abc import Iterator

from imagedesk.core.image_record import ImageRecord


class FakeDeletionNotes:
    def __init__(self) -> None:
        self.notes: dict[str, ImageRecord] = {}

    def note(self, record: ImageRecord) -> None:
        self.notes[record.image_id] = record

    def forget(self, image_id: str) -> None:
        self.notes.pop(image_id, None)

    def pending(self) -> Iterator[ImageRecord]:
        yield from list(self.notes.values())
