"""The rest of a large object by ranges, several at once, given in order: one connection alone seldom fills the line.

Each range is asked for under the condition that the object is still the same one, and continued where it breaks off.
What is ahead waits in memory, bounded for all downloads together, in buffers that are filled again and again: fresh
memory, which the system clears page by page, costs a quarter of such a download.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TypeAlias

from imagedesk.core.cancellation import CancelToken
from imagedesk.stores.aws.answer_memory import Landing
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.object_stream import ByteRange, Chunks, ObjectStream, RangesIgnored
from imagedesk.stores.aws.part_room import PART, PartRoom

RANGES_FROM = 8 * PART  # bytes of an object from which on its rest is worth several connections
PARALLEL = 4

_PIECE = 1024 * 1024  # bytes that are given at once
_Part: TypeAlias = tuple[bytearray, int]  # and how much of it is filled


class RangedRead:
    """One reading of ``rest``, which has a ``last`` byte. Each range takes a place of the limiter for itself."""

    def __init__(
        self, connection: AwsConnection, key: str, rest: ByteRange, cancel: CancelToken | None, room: PartRoom
    ) -> None:
        assert rest.last is not None
        self._connection = connection
        self._key = key
        self._cancel = cancel or CancelToken()
        self._room = room
        self._spare: list[bytearray] = []
        self._ranges = deque(
            ByteRange(first, min(first + PART - 1, rest.last), rest.etag)
            for first in range(rest.first, rest.last + 1, PART)
        )

    def chunks(self) -> Chunks:
        """In order, at most 1 MB each, good until the next is asked for. Raises RangesIgnored, and what ObjectStream
        does; then, and once closed early, the other requests are broken off."""
        ahead: deque[tuple[Future[_Part], bool]] = deque()
        with _stopping_with(self._cancel) as stop, ThreadPoolExecutor(PARALLEL, "ranges") as threads:
            try:
                while self._ranges or ahead:
                    while self._ranges and len(ahead) < PARALLEL:
                        has_place = self._room.take()
                        if ahead and not has_place:
                            break
                        ahead.append((threads.submit(self._read, self._ranges.popleft(), stop), has_place))
                    buffer, filled = ahead[0][0].result()
                    with memoryview(buffer) as view:
                        for first in range(0, filled, _PIECE):
                            yield view[first : min(filled, first + _PIECE)]
                    self._spare.append(buffer)
                    self._let_go(ahead.popleft())
            finally:
                stop.cancel()
                for waiting in ahead:
                    self._let_go(waiting)

    def _let_go(self, part: tuple[Future[_Part], bool]) -> None:
        part[0].cancel()
        if part[1]:
            self._room.give_back()

    def _read(self, asked: ByteRange, stop: CancelToken) -> _Part:
        assert asked.last is not None
        wanted = asked.last + 1 - asked.first
        try:
            buffer = self._spare.pop()
        except IndexError:
            buffer = bytearray(PART)
        with self._connection.limiter("s3").slot(stop):
            landing = Landing(memoryview(buffer)[:wanted])
            stream = ObjectStream(self._connection, self._key, stop, asked)
            with closing(stream.chunks(landing)) as chunks:
                for chunk in chunks:
                    if len(chunk) > landing.left:
                        raise RangesIgnored
                    landing.keep(chunk)
        if landing.left:
            raise RangesIgnored
        return buffer, wanted


@contextmanager
def _stopping_with(cancel: CancelToken) -> Iterator[CancelToken]:
    """A token that is cancelled with ``cancel``, and may be cancelled alone."""
    stop = CancelToken()
    cancel.add_interrupt(stop.cancel)
    try:
        yield stop
    finally:
        cancel.remove_interrupt(stop.cancel)
