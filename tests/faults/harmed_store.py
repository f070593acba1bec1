"""A quick store like S3 in this process that harms what goes over its sockets: cut before a byte, or one bit turned.

Keeps objects in memory, knows uploads in parts, ranges and the not-exists condition, and checks what S3 checks: the
signature over the head, the SHA-256 of what arrives. So the only thing at fault is the network.
"""

from __future__ import annotations

import calendar
import contextlib
import hashlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from botocore.credentials import Credentials

from imagedesk.stores.aws.object_headers import checksum_header
from imagedesk.stores.aws.signing import RequestSigner, canonical_query
from tests.faults.harming_relay import Harm
from tests.loopback_server import loopback_server

_XML = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
_NO_UPLOADS = (
    f"<ListMultipartUploadsResult {_XML}><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>".encode()
)
_PIECE = 256 * 1024
_REASONS = {200: "OK", 206: "Partial Content"}


class Cut(Exception):
    """The connection is over."""


@dataclass
class Request:
    method: str
    key: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class HarmedStore:
    """Thread-safe. ``done`` counts the harms that came about."""

    objects: dict[str, bytes] = field(default_factory=dict)
    done: int = 0
    harm: Harm | None = None
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    metadata: dict[str, dict[str, str]] = field(default_factory=dict)  # by key: what goes beside an object
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, harm: Harm | None) -> None:
        with self._lock:
            self.harm = harm

    def harmed(self, data: bytes, *, up: bool) -> tuple[bytes, bool]:
        """What is left of ``data``, and whether the connection is cut behind it."""
        with self._lock:
            harm = self.harm
            if harm is None or harm.up is not up:
                return data, False
            if harm.place >= len(data):
                harm.place -= len(data)
                return data, False
            self.harm = None
            self.done += 1
            if not harm.flip:
                return data[: harm.place], True
            changed = bytearray(data)
            changed[harm.place] ^= 1 << (harm.place % 8)
            return bytes(changed), False

    def answer(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        with self._lock:
            if request.method == "PUT":
                return self._put(request)
            if request.method == "POST":
                return self._post(request)
            if request.method == "DELETE":
                self.parts.pop(request.query.get("uploadId", ""), None)
                return 204, {}, b""
            if "uploads" in request.query:
                return 200, {}, _NO_UPLOADS
            return self._get(request)

    def _put(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        digest = checksum_header(hashlib.sha256(request.body).hexdigest())
        if request.headers.get("x-amz-checksum-sha256", digest) != digest:
            return 400, {}, _error("BadDigest")
        found = {"ETag": f'"{hashlib.md5(request.body).hexdigest()}"', "x-amz-checksum-sha256": digest}
        if upload_id := request.query.get("uploadId"):
            if upload_id not in self.parts:
                return 404, {}, _error("NoSuchUpload")
            self.parts[upload_id][int(request.query["partNumber"])] = request.body
            return 200, found, b""
        if request.key in self.objects and request.headers.get("if-none-match") == "*":
            return 412, {}, _error("PreconditionFailed")
        self.objects[request.key] = request.body
        self._note_metadata(request)
        return 200, found, b""

    def _post(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        if "uploads" in request.query:
            upload_id = f"upload{len(self.parts)}x{time.monotonic_ns()}"
            self.parts[upload_id] = {}
            self._note_metadata(request)
            kind = "InitiateMultipartUploadResult"
            return 200, {}, f"<{kind} {_XML}><UploadId>{upload_id}</UploadId></{kind}>".encode()
        parts = self.parts.pop(request.query.get("uploadId", ""), None)
        if parts is None:
            return 404, {}, _error("NoSuchUpload")
        self.objects[request.key] = b"".join(parts[number] for number in sorted(parts))
        kind = "CompleteMultipartUploadResult"
        return 200, {}, f'<{kind} {_XML}><ETag>"whole-2"</ETag></{kind}>'.encode()

    def _note_metadata(self, request: Request) -> None:
        told = {name: value for name, value in request.headers.items() if name.startswith("x-amz-meta-")}
        self.metadata[request.key] = told

    def _get(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        data = self.objects.get(request.key)
        if data is None:
            return 404, {}, _error("NoSuchKey") if request.method == "GET" else b""
        found = {"ETag": '"whole"', "Accept-Ranges": "bytes", **self.metadata.get(request.key, {})}
        if request.method == "HEAD":
            found["x-amz-checksum-sha256"] = checksum_header(hashlib.sha256(data).hexdigest())
        if asked := re.match(r"bytes=(\d+)-(\d*)", request.headers.get("range", "")):
            first, last = int(asked[1]), min(int(asked[2] or len(data)), len(data) - 1)
            found["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
            return 206, found, data[first : last + 1]
        return 200, found, data


class StoreServer:
    """Answers for a store on each connection."""

    def __init__(self, store: HarmedStore, key: str = "testing", secret: str = "testing") -> None:
        self._store = store
        self._signer = lambda moment: RequestSigner(Credentials(key, secret), "us-east-1", lambda: moment)

    def converse(self, peer: socket.socket) -> None:
        begun = b""
        with contextlib.suppress(Cut):
            while True:
                begun = self._exchange(peer, begun)

    def _exchange(self, peer: socket.socket, begun: bytes) -> bytes:
        while b"\r\n\r\n" not in begun:
            begun += self._received(peer)
        head, _, rest = begun.partition(b"\r\n\r\n")
        request = self._understood(head)
        if request is None:
            self._send(peer, "GET", 403, {"Connection": "close"}, _error("SignatureDoesNotMatch"))
            raise Cut
        length, got = int(request.headers.get("content-length", "0")), [rest]
        if "100-continue" in request.headers.get("expect", "").lower():
            peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        missing = length - len(rest)
        while missing > 0:
            got.append(self._received(peer))
            missing -= len(got[-1])
        whole = b"".join(got)
        request.body = whole[:length]
        self._send(peer, request.method, *self._store.answer(request))
        return whole[length:]

    def _received(self, peer: socket.socket) -> bytes:
        data = peer.recv(1 << 20)
        if not data:
            raise Cut
        kept, cut = self._store.harmed(data, up=True)
        if cut:
            raise Cut
        return kept

    def _send(self, peer: socket.socket, method: str, status: int, headers: dict[str, str], body: bytes) -> None:
        lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'No')}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
        for piece in (head, *_pieces(b"" if method == "HEAD" else body)):
            data, cut = self._store.harmed(piece, up=False)  # only now: the other side may have gone
            peer.sendall(data)
            if cut:
                raise Cut

    def _understood(self, head: bytes) -> Request | None:
        """None where the signature is of another head."""
        try:
            first, *lines = head.decode("latin-1").split("\r\n")
            method, target, _version = first.split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            url = urlsplit(target)
            query = dict(parse_qsl(url.query, keep_blank_values=True))
            told = headers["authorization"]
            names = re.search(r"SignedHeaders=([^,]*)", told)
            moment = calendar.timegm(time.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ"))
            assert names is not None
            own = {"x-amz-date", "x-amz-content-sha256"}
            signed = {name: headers[name] for name in names[1].split(";") if name not in own}
            digest = headers["x-amz-content-sha256"]
            again = self._signer(moment).signed(method, url.path, canonical_query(query), signed, digest)
        except (ValueError, KeyError, AssertionError):
            return None
        if again["authorization"] != told:
            return None
        return Request(method, unquote(url.path).lstrip("/").partition("/")[2], query, headers)


def _pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), _PIECE):
        yield body[start : start + _PIECE]


def _error(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()


@contextlib.contextmanager
def served(store: HarmedStore) -> Iterator[str]:
    """Its URL."""
    with loopback_server(StoreServer(store).converse) as server:
        yield server.url
