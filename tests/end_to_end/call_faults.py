"""Faults on the way between the service and its servers, one HTTP request at a time.

A hook on botocore's ``before-send`` meets every attempt of every call. It numbers them and, at the number that the test
names, does to the request what networks and servers do: before it arrives, while it is on its way, or after. Requests
arrive at moto's server application in this process, without sockets: thousands of points are a matter of minutes.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.test import Client

LATE, LATER = "late", "later"
KINDS = (
    "refused",  # no connection
    "cut",  # the request breaks off half-way: the server has nothing of it
    LATE,  # the client gives up waiting; the request arrives once the operation is over
    LATER,  # the same, but it arrives once the operation has been retried
    "lost",  # the request is done, its answer never comes
    "timed out",  # the same, noticed by waiting
    "repeated",  # the network delivers the request twice; the answer is that to the second
    "busy",  # the server asks to slow down
    "failed after",  # the server does it and then says that it has failed
    "corrupt request",  # the server notices, as S3 does by checksum and signature
    "corrupt answer",
    "truncated answer",
    "portal",  # a gateway answers everything with its own page
)


@dataclass(frozen=True, slots=True)
class Fault:
    """At request ``number``, counted from 0 since ``begin``; if ``lasting``, at every one from there on."""

    number: int
    kind: str
    lasting: bool = False

    def meets(self, number: int) -> bool:
        return number == self.number or (self.lasting and number > self.number)


@dataclass
class CallFaults:
    """``calls`` names the requests since ``begin``; ``late`` and ``later`` hold those that have yet to arrive."""

    calls: list[str] = field(default_factory=list)
    fault: Fault | None = None
    held: dict[str, list[AWSPreparedRequest]] = field(default_factory=lambda: {LATE: [], LATER: []})
    _s3: Client = field(default_factory=lambda: Client(create_backend_app("s3")))
    _dynamodb: Client = field(default_factory=lambda: Client(create_backend_app("dynamodb")))

    def begin(self, fault: Fault | None = None) -> None:
        self.calls, self.fault = [], fault

    def deliver(self, kind: str) -> None:
        """What is late arrives now, whatever has become of it."""
        held, self.held[kind] = self.held[kind], []
        for request in held:
            self._arrive(request)

    def before_send(self, request: AWSPreparedRequest, event_name: str, **_context: object) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        number = len(self.calls)
        self.calls.append(operation)
        if self.fault is None or not self.fault.meets(number):
            return self._arrive(request)
        return self._met(self.fault.kind, operation, request)

    def _met(self, kind: str, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        if kind in _BEFORE:
            return _BEFORE[kind](request, operation)
        if kind in self.held:
            self.held[kind].append(_copy(request))
            raise ReadTimeoutError(endpoint_url=request.url)
        if kind == "repeated":
            self._arrive(request)
            request.reset_stream()
        answer = self._arrive(request)
        if kind == "repeated":
            return answer
        return _AFTER[kind](answer, request, operation)

    def _arrive(self, request: AWSPreparedRequest) -> AWSResponse:
        body = request.body.read() if hasattr(request.body, "read") else request.body
        server = self._dynamodb if "X-Amz-Target" in request.headers else self._s3
        answer = server.open(
            request.url, method=request.method, headers=[(k, _text(v)) for k, v in request.headers.items()], data=body
        )
        headers = {**dict(answer.headers), "Date": formatdate(usegmt=True)}
        return _answer(request, answer.status_code, headers, answer.data)


def _refused(request: AWSPreparedRequest, _operation: str) -> AWSResponse:
    raise EndpointConnectionError(endpoint_url=request.url)


def _cut(request: AWSPreparedRequest, _operation: str) -> AWSResponse:
    if hasattr(request.body, "read"):
        request.body.read(max(1, int(request.headers["Content-Length"]) // 2))
    raise ConnectionClosedError(endpoint_url=request.url)


def _busy(request: AWSPreparedRequest, operation: str) -> AWSResponse:
    return _refusal(request, operation, 503, "SlowDown", "ThrottlingException")


def _noticed(request: AWSPreparedRequest, operation: str) -> AWSResponse:
    if operation == "PutObject":
        return _refusal(request, operation, 400, "BadDigest", "")
    return _refusal(request, operation, 403, "SignatureDoesNotMatch", "InvalidSignatureException")


def _lost(answer: AWSResponse, request: AWSPreparedRequest, _operation: str) -> AWSResponse:
    _ = answer.content
    raise ConnectionClosedError(endpoint_url=request.url)


def _timed_out(answer: AWSResponse, request: AWSPreparedRequest, _operation: str) -> AWSResponse:
    _ = answer.content
    raise ReadTimeoutError(endpoint_url=request.url)


def _failed_after(answer: AWSResponse, request: AWSPreparedRequest, operation: str) -> AWSResponse:
    _ = answer.content
    return _refusal(request, operation, 500, "InternalError", "InternalServerError")


def _portal(request: AWSPreparedRequest, _operation: str) -> AWSResponse:
    page = b"" if request.method == "HEAD" else b"<html>Please sign in</html>"
    return _answer(request, 200, {"Content-Type": "text/html"}, page)


def _corrupt(answer: AWSResponse, request: AWSPreparedRequest, _operation: str) -> AWSResponse:
    data = bytearray(_body(answer, request))
    if "X-Amz-Target" in request.headers:  # as DynamoDB itself does
        answer.headers["x-amz-crc32"] = str(zlib.crc32(data))
    if data:
        data[len(data) // 2] ^= 0x55
        data[0] ^= 0x11
    return _answer(request, answer.status_code, dict(answer.headers), bytes(data))


def _truncated(answer: AWSResponse, request: AWSPreparedRequest, _operation: str) -> AWSResponse:
    data = _body(answer, request)
    if not request.stream_output:  # urllib3 notices
        raise ConnectionClosedError(endpoint_url=request.url)
    return _answer(request, answer.status_code, dict(answer.headers), data[: len(data) // 2])


_BEFORE: dict[str, Callable[[AWSPreparedRequest, str], AWSResponse]] = {
    "refused": _refused,
    "cut": _cut,
    "busy": _busy,
    "corrupt request": _noticed,
    "portal": _portal,
}
_AFTER: dict[str, Callable[[AWSResponse, AWSPreparedRequest, str], AWSResponse]] = {
    "lost": _lost,
    "timed out": _timed_out,
    "failed after": _failed_after,
    "corrupt answer": _corrupt,
    "truncated answer": _truncated,
}


class _Raw(io.BytesIO):
    """As much of urllib3's response as botocore reads."""

    def stream(self, *_arguments: object, **_options: object) -> Iterator[bytes]:
        while chunk := self.read(65536):
            yield chunk


def _body(answer: AWSResponse, request: AWSPreparedRequest) -> bytes:
    data: bytes = answer.raw.read() if request.stream_output else answer.content
    return data


def _answer(request: AWSPreparedRequest, status: int, headers: dict[str, str], body: bytes) -> AWSResponse:
    raw: Any = _Raw(body)
    return AWSResponse(request.url, status, headers, raw)


def _refusal(request: AWSPreparedRequest, operation: str, status: int, s3_code: str, table_code: str) -> AWSResponse:
    if "X-Amz-Target" in request.headers:
        body = f'{{"__type": "com.amazonaws.dynamodb#{table_code}", "message": "{operation}"}}'
        return _answer(request, 400 if status < 500 or table_code.startswith("Thr") else status, {}, body.encode())
    xml = f"<Error><Code>{s3_code}</Code><Message>{operation}</Message></Error>"
    return _answer(
        request, status, {"Content-Type": "application/xml"}, b"" if request.method == "HEAD" else xml.encode()
    )


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _copy(request: AWSPreparedRequest) -> AWSPreparedRequest:
    body = request.body.read() if hasattr(request.body, "read") else request.body
    return AWSPreparedRequest(request.method, request.url, request.headers, body, False)
