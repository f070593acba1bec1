"""Faults on the way between the service and its servers, one HTTP request at a time.

``CallFaults`` meets every attempt of every call, whichever way it takes: the lean path, botocore, the parts of a large
upload. It numbers them and, at the number that the test names, does to the request what networks and servers do: before
it arrives, while it is on its way, or after.
"""

from __future__ import annotations

import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from tests.end_to_end.call_relay import Answer, Backend, Fate, Request, Silence, call_relay

LATE, LATER = "late", "later"
_BEFORE = ("refused", "cut")
_SHORT, _LONG = 0.3, 60.0  # seconds
KINDS = (
    "refused",  # the connection is reset before anything of the request is read
    "cut",  # the request breaks off half-way: the server has nothing of it
    LATE,  # no answer comes; the request arrives once the operation is over
    LATER,  # the same, but it arrives once the operation has been retried
    "lost",  # the request is done, its answer never comes
    "timed out",  # the same, noticed by waiting
    "delayed",  # the answer comes slowly, in two pieces
    "repeated",  # the network delivers the request twice; the answer is that to the second
    "busy",  # the server asks to slow down
    "failed after",  # the server does it and then says that it has failed
    "corrupt request",  # the server notices, as S3 does by checksum and signature
    "corrupt answer",
    "truncated answer",
    "cut head",  # the answer ends within its first lines
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
    """``calls`` names the requests since ``begin``; ``late`` and ``later`` hold those that have yet to arrive. ``met``
    counts the faults by the way on which they met a request. ``wait`` is told how many seconds a client shall wait for
    an answer from now on: short where none comes, long enough for a busy machine where one does."""

    url: str = ""
    calls: list[str] = field(default_factory=list)
    fault: Fault | None = None
    held: dict[str, list[Request]] = field(default_factory=lambda: {LATE: [], LATER: []})
    met: Counter[str] = field(default_factory=Counter)
    wait: Callable[[float], None] = lambda _seconds: None
    _backend: Backend = field(default_factory=Backend)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kinds: dict[int, str] = field(default_factory=dict)  # of requests that are being read, by thread

    def begin(self, fault: Fault | None = None) -> None:
        with self._lock:
            self.calls, self.fault = [], fault
        self.wait(_SHORT if fault is not None and fault.kind == "timed out" else _LONG)

    def deliver(self, kind: str) -> None:
        """What is late arrives now, whatever has become of it."""
        held, self.held[kind] = self.held[kind], []
        for request in held:
            self._backend.answer(request)

    def begun(self, request: Request) -> int | None:
        operation = operation_of(request)
        with self._lock:
            number = len(self.calls)
            self.calls.append(operation)
            kind = self.fault.kind if self.fault is not None and self.fault.meets(number) else ""
            self._kinds[threading.get_ident()] = kind
            if kind:
                self.met[f"{'lean' if request.is_lean else 'botocore'} {operation}"] += 1
        return None if kind not in _BEFORE else 0 if kind == "refused" else request.length // 2

    def came(self, request: Request) -> Fate:
        kind = self._kinds.pop(threading.get_ident())
        if not kind:
            return self._backend.answer(request)
        if kind in self.held:
            self.held[kind].append(request)
            return Silence()
        if kind in _INSTEAD:
            return _INSTEAD[kind](request)
        if kind == "repeated":
            self._backend.answer(request)
        answer = self._backend.answer(request)
        return _AFTER[kind](request, answer) if kind in _AFTER else answer


def operation_of(request: Request) -> str:
    """botocore's name for it, near enough to count by."""
    if request.is_for_table:
        return request.headers["x-amz-target"].rpartition(".")[2]
    query = request.target.partition("?")[2]
    for word, names in _BY_QUERY.items():
        if word in query and request.method in names:
            return names[request.method]
    is_bucket = request.target.partition("?")[0].strip("/").count("/") == 0
    return f"{request.method} bucket" if is_bucket else f"{request.method} object"


_BY_QUERY = {
    "uploadId=": {
        "PUT": "UploadPart", "POST": "CompleteMultipartUpload", "DELETE": "AbortMultipartUpload", "GET": "ListParts",
    },
    "uploads": {"POST": "CreateMultipartUpload", "GET": "ListMultipartUploads"},
    "list-type=2": {"GET": "ListObjectsV2"},
}  # fmt: skip


def _busy(request: Request) -> Answer:
    return _refusal(request, 503, "SlowDown", "ThrottlingException")


def _noticed(request: Request) -> Answer:
    if request.method == "PUT":
        return _refusal(request, 400, "BadDigest", "")
    return _refusal(request, 403, "SignatureDoesNotMatch", "InvalidSignatureException")


def _portal(request: Request) -> Answer:
    page = b"" if request.method == "HEAD" else b"<html>Please sign in</html>"
    return Answer(200, {"Content-Type": "text/html", "Content-Length": str(len(page))}, page)


def _failed_after(request: Request, _answer: Answer) -> Answer:
    return _refusal(request, 500, "InternalError", "InternalServerError")


def _corrupt(request: Request, answer: Answer) -> Answer:
    data, headers = bytearray(answer.body), dict(answer.headers)
    if request.is_for_table:  # as DynamoDB itself does
        headers["X-Amz-Crc32"] = str(zlib.crc32(data))
    if data:
        data[len(data) // 2] ^= 0x55
        data[0] ^= 0x11
    return replace(answer, headers=headers, body=bytes(data))


def _truncated(_request: Request, answer: Answer) -> Answer:
    return replace(answer, sent=len(answer.head()) + len(answer.body) // 2)


def _cut_head(_request: Request, answer: Answer) -> Answer:
    return replace(answer, sent=len(answer.head()) // 2)


_INSTEAD: dict[str, Callable[[Request], Fate]] = {"busy": _busy, "corrupt request": _noticed, "portal": _portal}
_AFTER: dict[str, Callable[[Request, Answer], Fate]] = {
    "lost": lambda _request, _answer: Silence(),
    "timed out": lambda _request, _answer: Silence(waits=True),
    "delayed": lambda _request, answer: replace(answer, pause=0.02),
    "failed after": _failed_after,
    "corrupt answer": _corrupt,
    "truncated answer": _truncated,
    "cut head": _cut_head,
}


def _refusal(request: Request, status: int, s3_code: str, table_code: str) -> Answer:
    if request.is_for_table:
        body = f'{{"__type": "com.amazonaws.dynamodb#{table_code}", "message": "no"}}'.encode()
        status = 400 if status < 500 or table_code.startswith("Thr") else status
        return Answer(status, {"Content-Length": str(len(body))}, body)
    xml = b"" if request.method == "HEAD" else f"<Error><Code>{s3_code}</Code><Message>no</Message></Error>".encode()
    return Answer(status, {"Content-Type": "application/xml", "Content-Length": str(len(xml))}, xml)


@contextmanager
def call_faults() -> Iterator[CallFaults]:
    faults = CallFaults()
    with call_relay(faults.begun, faults.came) as relay:
        faults.url = relay.url
        yield faults
