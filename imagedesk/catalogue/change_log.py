"""What this process changed lately, by version: enough to say how rows moved without reading the library again."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from imagedesk.core.image_record import ImageRecord

_MAX_ENTRIES = 5_000


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """One image before and after one version; None where it was not there. ``row_before`` is its row in the table
    before."""

    version: int
    before: ImageRecord | None
    after: ImageRecord | None
    row_before: int | None = None

    @property
    def image_id(self) -> str:
        record = self.before or self.after
        assert record is not None
        return record.image_id


class ImageChange(NamedTuple):
    """One image before and after some versions."""

    before: ImageRecord | None
    after: ImageRecord | None
    row_before: int | None


class ChangeLog:
    """Complete from ``_base`` (exclusive) to ``_last``; a version that somebody else made empties it."""

    def __init__(self, version: int) -> None:
        self._lock = threading.Lock()
        self._base = self._last = version
        self._entries: deque[LoggedChange] = deque()

    @property
    def last(self) -> int:
        with self._lock:
            return self._last

    def append(self, version: int, changes: Sequence[LoggedChange]) -> None:
        """Called in the write transaction, so that no reader ever sees a version that the log has yet to learn."""
        with self._lock:
            if version != self._last + 1:  # another process wrote in between
                self._entries.clear()
                self._base = version - 1
            self._last = version
            self._entries.extend(changes)
            while len(self._entries) > _MAX_ENTRIES:
                self._forget_oldest_version()

    def restart(self, version: int) -> None:
        with self._lock:
            self._entries.clear()
            self._base = self._last = version

    def between(self, since: int, until: int, limit: int) -> list[ImageChange] | None:
        """Each image that was changed (since, until], once, though it be the same again; None if unknown or more than
        ``limit`` images."""
        with self._lock:
            if not self._base <= since <= until <= self._last:
                return None
            found: dict[str, ImageChange] = {}
            for entry in reversed(self._entries):
                if entry.version <= since:
                    break
                if entry.version <= until:
                    later = found.get(entry.image_id)
                    after = entry.after if later is None else later.after
                    found[entry.image_id] = ImageChange(entry.before, after, entry.row_before)
                    if len(found) > limit:
                        return None
        return list(found.values())

    def _forget_oldest_version(self) -> None:
        self._base = self._entries[0].version
        while self._entries and self._entries[0].version <= self._base:
            self._entries.popleft()
