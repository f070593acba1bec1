"""A loopback proxy before the servers of the tests that loses, cuts and invents answers as planned."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Fault:
    """Meets the next ``times`` requests whose method, or DynamoDB operation, is ``request``.

    ``lose``: the request arrives, its answer does not. ``refuse``: it never arrives. ``cut``: the answer's body ends
    half-way. ``answer``: ``status``, ``headers`` and ``body`` come instead. ``whole``: what was cut comes anew,
    from its start, as from a server that knows no ranges.
    """

    request: str
    kind: str
    times: int = 1
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class FaultyProxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, s3_url: str, dynamodb_url: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.s3, self.dynamodb = urlsplit(s3_url).netloc, urlsplit(dynamodb_url).netloc
        self.requests: list[str] = []
        self.whole: tuple[int, dict[str, str], bytes] = (500, {}, b"")
        self._faults: list[list[Any]] = []
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def plan(self, *faults: Fault) -> None:
        with self._lock:
            self._faults += [[fault, fault.times] for fault in faults]

    def heal(self) -> None:
        """No request meets a fault any more."""
        with self._lock:
            self._faults.clear()

    def met(self, request: str) -> Fault | None:
        with self._lock:
            self.requests.append(request)
            for entry in self._faults:
                if entry[0].request == request and entry[1]:
                    entry[1] -= 1
                    return entry[0]  # type: ignore[no-any-return]
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultyProxy

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2] or self.command
        fault = self.server.met(operation)
        if fault is not None and fault.kind == "refuse":
            return self._hang_up()
        if fault is not None and fault.kind == "answer":
            return self._send(fault.status, dict(fault.headers), fault.body)
        if fault is not None and fault.kind == "whole":
            return self._send(*self.server.whole)
        status, headers, answer = self._ask(body)
        if fault is not None and fault.kind == "lose":
            return self._hang_up()
        if fault is not None and fault.kind == "cut":
            self.server.whole = status, headers, answer
            self._send(status, headers, answer, sent=len(answer) // 2)
            return self._hang_up()
        return self._send(status, headers, answer)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _forward  # noqa: N815

    def _ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        is_dynamodb = "X-Amz-Target" in self.headers
        upstream = http.client.HTTPConnection(self.server.dynamodb if is_dynamodb else self.server.s3)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
        upstream.request(self.command, self.path, body, headers)
        answer = upstream.getresponse()
        data = answer.read()
        upstream.close()
        return answer.status, dict(answer.getheaders()), data

    def _send(self, status: int, headers: dict[str, str], body: bytes, sent: int | None = None) -> None:
        self.send_response(status)
        kept = {
            name.title(): value
            for name, value in headers.items()
            if name.lower() not in {"connection", "server", "date"}
        }
        if self.command != "HEAD":
            kept["Content-Length"] = str(len(body))
        kept.pop("Transfer-Encoding", None)
        for name, value in kept.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:sent])

    def _hang_up(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def faulty_proxy(s3_url: str, dynamodb_url: str) -> Iterator[FaultyProxy]:
    proxy = FaultyProxy(s3_url, dynamodb_url)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()
