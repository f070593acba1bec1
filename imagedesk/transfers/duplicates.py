"""Whether a file is in the library already: its digest is looked up before anything is sent.

Digests are remembered by path, size and time of change, so that the same folder dropped again is not read again. Two
equal files of one drop wait for each other, so that the second finds the first.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain

FindBySha256 = Callable[[str], ImageRecord | None]
CODE = "duplicate"
_REMEMBERED = 50_000  # files


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The image that is there already, with the same bytes."""

    record: ImageRecord

    @property
    def reason(self) -> str:
        """A sentence for people."""
        record = self.record
        who, day = plain(record.user_id, 64), plain(record.created_at[:10])
        return f"Already here as “{plain(record.filename, 80)}” ({who}, {day})."


class Digests:
    """Thread-safe. ``digest`` reads a file; its answer is kept as long as the file looks the same."""

    def __init__(self, digest: Callable[[Path, CancelToken], str]) -> None:
        self._digest = digest
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[Path, int, int], str] = OrderedDict()

    def of(self, path: Path, size: int, modified_ns: int, cancel: CancelToken) -> str:
        """The SHA-256 in hexadecimal. Blocks on the disk; raises Cancelled, UnreadableFile."""
        key = (path, size, modified_ns)
        with self._lock:
            if (known := self._known.get(key)) is not None:
                self._known.move_to_end(key)
                return known
        found = self._digest(path, cancel)
        with self._lock:
            self._known[key] = found
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found


class UnderWay:
    """Thread-safe: the digests of what is uploaded now."""

    def __init__(self) -> None:
        self._ended = threading.Condition()
        self._digests: set[str] = set()

    @contextmanager
    def alone(self, sha256: str, cancel: CancelToken) -> Iterator[None]:
        """Wait until no other upload has these bytes, and keep others waiting meanwhile. Raises Cancelled."""
        cancel.add_interrupt(self._wake)
        try:
            with self._ended:
                while sha256 in self._digests:
                    cancel.raise_if_cancelled()
                    self._ended.wait()
                self._digests.add(sha256)
        finally:
            cancel.remove_interrupt(self._wake)
        try:
            yield
        finally:
            with self._ended:
                self._digests.discard(sha256)
                self._ended.notify_all()

    def _wake(self) -> None:
        with self._ended:
            self._ended.notify_all()
