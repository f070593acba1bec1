"""The body of an answer as it comes: a plain one of known length, or whatever ``http.client`` makes of it."""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import ssl
from collections.abc import Iterator
from typing import Any, Protocol, cast

from urllib3.exceptions import IncompleteRead

from imagedesk.stores.aws.answer_memory import CHUNK, AnswerMemory, Bytes, Room

_ALL_OF_IT = getattr(socket, "MSG_WAITALL", 0)  # one call instead of one for each packet


class Body(Protocol):
    @property
    def ends_cleanly(self) -> bool:
        """Whether nothing is left on the connection after the last chunk."""

    def chunks(self, memory: AnswerMemory) -> Iterator[Bytes]: ...


class PlainBody:
    """``length`` bytes, the first of which came with the head."""

    def __init__(self, sock: socket.socket, begun: memoryview, length: int, *, keep: bool) -> None:
        self._sock = sock
        self._begun = begun
        self._left = length
        self._keep = keep

    @property
    def ends_cleanly(self) -> bool:
        return self._keep and self._left == 0

    def chunks(self, memory: AnswerMemory) -> Iterator[Bytes]:
        if memory.lends and len(self._begun) == self._left:  # a small one is here already
            if self._left:
                self._left = 0
                yield self._begun
            return
        with memory.opened() as room:
            yield from self._pieces(room)

    def _pieces(self, room: Room) -> Iterator[Bytes]:
        while self._left:
            whole = room(self._left)
            filled, fault = self._fill(whole)
            self._left -= filled
            if fault is None:
                yield whole
                continue
            if filled:
                yield whole[:filled]
            raise fault

    def _fill(self, data: bytearray | memoryview) -> tuple[int, Exception | None]:
        """How far it got, and what stopped it."""
        filled = len(self._begun)
        data[:filled] = self._begun
        self._begun = self._begun[:0]
        with memoryview(data) as view:
            while filled < len(data):
                try:
                    count = received_into(self._sock, view[filled:], all_of_it=True)
                except OSError as error:
                    return filled, error
                if not count:
                    return filled, IncompleteRead(filled, self._left - filled)
                filled += count
        return filled, None


class ForeignBody:
    """Whatever ``http.client`` makes of what begins with ``begun``. Raises HTTPException for what is no answer."""

    ends_cleanly = False

    def __init__(self, begun: bytes, sock: socket.socket, method: str) -> None:
        self.response = http.client.HTTPResponse(cast("socket.socket", _Replayed(begun, sock)), method=method)
        self.response.begin()

    def chunks(self, memory: AnswerMemory) -> Iterator[Bytes]:
        del memory  # each is fresh
        with contextlib.closing(self.response):
            while chunk := self.response.read(CHUNK):
                yield chunk
            if self.response.length:
                raise IncompleteRead(0, self.response.length)


def received_into(sock: socket.socket, view: Any, *, all_of_it: bool = False) -> int:
    """Bytes received; 0 at the end. Raises TimeoutError, also where the kernel waits (see ``leases``)."""
    try:
        if all_of_it and not isinstance(sock, ssl.SSLSocket):
            return sock.recv_into(view, 0, _ALL_OF_IT)
        return sock.recv_into(view)
    except BlockingIOError as error:
        raise TimeoutError("timed out") from error


class _Replayed(io.RawIOBase):
    """A socket for ``http.client`` that first gives what was read already."""

    def __init__(self, begun: bytes, sock: socket.socket) -> None:
        super().__init__()
        self._begun = begun
        self._sock = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._begun:
            return received_into(self._sock, buffer)
        count = min(len(buffer), len(self._begun))
        buffer[:count] = self._begun[:count]
        self._begun = self._begun[count:]
        return count
