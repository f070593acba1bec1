"""Removes camera data from a TIFF file in place: every byte that shows the picture stays where it is.

For the location alone the entries that tell it go, and with them the maker's notes, which nobody can read and which
tell it once more in some cameras; for all camera data only those entries stay that show the picture. Then every byte is
zeroed that no entry needs any more, what editors left lying about too.
"""

from __future__ import annotations

import io
from collections.abc import Callable

from imagedesk.core.camera_data import CameraData, Removed
from imagedesk.pictures.stripping import xmp
from imagedesk.pictures.stripping.edits import Edits, FileBytes, Malformed
from imagedesk.pictures.stripping.photoshop import iptc_without_location, resources_without_location
from imagedesk.pictures.stripping.ranges import Range, difference
from imagedesk.pictures.stripping.tiff_directories import Directory, Entry, TiffDirectories

_EXIF, _GPS = 34665, 34853
_INNER = frozenset({330, _EXIF, 40965})  # directories in a directory: of other pictures, of Exif, of its version
_XMP, _IPTC, _PHOTOSHOP, _MAKER_NOTE = 700, 33723, 34377, 37500
_GEOTIFF = frozenset({33550, 33920, 33922, 34264, 34735, 34736, 34737})
_PLACES = _GEOTIFF | {_GPS}
_DESCRIPTIONS = frozenset({269, 270, 285, 315, 33432, _XMP, _IPTC, _PHOTOSHOP, *range(40091, 40096)})
# What a reader needs: the baseline and extensions of TIFF 6.0 and its supplements, the colour profile, JPEG's tables,
# and the layers of Photoshop, which are picture too.
_SHOWN = frozenset(
    (254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284, 286, 287,
     288, 289, 290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 326, 327, 328, 330, 332,
     334, 336, 338, 339, 340, 341, 342, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 34675,
     37724, *range(32995, 32999))
)  # fmt: skip
_DATA = {273: 279, 324: 325, 513: 514}  # positions of pixels, and how many bytes are there
_OLD_TABLES = frozenset({519, 520, 521})  # of JPEG in TIFF 6.0: positions alone
_LONGEST_TABLE = 1024  # bytes

_CLEANERS: dict[int, Callable[[bytes], bytes]] = {
    _XMP: xmp.without_location,
    _IPTC: iptc_without_location,
    _PHOTOSHOP: lambda data: resources_without_location(data, exif_without_location),
}


