"""One HTTP/1.1 request over a pooled connection of urllib3: the few bytes that a PUT and a GET need, and no more.

urllib3 opens the connections (TLS verified, timeouts, keep-alive) and keeps them; a request goes out as one block of
text, then the body in chunks. A plain answer, with a length, is read here; any other (chunked, a status that is no
success) is read by ``http.client``. What goes wrong is an OSError, an HTTPError of urllib3 or an HTTPException, and
closes the connection. urllib3's own ``urlopen`` costs about 0.2 ms CPU a request more.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, cast

from urllib3 import HTTPConnectionPool
from urllib3.exceptions import HTTPError, IncompleteRead, ProtocolError

from imagedesk.core.cancellation import CancelToken

CHUNK = 1024 * 1024
FAILURES = (OSError, HTTPError, http.client.HTTPException)
_HEAD = 65536  # bytes of an answer's head at most
_FOREIGN_BODY = 1024 * 1024  # bytes of an error's body at most


class Answer:
    """A response. ``headers`` have lower-case names. ``chunks`` gives the body once; ``close`` ends it early."""

    def __init__(self, lease: _Lease, status: int, headers: Mapping[str, str], body: _Body) -> None:
        self.status = status
        self.headers = headers
        self._lease = lease
        self._body = body

    def chunks(self) -> Iterator[bytes | bytearray]:
        """At most 1 MB each. What arrived before a cut is given first, then the cut is raised."""
        with self._lease:
            yield from self._body.chunks()
            self._lease.reusable = self._body.ends_cleanly

    def content(self) -> bytes:
        """The rest of the body, for a small one."""
        data = bytearray()
        for chunk in self.chunks():
            data += chunk
            if len(data) > _FOREIGN_BODY:
                break
        self.close()
        return bytes(data)

    def close(self) -> None:
        """Idempotent. An unread body costs the connection."""
        self._lease.close()


class Wire:
    """Thread-safe: each request has a connection for itself."""

    def __init__(self, pool: HTTPConnectionPool) -> None:
        self._pool = pool

    def close(self) -> None:
        """Close the connections that rest; those in use are closed when they come back."""
        self._pool.close()

    def request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: Iterable[bytes] = (),
        cancel: CancelToken | None = None,
    ) -> Answer:
        """Send and read the answer's head. ``body`` gives chunks that add up to ``content-length``. ``cancel`` breaks
        the connection until the answer is closed."""
        head = request_head(method, target, headers)
        lease = _Lease(self._pool, cancel)
        try:
            sock = lease.socket()
            sock.sendall(head)
            for chunk in body:
                sock.sendall(chunk)
            return _answer(lease, sock, method)
        except BaseException:
            lease.close()
            raise


def request_head(method: str, target: str, headers: Mapping[str, str]) -> bytes:
    """Raises ValueError for a value that would begin a line of its own."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    text = "\r\n".join(lines)
    if text.count("\n") != len(headers) or text.count("\r") != len(headers):
        raise ValueError("a header holds a line break")
    return f"{text}\r\n\r\n".encode("ascii")


class _Lease:
    """A connection out of the pool; goes back as it is when ``reusable``, closed otherwise."""

    def __init__(self, pool: HTTPConnectionPool, cancel: CancelToken | None) -> None:
        self._pool = pool
        self._cancel = cancel
        self._connection: Any = pool._get_conn()
        self._socket: socket.socket | None = None
        self.reusable = False

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def socket(self) -> socket.socket:
        if self._connection.sock is None:
            self._connection.connect()
        found: socket.socket = self._connection.sock
        found.settimeout(self._pool.timeout.read_timeout)
        self._socket = found
        if self._cancel is not None:
            self._cancel.add_interrupt(self._interrupt)
        return found

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            if self._cancel is not None:
                self._cancel.remove_interrupt(self._interrupt)
            if not self.reusable:
                connection.close()
            self._pool._put_conn(connection)

    def _interrupt(self) -> None:
        """Ends a send or a wait of the thread that has the connection; that thread closes it."""
        assert self._socket is not None
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # below TLS, whose state is that thread's own


class _Body(Protocol):
    @property
    def ends_cleanly(self) -> bool:
        """Whether nothing is left on the connection after the last chunk."""

    def chunks(self) -> Iterator[bytes | bytearray]: ...


class _PlainBody:
    """``length`` bytes, the first of which came with the head."""

    def __init__(self, sock: socket.socket, begun: bytes, length: int, *, keep: bool) -> None:
        self._sock = sock
        self._begun = begun
        self._left = length
        self._keep = keep

    @property
    def ends_cleanly(self) -> bool:
        return self._keep and self._left == 0

    def chunks(self) -> Iterator[bytes | bytearray]:
        while self._left:
            data = bytearray(min(CHUNK, self._left))
            filled, fault = self._fill(data)
            self._left -= filled
            if fault is None:
                yield data
                continue
            if filled:
                yield data[:filled]
            raise fault

    def _fill(self, data: bytearray) -> tuple[int, Exception | None]:
        """How far it got, and what stopped it."""
        filled = len(self._begun)
        data[:filled] = self._begun
        self._begun = b""
        with memoryview(data) as view:
            while filled < len(data):
                try:
                    count = self._sock.recv_into(view[filled:])
                except OSError as error:
                    return filled, error
                if not count:
                    return filled, IncompleteRead(filled, self._left - filled)
                filled += count
        return filled, None


class _ForeignBody:
    """Whatever ``http.client`` makes of it."""

    ends_cleanly = False

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self._response = response

    def chunks(self) -> Iterator[bytes | bytearray]:
        with contextlib.closing(self._response):
            while chunk := self._response.read(CHUNK):
                yield chunk
            if self._response.length:
                raise IncompleteRead(0, self._response.length)


def _answer(lease: _Lease, sock: socket.socket, method: str) -> Answer:
    begun = _received_head(sock)
    head, _, rest = begun.partition(b"\r\n\r\n")
    status = _plain_status(head)
    if status == 200 or status == 206:
        headers = _plain_headers(head)
        length = headers.get("content-length", "")
        if length.isdecimal() and len(rest) <= int(length) and "transfer-encoding" not in headers:
            body = _PlainBody(sock, rest, int(length), keep=headers.get("connection", "").lower() != "close")
            if not int(length):
                lease.reusable = body.ends_cleanly
                lease.close()
            return Answer(lease, status, headers, body)
    response = http.client.HTTPResponse(cast("socket.socket", _Replayed(begun, sock)), method=method)
    response.begin()
    found = {name.lower(): value for name, value in response.getheaders()}
    return Answer(lease, response.status, found, _ForeignBody(response))


def _received_head(sock: socket.socket) -> bytes:
    """Up to the empty line, and what came with it."""
    data = sock.recv(_HEAD)
    while b"\r\n\r\n" not in data:
        if not (more := sock.recv(_HEAD)) or len(data) > _HEAD:  # half a head could pass for a success
            raise ProtocolError("The connection was closed before an answer came.")
        data += more
    return data


def _plain_status(head: bytes) -> int:
    return int(head[9:12]) if head.startswith(b"HTTP/1.1 ") and head[9:12].isdigit() else 0


def _plain_headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


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
            return self._sock.recv_into(buffer)
        count = min(len(buffer), len(self._begun))
        buffer[:count] = self._begun[:count]
        self._begun = self._begun[count:]
        return count
