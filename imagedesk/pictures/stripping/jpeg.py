"""Removes camera data from a JPEG file ("Exif 2.32", CIPA DC-008; "XMP part 3"; "Multi-Picture Format", CIPA DC-007).

For all camera data, segments are left out and whatever follows the picture is cut off. For the location alone every
byte stays where it is, since the pictures of a multi-picture file are found by their positions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from imagedesk.core.camera_data import CameraData, Removed
from imagedesk.pictures.stripping import exif_block, xmp
from imagedesk.pictures.stripping.edits import Edits, FileBytes, Malformed
from imagedesk.pictures.stripping.jpeg_segments import Segment, end_of, next_picture, segments
from imagedesk.pictures.stripping.photoshop import resources_without_location
from imagedesk.pictures.stripping.tiff import exif_without_location

_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_MORE_XMP_HEAD = 40  # bytes behind the name: digest, length, position
_PHOTOSHOP = b"Photoshop 3.0\0"
_APP1, _APP13 = 0xE1, 0xED
_PROFILE = (0xE2, b"ICC_PROFILE\0")
_SHOWN = ((0xE0, b"JFIF\0"), _PROFILE, (0xEE, b"Adobe"))
_MULTI_PICTURE = (0xE2, b"MPF\0")
MAX_PICTURES = 64  # in one file


def clean(file: FileBytes, choice: CameraData, edits: Edits) -> None:
    """Raises Malformed."""
    if choice is CameraData.ALL:
        _AllOf(file, edits).remove()
        return
    found = list(segments(file, 0))
    for _ in range(MAX_PICTURES):
        _LocationOf(file, found, edits).remove()
        end = end_of(found, file.size)
        start = next_picture(file, end)
        try:
            found = list(segments(file, start)) if start >= 0 else []
        except Malformed:
            found = []
        if not found:
            break
    _cut(file, end, edits)


def _cut(file: FileBytes, end: int, edits: Edits) -> None:
    """What follows the picture, a film or the like, cannot be cleaned."""
    if any(chunk.strip(b"\0") for chunk in file.chunks(end, file.size)):
        edits.note(Removed.ATTACHMENTS)
        edits.remove(end, file.size)


def _body(file: FileBytes, segment: Segment, name: bytes = b"") -> bytes:
    return file.block(segment.body + len(name), max(0, segment.stop - segment.body - len(name)))


def _is(file: FileBytes, segment: Segment, marker: int, name: bytes) -> bool:
    length = segment.stop - segment.body
    return segment.marker == marker and length >= len(name) and file.read(segment.body, len(name)) == name


def _is_shown(file: FileBytes, segment: Segment) -> bool:
    return not segment.is_metadata or any(_is(file, segment, marker, name) for marker, name in _SHOWN)


class _AllOf:
    """Removes everything but what shows the picture: size, colours and orientation."""

    def __init__(self, file: FileBytes, edits: Edits) -> None:
        self._file, self._edits = file, edits

    def remove(self) -> None:
        file = self._file
        found = list(segments(file, 0))
        gone = [segment for segment in found if not _is_shown(file, segment)]
        block = exif_block.minimal(self._orientation(gone), is_adobe_rgb=self._is_adobe_rgb(found))
        wanted = b"\xff\xe1" + (len(_EXIF + block) + 2).to_bytes(2, "big") + _EXIF + block if block else b""
        for segment in gone:
            if wanted and segment.marker == _APP1:  # in the place of the first that could tell it
                self._replace(segment, wanted)
                wanted = b""
            else:
                self._replace(segment, b"")
        _cut(file, end_of(found, file.size), self._edits)

    def _replace(self, segment: Segment, data: bytes) -> None:
        if data and self._file.read(segment.start, segment.stop - segment.start) == data:
            return
        self._edits.replace(segment.start, segment.stop, data)
        self._edits.note(*self._kinds(segment))

    def _orientation(self, gone: Sequence[Segment]) -> int:
        """Exif's word comes before XMP's."""
        told: list[int] = []
        for name, read in ((_EXIF, exif_block.orientation_of), (_XMP, xmp.orientation_of)):
            bodies = [_body(self._file, one, name) for one in gone if _is(self._file, one, _APP1, name)]
            told += [orientation for body in bodies if (orientation := read(body)) is not None]
        return told[0] if told else 1

    def _is_adobe_rgb(self, found: Sequence[Segment]) -> bool:
        """By Exif alone: a profile says more."""
        if any(_is(self._file, segment, *_PROFILE) for segment in found):
            return False
        blocks = (_body(self._file, one, _EXIF) for one in found if _is(self._file, one, _APP1, _EXIF))
        return any(exif_block.is_adobe_rgb(block) for block in blocks)

    def _kinds(self, segment: Segment) -> set[Removed]:
        file = self._file
        if _is(file, segment, _APP1, _EXIF):
            return exif_block.kinds_in(_body(file, segment, _EXIF))
        if _is(file, segment, *_MULTI_PICTURE):
            return set()
        place = {Removed.LOCATION} if xmp.has_location(_body(file, segment)) else set()
        if segment.marker == _APP13:
            place |= _place_in_resources(_body(file, segment, _PHOTOSHOP))
        is_camera = segment.marker not in {_APP1, _APP13, 0xFE}
        return place | {Removed.CAMERA if is_camera else Removed.DESCRIPTIONS}


def _place_in_resources(data: bytes) -> set[Removed]:
    try:
        return {Removed.LOCATION} if resources_without_location(data, exif_without_location) != data else set()
    except Malformed:
        return set()


class _LocationOf:
    """Blanks the place in one of the file's pictures."""

    def __init__(self, file: FileBytes, found: Sequence[Segment], edits: Edits) -> None:
        self._file, self._found, self._edits = file, found, edits

    def remove(self) -> None:
        for segment in self._named(_APP1, _EXIF):
            self._clean_exif(segment)
        for segment in self._named(_APP1, _XMP):
            self._clean([segment], len(_XMP), xmp.without_location)
        self._clean(self._named(_APP1, _MORE_XMP), len(_MORE_XMP) + _MORE_XMP_HEAD, _without_any_place)
        self._clean(self._named(_APP13, _PHOTOSHOP), len(_PHOTOSHOP), self._clean_resources)
        for segment in self._found:
            if self._is_other(segment):
                self._clean([segment], 0, _without_any_place)

    def _named(self, marker: int, name: bytes) -> list[Segment]:
        return [segment for segment in self._found if _is(self._file, segment, marker, name)]

    def _is_other(self, segment: Segment) -> bool:
        known = ((_APP1, _EXIF), (_APP1, _XMP), (_APP1, _MORE_XMP), (_APP13, _PHOTOSHOP), _MULTI_PICTURE)
        is_known = any(_is(self._file, segment, marker, name) for marker, name in known)
        return not is_known and not _is_shown(self._file, segment)

    def _clean(self, parts: Sequence[Segment], head: int, clean_block: Callable[[bytes], bytes]) -> None:
        """``parts`` hold one block together, each behind a head of so many bytes."""
        ranges = [(part.body + head, part.stop) for part in parts if part.stop > part.body + head]
        before = b"".join(self._file.block(start, stop - start) for start, stop in ranges)
        try:
            after = clean_block(before)
        except Malformed:
            after = bytes(len(before))  # what cannot be read cannot be cleaned
        if after != before:
            self._edits.scatter(ranges, after)
            self._edits.note(Removed.LOCATION)

    def _clean_exif(self, segment: Segment) -> None:
        start, block = segment.body + len(_EXIF), _body(self._file, segment, _EXIF)
        after, kinds = exif_block.without_location(block)
        if after != block:
            self._edits.replace(start, segment.stop, after)
            self._edits.note(*kinds)

    def _clean_resources(self, data: bytes) -> bytes:
        return resources_without_location(data, exif_without_location)


def _without_any_place(data: bytes) -> bytes:
    return bytes(len(data)) if xmp.has_location(data) else data
