"""One HTTP/1.1 request over a leased connection: the few bytes that a PUT and a GET need, and no more.

A request goes out as head and first chunk in one call, then the other chunks. A plain answer, with a length, is read
here; any other (chunked, a status that is no success) is read by ``http.client``. What goes wrong is an OSError, an
HTTPError of urllib3 or an HTTPException, and closes the connection. urllib3's own ``urlopen`` costs about 0.2 ms CPU a
request more.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Generator, Iterable, Iterator, Mapping

from urllib3 import HTTPConnectionPool
from urllib3.exceptions import HTTPError, ProtocolError

from imagedesk.core.cancellation import CancelToken
from imagedesk.stores.aws.answer_bodies import Body, ForeignBody, PlainBody
from imagedesk.stores.aws.answer_memory import CHUNK, FRESH, LENT, AnswerMemory, Bytes
from imagedesk.stores.aws.leases import Lease, Leases

__all__ = ["CHUNK", "FAILURES", "Answer", "Bytes", "Wire", "request_head"]

FAILURES = (OSError, HTTPError, http.client.HTTPException)
_HEAD = 65536  # bytes of an answer's head at most
_FIRST = 32768  # bytes asked for at first: a head and a small body, or a little of a large one
_FOREIGN_BODY = 1024 * 1024  # bytes of an error's body at most


class Answer:
    """A response. ``headers`` have lower-case names. ``chunks`` gives the body once; ``close`` ends it early."""

    def __init__(self, lease: Lease, status: int, headers: Mapping[str, str], body: Body) -> None:
        self.status = status
        self.headers = headers
        self._lease = lease
        self._body = body

    def chunks(self, memory: AnswerMemory = FRESH) -> Generator[Bytes, None, None]:
        """At most 1 MB each. What arrived before a cut is given first, then the cut is raised."""
        try:
            yield from self._body.chunks(memory)
            self._lease.reusable = self._body.ends_cleanly
        finally:
            self._lease.close()

    def content(self) -> bytes:
        """The rest of the body, for a small one."""
        data = bytearray()
        for chunk in self.chunks(LENT):
            data += chunk
            if len(data) > _FOREIGN_BODY:
                break
        self.close()
        return bytes(data)

    def close(self) -> None:
        """Idempotent. An unread body costs the connection."""
        self._lease.close()


class Wire:
    """Thread-safe: each request has a connection for itself. ``pool`` says how connections are made."""

    def __init__(self, pool: HTTPConnectionPool) -> None:
        self.leases = Leases(pool)

    def close(self) -> None:
        """Close the connections that rest; those in use are closed when they come back."""
        self.leases.close()

    def request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: Iterable[Bytes] = (),
        cancel: CancelToken | None = None,
    ) -> Answer:
        """Send and read the answer's head. ``body`` gives chunks that add up to ``content-length``. ``cancel`` breaks
        the connection until the answer is closed."""
        head = request_head(method, target, headers)
        lease = self.leases.take(cancel)
        try:
            sock = lease.socket()
            try:
                _send(sock, head, iter(body))
            except BlockingIOError as error:  # the kernel's timeout: see ``leases``
                raise TimeoutError("timed out") from error
            return _answer(lease, sock, method)
        except BaseException:
            lease.close()
            raise


def request_head(method: str, target: str, headers: Mapping[str, str]) -> bytes:
    """Raises ValueError for a value that would begin a line of its own."""
    lines = [f"{method} {target} HTTP/1.1", *[f"{name}: {value}" for name, value in headers.items()]]
    text = "\r\n".join(lines)
    if text.count("\n") != len(headers) or text.count("\r") != len(headers):
        raise ValueError("a header holds a line break")
    return f"{text}\r\n\r\n".encode("ascii")


def _send(sock: socket.socket, head: bytes, body: Iterator[Bytes]) -> None:
    first = next(body, b"")
    if isinstance(sock, ssl.SSLSocket) or not hasattr(sock, "sendmsg"):
        sock.sendall(b"".join((head, first)))
    elif (sent := sock.sendmsg((head, first))) < len(head) + len(first):
        sock.sendall(head[sent:])
        sock.sendall(memoryview(first)[max(0, sent - len(head)) :])
    for chunk in body:
        sock.sendall(chunk)


def _answer(lease: Lease, sock: socket.socket, method: str) -> Answer:
    begun, end = _received_head(sock)
    head = begun[:end]
    status = _plain_status(head)
    if status == 200 or status == 206:
        headers = _plain_headers(head)
        length, rest = headers.get("content-length", ""), memoryview(begun)[end + 4 :]
        if length.isdecimal() and len(rest) <= int(length) and "transfer-encoding" not in headers:
            body = PlainBody(sock, rest, int(length), keep=headers.get("connection", "").lower() != "close")
            if not int(length):
                lease.reusable = body.ends_cleanly
                lease.close()
            return Answer(lease, status, headers, body)
    foreign = ForeignBody(begun, sock, method)
    found = {name.lower(): value for name, value in foreign.response.getheaders()}
    return Answer(lease, foreign.response.status, found, foreign)


def _received_head(sock: socket.socket) -> tuple[bytes, int]:
    """Up to the empty line and what came with it, and where that line is."""
    data = _received(sock)
    while (end := data.find(b"\r\n\r\n")) < 0:
        if not (more := _received(sock)) or len(data) > _HEAD:  # half a head could pass for a success
            raise ProtocolError("The connection was closed before an answer came.")
        data += more
    return data, end


def _received(sock: socket.socket) -> bytes:
    try:
        return sock.recv(_FIRST)
    except BlockingIOError as error:
        raise TimeoutError("timed out") from error


def _plain_status(head: bytes) -> int:
    return int(head[9:12]) if head.startswith(b"HTTP/1.1 ") and head[9:12].isdigit() else 0


def _plain_headers(head: bytes) -> dict[str, str]:
    headers = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return headers
