"""The rest of a large object by ranges, several at once, given in order: one connection alone seldom fills the line.

Each range is asked for under the condition that the object is still the same one, and continued where it breaks off.
What is ahead waits in memory, bounded for all downloads together.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TypeAlias

from imagedesk.core.cancellation import CancelToken
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.object_stream import ByteRange, Chunks, ObjectStream, RangesIgnored
from imagedesk.stores.aws.part_room import PART, PartRoom
from imagedesk.stores.aws.wire import Bytes

RANGES_FROM = 8 * PART  # bytes of an object from which on its rest is worth several connections
PARALLEL = 4

_Part: TypeAlias = list[Bytes]


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
        self._ranges = deque(
            ByteRange(first, min(first + PART - 1, rest.last), rest.etag)
            for first in range(rest.first, rest.last + 1, PART)
        )

    def chunks(self) -> Chunks:
        """In order, at most 1 MB each. Raises RangesIgnored, and what ObjectStream does; then, and once closed early,
        the other requests are broken off."""
        ahead: deque[tuple[Future[_Part], bool]] = deque()
        with _stopping_with(self._cancel) as stop, ThreadPoolExecutor(PARALLEL, "ranges") as threads:
            try:
                while self._ranges or ahead:
                    while self._ranges and len(ahead) < PARALLEL:
                        has_place = self._room.take()
                        if ahead and not has_place:
                            break
                        ahead.append((threads.submit(self._read, self._ranges.popleft(), stop), has_place))
                    yield from ahead[0][0].result()
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
        data: _Part = []
        with self._connection.limiter("s3").slot(stop):
            stream = ObjectStream(self._connection, self._key, stop, asked)
            with closing(stream.chunks()) as chunks:
                for chunk in chunks:
                    data.append(chunk)
        assert asked.last is not None
        if sum(map(len, data)) != asked.last + 1 - asked.first:
            raise RangesIgnored
        return data


@contextmanager
def _stopping_with(cancel: CancelToken) -> Iterator[CancelToken]:
    """A token that is cancelled with ``cancel``, and may be cancelled alone."""
    stop = CancelToken()
    cancel.add_interrupt(stop.cancel)
    try:
        yield stop
    finally:
        cancel.remove_interrupt(stop.cancel)
