"""Takes the place out of IPTC data and of Photoshop's image resources, without changing their length.

"IPTC-IIM 4.2", record 2; "Adobe Photoshop File Formats Specification", Image Resources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from imagedesk.pictures.stripping import xmp
from imagedesk.pictures.stripping.edits import Malformed

_PLACES = frozenset({26, 27, 90, 92, 95, 100, 101})  # content location, city, sublocation, state, country
_IPTC, _EXIF, _EXIF_3, _XMP = 0x0404, 0x0422, 0x0423, 0x0424


def iptc_without_location(data: bytes) -> bytes:
    """Raises Malformed."""
    result, at = bytearray(data), 0
    while at + 5 <= len(data) and data[at] == 0x1C:
        record, dataset, length = data[at + 1], data[at + 2], int.from_bytes(data[at + 3 : at + 5], "big")
        at += 5
        if length & 0x8000:  # an extended data set says how long its length is
            width = length & 0x7FFF
            if width > 4:
                raise Malformed("IPTC")
            length = int.from_bytes(data[at : at + width], "big")
            at += width
        if at + length > len(data):
            raise Malformed("IPTC")
        if record == 2 and dataset in _PLACES:
            result[at : at + length] = b" " * length
        at += length
    if data[at:].strip(b"\0 "):
        raise Malformed("IPTC")
    return bytes(result)


def resources_without_location(data: bytes, clean_exif: Callable[[bytes], bytes]) -> bytes:
    """Raises Malformed, as ``clean_exif`` does for Exif data among them."""
    result = bytearray(data)
    for kind, start, stop in _resources(data):
        part = data[start:stop]
        if kind == _IPTC:
            result[start:stop] = iptc_without_location(part)
        elif kind == _XMP:
            result[start:stop] = xmp.without_location(part)
        elif kind in {_EXIF, _EXIF_3}:
            result[start:stop] = clean_exif(part)
    return bytes(result)


def _resources(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of each."""
    at = 0
    while data[at : at + 4] == b"8BIM":
        kind = int.from_bytes(data[at + 4 : at + 6], "big")
        named = 1 + data[at + 6] if at + 6 < len(data) else 1
        at += 6 + named + named % 2
        length = int.from_bytes(data[at : at + 4], "big")
        start = at + 4
        if start + length > len(data):
            raise Malformed("image resources")
        yield kind, start, start + length
        at = start + length + length % 2
    if data[at:].strip(b"\0"):
        raise Malformed("image resources")
