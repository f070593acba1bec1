"""What a file is, by its first bytes alone: never by its name. Pure functions over the first ``HEAD_BYTES`` of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from imagedesk.core.media_types import label_for

HEAD_BYTES = 4096

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_GENERIC_HEIF_BRANDS = {b"mif1", b"msf1", b"mif2", b"mif3"}
_BMP_HEADER_SIZES = {12, 16, 40, 52, 56, 64, 108, 124}
_TIFF_MARKS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # the last two: BigTIFF

# What people take for a picture, or rename to one. The first that fits names the file.
_OTHERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "the file is a PDF document"),
    (0, b"%!PS", "the file is an EPS or PostScript document"),
    (0, b"\xc5\xd0\xd3\xc6", "the file is an EPS document"),
    (0, b"8BPS", "the file is a Photoshop document"),
    (0, b"\xff\x0a", "the file is a JPEG XL picture"),
    (0, b"\0\0\0\x0cJXL ", "the file is a JPEG XL picture"),
    (0, b"\0\0\0\x0cjP  ", "the file is a JPEG 2000 picture"),
    (0, b"\xff\x4f\xff\x51", "the file is a JPEG 2000 picture"),
    (0, b"\0\0\x01\0", "the file is a Windows icon"),
    (0, b"\x76\x2f\x31\x01", "the file is an OpenEXR picture"),
    (0, b"qoif", "the file is a QOI picture"),
    (0, b"FUJIFILMCCD-RAW", "the file is a camera raw file"),
    (0, b"IIRO", "the file is a camera raw file"),
    (0, b"IIU\0", "the file is a camera raw file"),
    (0, b"PK\x03\x04", "the file is a ZIP archive or an office document"),
    (0, b"PK\x05\x06", "the file is a ZIP archive or an office document"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the file is an office document"),
    (0, b"7z\xbc\xaf\x27\x1c", "the file is a 7z archive"),
    (0, b"Rar!\x1a\x07", "the file is a RAR archive"),
    (0, b"\x1f\x8b", "the file is a gzip archive"),
    (0, b"\x1a\x45\xdf\xa3", "the file is a video"),
    (0, b"\0\0\x01\xba", "the file is a video"),
    (0, b"\0\0\x01\xb3", "the file is a video"),
    (0, b"FLV\x01", "the file is a video"),
    (8, b"AVI ", "the file is a video"),
    (8, b"WAVE", "the file is a sound recording"),
    (0, b"ID3", "the file is a sound recording"),
    (0, b"OggS", "the file is a sound recording or a video"),
    (0, b"fLaC", "the file is a sound recording"),
    (0, b"\x7fELF", "the file is a program"),
    (0, b"MZ", "the file is a program"),
    (0, b"\xcf\xfa\xed\xfe", "the file is a program"),
    (0, b"SQLite format 3\0", "the file is a database"),
)
_MARKUP = re.compile(rb"<(svg|html|!doctype html|\?xml)", re.IGNORECASE)


def sniff(head: bytes) -> str | None:
    """The MIME type of an accepted picture that begins with ``head``, else None."""
    return next((mime for mime, is_type in _ACCEPTED if is_type(head)), None)


def describe(head: bytes) -> str:
    """What the file is, as the end of a sentence: ``the file holds text``."""
    if not head:
        return "the file is empty"
    if mime := sniff(head):
        return f"the file is a {label_for(mime)} picture"
    if head[4:8] == b"ftyp":
        return "the file is a camera raw file" if head[8:11] == b"crx" else "the file is a video"
    for offset, mark, words in _OTHERS:
        if head.startswith(mark, offset):
            return words
    return _describe_unmarked(head)


def _describe_unmarked(head: bytes) -> str:
    if not head.strip(b"\0"):
        return "the file holds nothing but zeros"
    if head[:4] in _TIFF_MARKS:
        return "the file is a camera raw file"
    if not _is_text(head):
        return "the file is of no known picture type"
    found = {match.lower() for match in _MARKUP.findall(head)}
    if b"svg" in found:
        return "the file is an SVG drawing"
    return "the file is a web page" if found & {b"html", b"!doctype html"} else "the file holds text"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, as Windows editors write it
        return True
    return not any(byte < 9 or (13 < byte < 32 and byte != 27) for byte in head)


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_tiff(head: bytes) -> bool:
    return head[:4] in _TIFF_MARKS and head[8:10] != b"CR"  # a Canon raw file wears TIFF's mark


def _is_bmp(head: bytes) -> bool:
    return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES


def _is_avif(head: bytes) -> bool:
    major, brands = _brands(head)
    return major in _AVIF_BRANDS or (major in _GENERIC_HEIF_BRANDS and bool(brands & _AVIF_BRANDS))


def _is_heic(head: bytes) -> bool:
    major, _brands_besides = _brands(head)
    return major in _HEIC_BRANDS or (major in _GENERIC_HEIF_BRANDS and not _is_avif(head))


def _brands(head: bytes) -> tuple[bytes, set[bytes]]:
    """The major and the compatible brands of an ISO base media file (ISO/IEC 14496-12, File Type Box)."""
    if head[4:8] != b"ftyp":
        return b"", set()
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return head[8:12], {head[at : at + 4] for at in range(16, end - 3, 4)}


_ACCEPTED: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("image/jpeg", lambda head: head.startswith(b"\xff\xd8\xff")),
    ("image/png", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    ("image/gif", lambda head: head.startswith((b"GIF87a", b"GIF89a"))),
    ("image/webp", _is_webp),
    ("image/tiff", _is_tiff),
    ("image/bmp", _is_bmp),
    ("image/avif", _is_avif),
    ("image/heic", _is_heic),
)
