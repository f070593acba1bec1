"""Blocks of metadata that ImageMagick writes into a PNG as text: a name, a length, and the bytes in hexadecimal."""

from __future__ import annotations

import re

from imagedesk.core.camera_data import Removed
from imagedesk.pictures.stripping import exif_block, xmp
from imagedesk.pictures.stripping.photoshop import iptc_without_location, resources_without_location
from imagedesk.pictures.stripping.tiff import exif_without_location

KEY = b"Raw profile type "
_HEAD = re.compile(rb"\s*[\w ]{1,40}\n\s*\d+\n")
_EXIF = b"Exif\0\0"


def kinds_in(text: bytes) -> set[Removed]:
    """What would be removed with it; a place also where it cannot be read, since it may hold one."""
    head = _HEAD.match(text)
    try:
        data = bytes.fromhex(text[head.end() if head else 0 :].decode("ascii"))
        if data.startswith(_EXIF):
            return exif_block.kinds_in(data.removeprefix(_EXIF))
        return {Removed.DESCRIPTIONS} | ({Removed.LOCATION} if _tells_place(data) else set())
    except ValueError:  # no hexadecimal, or Malformed, which is one
        return {Removed.DESCRIPTIONS, Removed.LOCATION}


def _tells_place(data: bytes) -> bool:
    if data.startswith(b"8BIM"):
        return resources_without_location(data, exif_without_location) != data
    if data.startswith(b"\x1c"):
        return iptc_without_location(data) != data
    return xmp.has_location(data)
