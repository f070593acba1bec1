"""PNG files made and taken apart chunk by chunk, for kinds and wounds that no encoder makes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Chunk = tuple[bytes, bytes]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def joined(chunks: Iterable[Chunk]) -> bytes:
    return SIGNATURE + b"".join(chunk(kind, data) for kind, data in chunks)


def chunks_of(png: bytes) -> list[Chunk]:
    found, at = [], len(SIGNATURE)
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        found.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def png(
    size: tuple[int, int], bits: int, colour_type: int, filtered_rows: bytes, *chunks: Chunk, interlace: int = 0
) -> bytes:
    """``chunks`` come before the pixels."""
    header = struct.pack(">IIBBBBB", *size, bits, colour_type, 0, 0, interlace)
    return joined([(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(filtered_rows)), (b"IEND", b"")])


def words(*values: int) -> bytes:
    return struct.pack(f">{len(values)}H", *values)
