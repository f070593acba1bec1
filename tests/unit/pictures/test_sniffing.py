"""The type of a file by its first bytes."""

from __future__ import annotations

import pytest

from imagedesk.pictures.sniffing import HEAD_BYTES, describe, sniff
from tests.generated_pictures import EMPTY, HEIC, KINDS, MIMES, PDF, SVG, TEXT, VIDEO, ZIP, make_picture


@pytest.mark.parametrize("kind", KINDS)
def test_every_accepted_type_is_known_by_its_bytes(kind: str) -> None:
    assert sniff(make_picture(kind)[:HEAD_BYTES]) == MIMES[kind]


def test_heic_is_known_by_its_brands() -> None:
    assert sniff(HEIC) == "image/heic"
    assert sniff(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic") == "image/heic"
    assert sniff(b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif") == "image/avif"


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (TEXT, "the file holds text"),
        (b"BMW is a car maker, and this is a text.", "the file holds text"),
        ("größer".encode("latin-1"), "the file holds text"),
        ("ü".encode("utf-16"), "the file holds text"),
        (SVG, "the file is an SVG drawing"),
        (b"\xef\xbb\xbf<svg/>", "the file is an SVG drawing"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "the file is a web page"),
        (b"<?xml version='1.0'?><note/>", "the file holds text"),
        (PDF, "the file is a PDF document"),
        (ZIP, "the file is a ZIP archive or an office document"),
        (VIDEO, "the file is a video"),
        (b"\x1a\x45\xdf\xa3webm", "the file is a video"),
        (b"RIFF\0\0\0\0AVI LIST", "the file is a video"),
        (b"II*\0\x10\0\0\0CR\x02\0", "the file is a camera raw file"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "the file is a camera raw file"),
        (b"8BPS\0\1", "the file is a Photoshop document"),
        (b"\xff\x0a\xfa\x7f", "the file is a JPEG XL picture"),
        (bytes(100), "the file holds nothing but zeros"),
        (EMPTY, "the file is empty"),
        (b"\x01\x02\x03\x80", "the file is of no known picture type"),
    ],
)
def test_what_is_no_accepted_picture_is_named(head: bytes, words: str) -> None:
    assert sniff(head) is None
    assert describe(head) == words


def test_a_picture_is_described_by_its_type() -> None:
    assert describe(make_picture("webp")) == "the file is a WebP picture"


def test_no_cut_of_a_head_raises() -> None:
    heads = [make_picture(kind)[:80] for kind in KINDS] + [HEIC, VIDEO, b"\xff" * 80]
    for head in heads:
        for length in range(len(head)):
            sniff(head[:length])
            assert describe(head[:length])
