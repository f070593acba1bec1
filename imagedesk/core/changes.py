"""What an operation changed. Views refresh from this alone; no widget edits another."""

from __future__ import annotations

from dataclasses import dataclass

from imagedesk.core.image_record import ImageRecord


@dataclass(frozen=True, slots=True)
class LibraryChange:
    """Applied to the catalogue. ``removed`` holds image ids; an id that is not there is no error."""

    added: tuple[ImageRecord, ...] = ()
    updated: tuple[ImageRecord, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.removed)
