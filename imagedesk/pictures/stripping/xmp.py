"""Takes the place out of an XMP packet, without changing its length (ISO 16684-1; names of "Exif for XMP" and IPTC).

A packet that may still hold a place afterwards is blanked whole: what cannot be read cannot be cleaned.
"""

from __future__ import annotations

import re

_NAMES = (
    rb"(?:GPS\w*|Gps\w*|gps\w*|City|State|Country|CountryCode|CountryName|ProvinceState|Sublocation|SubLocation"
    rb"|Location|LocationCreated|LocationShown|LocationId|LocationName|WorldRegion|[Ll]atitude|[Ll]ongitude)"
)
# A name begins where no other goes on: each is tried once, so that no packet takes long.
_PROPERTY = re.compile(rb"(?<![\w:.-])(?:[A-Za-z][\w.-]{0,60}:)" + _NAMES + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_ELEMENT = re.compile(rb"<(/?)((?:[A-Za-z][\w.-]{0,60}:)" + _NAMES + rb")(?=[\s/>])")
_TAG = re.compile(rb"<[^<>]*>")
_TRACE = re.compile(
    rb"gps.{0,12}(?:lat|lon|alt|pos|dest|area)|(?:geo:|[:\"'])(?:lat|long|latitude|longitude)\b"
    rb"|(?:photoshop|iptc4xmp\w*):(?:city|state|country|location|sublocation|province|world)",
    re.IGNORECASE | re.DOTALL,
)
_ORIENTATION = re.compile(rb"tiff:Orientation\s*(?:=\s*[\"']|>)\s*([1-8])\b")
_FOREIGN = (b"<!DOCTYPE", b"<!ENTITY")


def has_location(packet: bytes) -> bool:
    """Whether a place is named in it, in whatever encoding of Unicode."""
    return _TRACE.search(packet.replace(b"\0", b"")) is not None


def orientation_of(packet: bytes) -> int | None:
    """1 to 8, None where it says none."""
    match = _ORIENTATION.search(packet)
    return int(match[1]) if match else None


def without_location(packet: bytes) -> bytes:
    """As long as before; the same where there was no place in it."""
    if not has_location(packet):
        return packet
    if b"\0" in packet.rstrip(b"\0") or any(mark in packet for mark in _FOREIGN):
        return b" " * len(packet)
    cleaned = _without_elements(packet)
    return b" " * len(packet) if has_location(cleaned) else cleaned


def _without_elements(packet: bytes) -> bytes:
    """One walk over the tags: an element that tells a place goes with all that is in it."""
    result = bytearray(packet)
    inside, depth, start = b"", 0, 0
    for tag in _TAG.finditer(packet):
        match = _ELEMENT.match(tag[0])
        name, closes = (match[2], bool(match[1])) if match else (b"", False)
        if inside:
            if name == inside and not tag[0].endswith(b"/>"):
                depth += -1 if closes else 1
            if depth == 0:
                result[start : tag.end()] = b" " * (tag.end() - start)
                inside = b""
        elif name and tag[0].endswith(b"/>"):
            result[tag.start() : tag.end()] = b" " * len(tag[0])
        elif name and not closes:
            inside, depth, start = name, 1, tag.start()
        else:
            result[tag.start() : tag.end()] = _PROPERTY.sub(lambda found: b" " * len(found[0]), tag[0])
    return bytes(result)
