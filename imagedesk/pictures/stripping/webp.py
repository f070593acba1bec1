"""Removes camera data from a WebP file (RFC 9649)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from imagedesk.core.camera_data import CameraData, Removed
from imagedesk.pictures.stripping import exif_block, xmp
from imagedesk.pictures.stripping.edits import Edits, FileBytes, Malformed

_HEAD = 12
_SHOWN = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04  # of VP8X
_JPEG_MARK = b"Exif\0\0"  # some writers put what only JPEG wants before the block
MAX_CHUNKS = 1_000_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """``end`` is where its own bytes end, ``stop`` where the next one begins."""

    kind: bytes
    start: int
    body: int
    end: int
    stop: int


def clean(file: FileBytes, choice: CameraData, edits: Edits) -> None:
    """Raises Malformed."""
    whole = min(file.size, _HEAD - 4 + int.from_bytes(file.read(4, 4), "little"))
    chunks = list(_chunks(file, whole))
    size = chunks[-1].stop if chunks else _HEAD
    new = {chunk: _new(file, chunk, choice, edits) for chunk in chunks if chunk.kind not in _SHOWN}
    if choice is CameraData.ALL:
        _keep_orientation(file, new)
    length = size - 8
    for chunk, body in new.items():
        if body != _body(file, chunk):
            replacement = _chunk(chunk.kind, body) if body else b""
            edits.replace(chunk.start, chunk.stop, replacement)
            length += len(replacement) - (chunk.stop - chunk.start)
    if size < file.size:
        edits.note(Removed.ATTACHMENTS)
        edits.remove(size, file.size)
    if edits:
        edits.replace(4, 8, length.to_bytes(4, "little"))
        _set_flags(file, chunks, new, edits)


def _chunks(file: FileBytes, whole: int) -> Iterator[Chunk]:
    at = _HEAD
    for _ in range(MAX_CHUNKS):
        if at + 8 > whole:
            return
        head = file.read(at, 8)
        length = int.from_bytes(head[4:], "little")
        end = at + 8 + length
        if end > whole:
            raise Malformed("a chunk ends outside the file")
        stop = min(end + length % 2, whole)
        yield Chunk(head[:4], at, at + 8, end, stop)
        at = stop
    raise Malformed("too many chunks")


def _body(file: FileBytes, chunk: Chunk) -> bytes:
    return file.block(chunk.body, chunk.end - chunk.body)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + bytes(len(body) % 2)


def _new(file: FileBytes, chunk: Chunk, choice: CameraData, edits: Edits) -> bytes:
    """What becomes of a chunk's own bytes; empty where it goes. Notes what is removed."""
    body = _body(file, chunk)
    if chunk.kind == b"EXIF":
        return _new_exif(body, choice, edits)
    tells_place = xmp.has_location(body)
    if tells_place:
        edits.note(Removed.LOCATION)
    if choice is CameraData.ALL:
        edits.note(Removed.DESCRIPTIONS if chunk.kind == b"XMP " else Removed.ATTACHMENTS)
        return b""
    if chunk.kind == b"XMP ":
        return xmp.without_location(body)
    return b"" if tells_place else body


def _new_exif(body: bytes, choice: CameraData, edits: Edits) -> bytes:
    mark, block = (_JPEG_MARK, body[6:]) if body.startswith(_JPEG_MARK) else (b"", body)
    if choice is CameraData.ALL:
        edits.note(*exif_block.kinds_in(block))
        return b""
    after, kinds = exif_block.without_location(block)
    edits.note(*kinds)
    return mark + after


def _keep_orientation(file: FileBytes, new: dict[Chunk, bytes]) -> None:
    """A block with nothing but the orientation takes the place of the first that tells it; Exif's word comes first."""
    bodies = {chunk: _body(file, chunk).removeprefix(_JPEG_MARK) for chunk in new}
    told = [(chunk, exif_block.orientation_of(bodies[chunk])) for chunk in new if chunk.kind == b"EXIF"]
    told += [(chunk, xmp.orientation_of(bodies[chunk])) for chunk in new if chunk.kind == b"XMP "]
    for chunk, orientation in told:
        if orientation is not None:
            block = exif_block.minimal(orientation)
            if block:
                del new[chunk]
                new[Chunk(b"EXIF", chunk.start, chunk.body, chunk.end, chunk.stop)] = block
            return


def _set_flags(file: FileBytes, chunks: list[Chunk], new: dict[Chunk, bytes], edits: Edits) -> None:
    if chunks and chunks[0].kind == b"VP8X":
        there = {chunk.kind for chunk, body in new.items() if body}
        flags = file.read(chunks[0].body, 1)[0] & ~(_EXIF_FLAG | _XMP_FLAG)
        flags |= (_EXIF_FLAG if b"EXIF" in there else 0) | (_XMP_FLAG if b"XMP " in there else 0)
        edits.replace(chunks[0].body, chunks[0].body + 1, bytes([flags]))