class TiffCleaning:
    """Of one file or block of Exif data. Raises Malformed when made over what is no TIFF."""

    def __init__(self, file: FileBytes, choice: CameraData, edits: Edits) -> None:
        self._file, self._edits = file, edits
        self._all = choice is CameraData.ALL
        self._directories = TiffDirectories(file)
        self._has_place = False
        self._waiting: list[Directory] = []  # no recursion: a hostile file nests them without end
        self._kept: list[Range] = [self._directories.head]

    def run(self) -> None:
        """Raises Malformed."""
        for page in self._directories.chain():
            self._has_place = self._has_place or any(self._tells_place(entry) for entry in page.entries)
            self._waiting.append(page)
            while self._waiting:
                self._clean(self._waiting.pop())
        if not self._all and not self._edits:
            return
        for start, stop in difference([(0, self._file.size)], self._kept):
            if any(chunk.strip(b"\0") for chunk in self._file.chunks(start, stop)):
                self._edits.blank(start, stop)

    def _clean(self, directory: Directory) -> None:
        kept = [entry for entry in directory.entries if self._stays(entry)]
        self._kept.append((directory.start, directory.stop))
        for entry in directory.entries:
            if self._stays(entry):
                self._keep(entry)
            else:
                self._drop(entry)
        self._keep_pixels(kept)
        if len(kept) < len(directory.entries):
            self._rewrite(directory, kept)

    def _stays(self, entry: Entry) -> bool:
        if self._all:
            return entry.tag in _SHOWN
        return entry.tag not in _PLACES and not (entry.tag == _MAKER_NOTE and self._has_place)

    def _keep(self, entry: Entry) -> None:
        if entry.is_outside and entry.is_whole:
            self._kept.append((entry.start, entry.stop))
        if entry.tag in _INNER:
            for position in self._directories.values(entry):
                if (inner := self._directories.at(position)) is not None:
                    self._waiting.append(inner)
        if not self._all and entry.tag in _CLEANERS and entry.is_outside and entry.is_whole:
            self._clean_values(entry)

    def _clean_values(self, entry: Entry) -> None:
        before = self._file.block(entry.start, entry.stop - entry.start)
        after = _cleaned(entry.tag, before)
        if after != before:
            self._edits.replace(entry.start, entry.stop, after)
            self._edits.note(Removed.LOCATION)

    def _drop(self, entry: Entry) -> None:
        if entry.tag in _PLACES:
            self._edits.note(*([Removed.LOCATION] if entry.tag in _GEOTIFF or self._tells_place(entry) else []))
        elif entry.tag in _DESCRIPTIONS:
            self._edits.note(Removed.DESCRIPTIONS)
            self._note_place(entry)
        else:
            self._edits.note(Removed.CAMERA)
            self._look_into(entry)

    def _tells_place(self, entry: Entry) -> bool:
        """Many cameras write the version of the standard and no place."""
        if entry.tag != _GPS:
            return False
        found = [self._directories.peek(position) for position in self._directories.values(entry, 1)]
        return any(inner.tag != 0 for directory in found if directory is not None for inner in directory.entries)

    def _note_place(self, entry: Entry) -> None:
        """All of it goes: say whether a place was in it."""
        if entry.tag in _CLEANERS and entry.is_whole and self._all:
            before = self._file.block(entry.start, entry.stop - entry.start)
            if _cleaned(entry.tag, before) != before:
                self._edits.note(Removed.LOCATION)

    def _look_into(self, entry: Entry) -> None:
        """A place may be named by a directory inside the one that goes."""
        if entry.tag == _EXIF and self._all:
            found = [self._directories.peek(position) for position in self._directories.values(entry, 1)]
            inside = [inner for directory in found if directory is not None for inner in directory.entries]
            self._edits.note(*([Removed.LOCATION] if any(self._tells_place(inner) for inner in inside) else []))

    def _keep_pixels(self, entries: list[Entry]) -> None:
        by_tag = {entry.tag: entry for entry in entries}
        for tag, counted in _DATA.items():
            if tag in by_tag:
                starts = self._directories.values(by_tag[tag])
                lengths = self._directories.values(by_tag[counted]) if counted in by_tag else []
                if len(lengths) != len(starts) or 0 in lengths:  # a reader guesses then: all behind it may be needed
                    lengths = [self._file.size] * len(starts)
                self._kept += [(start, start + length) for start, length in zip(starts, lengths, strict=True)]
        for tag in _OLD_TABLES & by_tag.keys():
            self._kept += [(start, start + _LONGEST_TABLE) for start in self._directories.values(by_tag[tag])]

    def _rewrite(self, directory: Directory, kept: list[Entry]) -> None:
        """The entries that stay move together; the rest of the table is zeros."""
        order, width = self._directories.order, self._directories.count_width
        table = len(kept).to_bytes(width, order) + b"".join(entry.raw for entry in kept)  # type: ignore[arg-type]
        table += directory.next_pointer
        self._edits.replace(directory.start, directory.stop, table.ljust(directory.stop - directory.start, b"\0"))


def _cleaned(tag: int, data: bytes) -> bytes:
    try:
        return _CLEANERS[tag](data)
    except Malformed:
        return bytes(len(data))


def exif_without_location(block: bytes) -> bytes:
    """A block of Exif data as long as before. Raises Malformed."""
    edits, file = Edits(), FileBytes(io.BytesIO(block), len(block))
    TiffCleaning(file, CameraData.LOCATION, edits).run()
    return b"".join(edits.apply(file))
