"""A server on a loopback port that reads each HTTP request whole, asks what shall become of it, and sends the answer.

moto's applications answer in this process: thousands of points of faults are a matter of minutes. All of the client is
the real one: its connections, botocore, and the lean path beside it.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import TypeAlias

from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.test import Client

from tests.loopback_server import loopback_server

_NO_UPLOAD = b"<Error><Code>NoSuchUpload</Code><Message>It is over.</Message></Error>"
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: a reset instead of a polite end


@dataclass(frozen=True, slots=True)
class Request:
    """``headers`` have lower-case names."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def is_for_table(self) -> bool:
        return "x-amz-target" in self.headers

    @property
    def is_lean(self) -> bool:
        """botocore tells who it is; the lean path does not."""
        return "user-agent" not in self.headers

    @property
    def length(self) -> int:
        return int(self.headers.get("content-length", 0))


@dataclass(frozen=True, slots=True)
class Answer:
    """``sent``: so many bytes of head and body, then the connection ends; None sends all. ``pause`` seconds lie between
    its two halves."""

    status: int
    headers: dict[str, str]
    body: bytes
    sent: int | None = None
    pause: float = 0.0

    def head(self) -> bytes:
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Odd"
        lines = [f"HTTP/1.1 {self.status} {phrase}", *(f"{name}: {value}" for name, value in self.headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer: the connection ends at once, or when the client has waited long enough."""

    waits: bool = False


Fate: TypeAlias = "Answer | Silence"


class Backend:
    """moto's S3 and DynamoDB, one request at a time."""

    def __init__(self) -> None:
        self._s3, self._dynamodb = Client(create_backend_app("s3")), Client(create_backend_app("dynamodb"))
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Answer:
        server = self._dynamodb if request.is_for_table else self._s3
        url = f"http://{request.headers['host']}{request.target}"
        headers = [(name, value) for name, value in request.headers.items() if name != "expect"]
        with self._lock:
            try:
                found = server.open(url, method=request.method, headers=headers, data=request.body)
            except KeyError:  # moto's own answer for a part of an upload that is over
                if "uploadId=" not in request.target:
                    raise
                return Answer(404, {"Content-Length": str(len(_NO_UPLOAD))}, _NO_UPLOAD)
            kept = {name.title(): value for name, value in found.headers.items()}
            body = b"" if request.method == "HEAD" else found.data
        kept.pop("Transfer-Encoding", None)
        kept["Date"] = formatdate(usegmt=True)
        if request.method != "HEAD":
            kept["Content-Length"] = str(len(body))
        return Answer(found.status_code, kept, body)


class CallRelay:
    """``begun`` is told of a request's head, and how many bytes of its body shall be read before the connection is cut
    (None: all of them); ``came`` of the whole request."""

    def __init__(self, begun: Callable[[Request], int | None], came: Callable[[Request], Fate]) -> None:
        self._begun, self._came = begun, came
        self.url = ""

    def converse(self, client: socket.socket) -> None:
        with client.makefile("rb") as stream:
            while (head := _head(stream.readline)) is not None:
                if (cut := self._begun(head)) is not None:
                    stream.read(min(cut, head.length))
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    break
                if "expect" in head.headers:
                    client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                body = stream.read(head.length)
                if len(body) < head.length:
                    break
                if not _tell(client, self._came(Request(head.method, head.target, head.headers, body))):
                    break


def _head(line: Callable[[], bytes]) -> Request | None:
    first = line().decode("latin-1").split()
    if len(first) != 3:
        return None
    headers: dict[str, str] = {}
    while text := line().decode("latin-1").strip():
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    return Request(first[0], first[1], headers)


def _tell(client: socket.socket, fate: Fate) -> bool:
    """Whether the connection can be used again."""
    if isinstance(fate, Silence):
        if fate.waits:
            client.recv(1)
        return False
    whole = fate.head() + fate.body
    sent = whole if fate.sent is None else whole[: fate.sent]
    if fate.pause:
        client.sendall(sent[: len(sent) // 2])
        threading.Event().wait(fate.pause)
        sent = sent[len(sent) // 2 :]
    client.sendall(sent)
    return fate.sent is None


@contextlib.contextmanager
def call_relay(begun: Callable[[Request], int | None], came: Callable[[Request], Fate]) -> Iterator[CallRelay]:
    relay = CallRelay(begun, came)
    with loopback_server(relay.converse) as server:
        relay.url = server.url
        yield relay
