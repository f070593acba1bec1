"""An S3-like server that keeps nothing: PUT discards, GET gives the same bytes, a list names the files, and each answer
comes after a fixed latency. Shows what a client costs.

    python -m tests.benchmarks.null_server --port 0 --bytes 200000 --files 1000 --latency-ms 30

Prints its port. One thread of asyncio; loopback only.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_RANGE = re.compile(rb"\r\nrange: *bytes=(\d+)-(\d*)", re.IGNORECASE)
_COMMON = 'ETag: "0123456789abcdef0123456789abcdef"\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n'


def file_name(number: int) -> str:
    return f"IMG_{number:05d}.jpg"


def listing(files: int, size: int) -> bytes:
    entries = "".join(
        f"<Contents><Key>{file_name(number)}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified>"
        f"<ETag>&quot;0123456789abcdef0123456789abcdef&quot;</ETag><Size>{size}</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>"
        for number in range(files)
    )
    return (
        '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>'
        f"<Prefix></Prefix><KeyCount>{files}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>"
        f"{entries}</ListBucketResult>"
    ).encode()


class Connection(asyncio.Protocol):
    def __init__(self, body: bytes, names: bytes, latency: float) -> None:
        self._body, self._names, self._latency = body, names, latency
        self._head = b""
        self._left = 0
        self._request = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

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
        if method == b"GET" and b"location" in target:
            return self._send(200, b"<LocationConstraint xmlns='http://s3.amazonaws.com/doc/2006-03-01/'/>")
        if method == b"GET" and b"list-type" in target:
            return self._send(200, self._names)
        if method == b"GET" and (found := _RANGE.search(request)):
            first, last = int(found[1]), min(int(found[2] or len(self._body)), len(self._body) - 1)
            place = f"Content-Range: bytes {first}-{last}/{len(self._body)}\r\n"
            return self._send(206, self._body[first : last + 1], place)
        if method == b"HEAD":
            return self._send(200, b"", length=len(self._body))
        return self._send(200, self._body if method == b"GET" else b"")

    def _send(self, status: int, body: bytes, extra: str = "", length: int | None = None) -> None:
        size = len(body) if length is None else length
        head = f"HTTP/1.1 {status} OK\r\n{_COMMON}{extra}Content-Length: {size}\r\n\r\n"
        self._transport.writelines((head.encode(), body))


async def serve(port: int, size: int, files: int, latency: float) -> None:
    body, names = os.urandom(size), listing(files, size)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(body, names, latency), "127.0.0.1", port, backlog=1024)
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
