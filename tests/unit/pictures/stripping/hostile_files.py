"""Files built to keep a reader of structures busy, or to lead it round in a circle."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from tests.generated_pictures import make_picture
from tests.unit.pictures.stripping.tagged_pictures import chunk

LONG = 200_000


def _png_with(*chunks: bytes) -> bytes:
    png = make_picture("png")
    return png[:33] + b"".join(chunks) + png[33:]


def _xmp(packet: bytes) -> Callable[[], bytes]:
    return lambda: _png_with(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet))


def _jpeg_with(data: bytes) -> Callable[[], bytes]:
    return lambda: make_picture("jpeg")[:2] + data + make_picture("jpeg")[2:]


def _tiff_with_entries(*entries: tuple[int, int, int, int]) -> Callable[[], bytes]:
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return lambda: b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + table + struct.pack("<I", 8)


def _deep_tiff() -> bytes:
    data = b"II*\0\x08\0\0\0"
    for number in range(5000):
        data += struct.pack("<HHHII", 1, 330, 4, 1, 8 + (number + 1) * 18) + bytes(4)
    return data


def _shared_tiff() -> bytes:
    """Pages that all have the same large table of strips."""
    data = (b"II*\0" + struct.pack("<I", 400_024) + bytes(16) + struct.pack("<I", 20) * 100_000).ljust(400_024, b"\0")
    for _ in range(300):
        data += struct.pack("<HHHIIHHII", 2, 273, 4, 100_000, 24, 279, 4, 100_000, 24)
        data += struct.pack("<I", len(data) + 4)
    return data


HOSTILE_FILES: dict[str, Callable[[], bytes]] = {
    "XMP that opens without end": _xmp(b"<exif:GPSLatitude>" * (LONG // 18)),
    "XMP of brackets": _xmp(b"<" * LONG + b"exif:GPSLatitude"),
    "XMP of attributes": _xmp(b"<a " + b"a:GPSLatitude='" * (LONG // 15)),
    "XMP of traces": _xmp(b"gps" * (LONG // 3)),
    "XMP of prefixes": _xmp((b"a" * 60 + b":") * (LONG // 61) + b"gpslat"),
    "a text that unpacks without end": lambda: _png_with(
        chunk(b"zTXt", b"a\0\0" + zlib.compress(b"gpslat" * 10_000_000))
    ),
    "texts without end": lambda: _png_with(chunk(b"tEXt", b"a\0b") * 20_000),
    "comments without end": _jpeg_with(b"\xff\xfe\0\2" * 20_000),
    "marks without end": _jpeg_with(b"\xff" * 5_000_000),
    "pictures without end": lambda: make_picture("jpeg") * 500,
    "extensions without end": lambda: make_picture("gif")[:781] + b"!\xfe\0" * 50_000 + make_picture("gif")[781:],
    "a directory in itself": _tiff_with_entries(*[(330, 4, 1, 8)] * 2000, (34665, 4, 1, 8), (34853, 4, 1, 8)),
    "values at the end of the world": _tiff_with_entries((273, 4, 2**32 - 1, 2**32 - 1), (700, 1, 2**31, 2**31)),
    "directories without end": _deep_tiff,
    "one table for all pages": _shared_tiff,
}
