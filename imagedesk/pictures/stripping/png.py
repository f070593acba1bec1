"""Removes camera data from a PNG file ("Portable Network Graphics, Third Edition", W3C), animated ones too."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from imagedesk.core.camera_data import CameraData, Removed
from imagedesk.pictures.stripping import exif_block, raw_profile, xmp
from imagedesk.pictures.stripping.edits import Edits, FileBytes, Malformed

_SIGNATURE = 8
_SHOWN = frozenset(
    (b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD", b"hIST", b"pHYs",
     b"sPLT", b"acTL", b"fcTL", b"fdAT")
)  # fmt: skip
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_XMP_KEY = b"XML:com.adobe.xmp"
_PLACE_KEY = re.compile(rb"gps|location|latitude|longitude|geotag", re.IGNORECASE)
MAX_CHUNKS = 1_000_000
MAX_TEXT = 16_000_000  # bytes of a compressed text


@dataclass(frozen=True, slots=True)
class Chunk:
    kind: bytes
    start: int
    body: int
    stop: int

    @property
    def is_critical(self) -> bool:
        return self.kind[:1].isupper()


def clean(file: FileBytes, choice: CameraData, edits: Edits) -> None:
    """Raises Malformed."""
    found = list(_chunks(file))
    if choice is CameraData.ALL:
        _remove_all(file, found, edits)
    else:
        for chunk in found:
            _remove_location(file, chunk, edits)
    end = found[-1].stop
    if found[-1].kind == b"IEND" and end < file.size:
        edits.note(Removed.ATTACHMENTS)
        edits.remove(end, file.size)


def _chunks(file: FileBytes) -> Iterator[Chunk]:
    at = _SIGNATURE
    for _ in range(MAX_CHUNKS):
        head = file.read(at, 8)
        chunk = Chunk(head[4:], at, at + 8, at + 12 + int.from_bytes(head[:4], "big"))
        if chunk.stop > file.size:
            raise Malformed("a chunk ends outside the file")
        yield chunk
        at = chunk.stop
        if chunk.kind == b"IEND":
            return
    raise Malformed("too many chunks")


def _body(file: FileBytes, chunk: Chunk) -> bytes:
    return file.block(chunk.body, chunk.stop - 4 - chunk.body)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


# -- all ---------------------------------------------------------------------------------------------------------------


def _remove_all(file: FileBytes, found: list[Chunk], edits: Edits) -> None:
    gone = [chunk for chunk in found if not chunk.is_critical and chunk.kind not in _SHOWN]
    block = exif_block.minimal(_orientation(file, gone))
    wanted = _chunk(b"eXIf", block) if block else b""
    for chunk in gone:
        if wanted and file.read(chunk.start, chunk.stop - chunk.start) == wanted:
            wanted = b""
            continue
        edits.remove(chunk.start, chunk.stop)
        edits.note(*_kinds(file, chunk))
    if wanted:
        edits.insert(found[0].stop, wanted)  # behind the header


def _orientation(file: FileBytes, gone: list[Chunk]) -> int:
    told = [exif_block.orientation_of(_body(file, chunk)) for chunk in gone if chunk.kind == b"eXIf"]
    told += [xmp.orientation_of(text) for chunk in gone if (text := _xmp(file, chunk)) is not None]
    return next((orientation for orientation in told if orientation is not None), 1)


def _kinds(file: FileBytes, chunk: Chunk) -> set[Removed]:
    """What goes with a chunk."""
    body = _body(file, chunk)
    if chunk.kind == b"eXIf":
        return exif_block.kinds_in(body)
    if chunk.kind == b"tIME":
        return {Removed.CAMERA}
    if chunk.kind not in _TEXTS:
        return {Removed.ATTACHMENTS} | ({Removed.LOCATION} if xmp.has_location(body) else set())
    key, text = _text(file, chunk.kind, body)
    if text is not None and key.startswith(raw_profile.KEY):
        return raw_profile.kinds_in(text)
    tells_place = text is None or _PLACE_KEY.search(key) or xmp.has_location(text)  # what is not unpacked may tell it
    return {Removed.DESCRIPTIONS} | ({Removed.LOCATION} if tells_place else set())


# -- location ----------------------------------------------------------------------------------------------------------


def _remove_location(file: FileBytes, chunk: Chunk, edits: Edits) -> None:
    if chunk.kind == b"eXIf":
        _clean_exif(file, chunk, edits)
        return
    if chunk.is_critical or chunk.kind in _SHOWN or Removed.LOCATION not in (kinds := _kinds(file, chunk)):
        return
    text = _xmp(file, chunk)
    if text is not None:
        body = _XMP_KEY + bytes(5) + xmp.without_location(text)
        edits.replace(chunk.start, chunk.stop, _chunk(b"iTXt", body))
    else:
        edits.remove(chunk.start, chunk.stop)
        edits.note(*kinds)
    edits.note(Removed.LOCATION)


def _clean_exif(file: FileBytes, chunk: Chunk, edits: Edits) -> None:
    before = _body(file, chunk)
    after, kinds = exif_block.without_location(before)
    if after != before:
        edits.replace(chunk.start, chunk.stop, _chunk(b"eXIf", after))
        edits.note(*kinds)


def _xmp(file: FileBytes, chunk: Chunk) -> bytes | None:
    if chunk.kind not in _TEXTS:
        return None
    key, text = _text(file, chunk.kind, _body(file, chunk))
    return text if key == _XMP_KEY else None


def _text(file: FileBytes, kind: bytes, body: bytes) -> tuple[bytes, bytes | None]:
    """Key and text; None for a text that cannot be unpacked."""
    key, _, rest = body.partition(b"\0")
    if kind == b"zTXt":
        return key, _unpacked(file, rest[1:])
    if kind == b"iTXt":
        is_packed, rest = rest[:1] == b"\1", rest[2:]
        rest = rest.partition(b"\0")[2].partition(b"\0")[2]  # language, translated key
        return key, _unpacked(file, rest) if is_packed else rest
    return key, rest


def _unpacked(file: FileBytes, data: bytes) -> bytes | None:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, MAX_TEXT)
    except zlib.error:
        return None
    file.look_into(len(text))
    return text if unpacker.eof else None
