"""A server like S3 and DynamoDB that keeps nothing: PUT discards, GET gives the same bytes, a list names the files, and
each answer comes after a fixed latency. Shows what a client costs.

    python -m tests.benchmarks.null_server --port 0 --bytes 200000 --files 1000 --latency-ms 30

Prints its port. One thread of asyncio; loopback only. Multipart uploads begin, take parts and complete; a body is one
block of bytes over and over, made as it is sent, so that a gigabyte takes no memory. Items are written into nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re

BLOCK = random.Random(7).randbytes(1024 * 1024)
IN_PARTS = 32 * 1024 * 1024
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_FIRST_BYTE = b"\r\nrange: bytes=0-0\r\n"
_RANGE = re.compile(rb"\r\nrange: *bytes=(\d+)-(\d*)", re.IGNORECASE)
_ETAG = "0123456789abcdef0123456789abcdef"
_COMMON = f'ETag: "{_ETAG}"\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\nAccept-Ranges: bytes\r\n'
_NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


def file_name(number: int) -> str:
    return f"IMG_{number:05d}.jpg"


def body(first: int, count: int) -> memoryview:
    """``count`` bytes of every object from byte ``first`` on; fewer at the end of a block."""
    start = first % len(BLOCK)
    return memoryview(BLOCK)[start : min(len(BLOCK), start + count)]


def listing(files: int, size: int) -> list[bytes]:
    """Pages of a thousand names."""
    pages = []
    for start in range(0, max(files, 1), 1000):
        numbers = range(start, min(files, start + 1000))
        more = start + 1000 < files
        entries = "".join(
            f"<Contents><Key>{file_name(number)}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified>"
            f"<ETag>&quot;{_ETAG}&quot;</ETag><Size>{size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
            for number in numbers
        )
        token = f"<NextContinuationToken>{start // 1000 + 1}</NextContinuationToken>" if more else ""
        pages.append(
            f'<?xml version="1.0"?><ListBucketResult {_NAMESPACE}><Name>b</Name><Prefix></Prefix>'
            f"<KeyCount>{len(numbers)}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>{str(more).lower()}</IsTruncated>"
            f"{token}{entries}</ListBucketResult>".encode()
        )
    return pages


class Connection(asyncio.Protocol):
    def __init__(self, size: int, names: list[bytes], latency: float) -> None:
        self._size, self._names, self._latency = size, names, latency
        self._head = b""
        self._left = 0
        self._request = b""
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, _error: Exception | None) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        if self._left:
            taken = min(self._left, len(data))
            self._left -= taken
            if self._left:
                return
            self._answer_later()
            data = data[taken:]
        self._head += data
        while b"\r\n\r\n" in self._head and not self._left:
            head, _, rest = self._head.partition(b"\r\n\r\n")
            self._request = head
            length = int(found[1]) if (found := _LENGTH.search(head)) else 0
            if length and not rest and b"100-continue" in head.lower():
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._left = max(0, length - len(rest))
            self._head = rest[length:]
            if not self._left:
                self._answer_later()

    def _answer_later(self) -> None:
        asyncio.get_running_loop().call_later(self._latency, self._answer, self._request)

    def _answer(self, request: bytes) -> None:
        if self._transport.is_closing():
            return
        method, target = request.split(b" ", 2)[:2]
        if method == b"GET" and self._size >= IN_PARTS and _FIRST_BYTE in request.lower():
            # Who sends in parts looks first whether the object is there; the others by HEAD.
            self._send(404, b"<Error><Code>NoSuchKey</Code></Error>")
        elif method == b"GET" and not (b"?" in target and (answer := self._about(target))):
            self._send_object(request)
        elif method == b"GET":
            self._send(200, answer)
        elif method == b"POST":
            self._send(200, _posted(request, target))
        elif method == b"HEAD":
            # Who reads a small one asks how long it is.
            is_free = self._size >= IN_PARTS
            self._send(404 if is_free else 200, b"", length=0 if is_free else self._size)
        else:
            self._send(204 if method == b"DELETE" else 200, b"")

    def _about(self, target: bytes) -> bytes:
        """What is told of the bucket and of uploads; nothing for an object."""
        query = target.partition(b"?")[2]
        if b"location" in query:
            return f"<LocationConstraint {_NAMESPACE}/>".encode()
        if b"list-type" in query:
            page = re.search(rb"continuation-token=(\d+)", query)
            return self._names[int(page[1]) if page else 0]
        if b"uploads" in query:
            return _list("ListMultipartUploadsResult")
        return _list("ListPartsResult") if b"uploadId" in query else b""

    def _send_object(self, request: bytes) -> None:
        first, last, status, extra = 0, self._size - 1, 200, ""
        if found := _RANGE.search(request):
            first, last = int(found[1]), min(int(found[2] or last), last)
            status, extra = 206, f"Content-Range: bytes {first}-{last}/{self._size}\r\n"
        count = last + 1 - first
        if count <= len(BLOCK) - first % len(BLOCK):
            self._send(status, body(first, count), extra)
            return
        self._send(status, b"", extra, length=count)
        self._sending = asyncio.ensure_future(self._send_blocks(first, count))

    async def _send_blocks(self, first: int, count: int) -> None:
        while count and not self._transport.is_closing():
            await self._writable.wait()
            data = body(first, count)
            self._transport.write(data)
            first, count = first + len(data), count - len(data)

    def _send(self, status: int, data: bytes | memoryview, extra: str = "", length: int | None = None) -> None:
        size = len(data) if length is None else length
        head = f"HTTP/1.1 {status} OK\r\n{_COMMON}{extra}Content-Length: {size}\r\n\r\n"
        self._transport.writelines((head.encode(), data))


def _list(kind: str) -> bytes:
    return f"<{kind} {_NAMESPACE}><IsTruncated>false</IsTruncated></{kind}>".encode()


def _posted(request: bytes, target: bytes) -> bytes:
    """DynamoDB's every call; of S3 the beginning and the end of an upload in parts."""
    if b"dynamodb" in request.lower():
        return b'{"Items": [], "Count": 0, "ScannedCount": 0}' if b"Query" in request or b"Scan" in request else b"{}"
    kind = "CompleteMultipartUpload" if b"uploadId" in target else "InitiateMultipartUpload"
    told = f'<Key>k</Key><UploadId>u</UploadId><ETag>"{_ETAG}-2"</ETag>'
    return f"<{kind}Result {_NAMESPACE}><Bucket>b</Bucket>{told}</{kind}Result>".encode()


async def serve(port: int, size: int, files: int, latency: float) -> None:
    names = listing(files, size)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(size, names, latency), "127.0.0.1", port, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description="An S3-like server that keeps nothing.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--bytes", type=int, default=200_000)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--latency-ms", type=float, default=30)
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.port, chosen.bytes, chosen.files, chosen.latency_ms / 1000))


if __name__ == "__main__":
    main()
