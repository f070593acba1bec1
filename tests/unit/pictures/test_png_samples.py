"""PNG's rarer samples: few and many bits, a transparent colour, a gamma of its own. Files are made chunk by chunk."""

from __future__ import annotations

import struct
import zlib

import pytest

from imagedesk.pictures.guarded_reader import GuardedPictureReader
from tests.unit.pictures.png_chunks import Chunk, joined, png, words

GREY, RGB = 0, 2


def two_pixels(depth: int, kind: int, row: bytes, *chunks: Chunk) -> bytes:
    """Beside each other."""
    return png((2, 1), depth, kind, b"\0" + row, *chunks)


def transparent(*values: int) -> Chunk:
    return b"tRNS", words(*values)


def gamma(value: float) -> Chunk:
    return b"gAMA", struct.pack(">I", round(value * 100_000))


@pytest.mark.parametrize(
    ("depth", "kind", "row", "colour", "first"),
    [
        (1, GREY, b"\x40", (1,), (0, 0, 0)),
        (2, GREY, b"\x70", (3,), (85, 85, 85)),
        (4, GREY, b"\x8f", (15,), (136, 136, 136)),
        (8, GREY, b"\x80\x12", (18,), (128, 128, 128)),
        (16, GREY, words(0x8000, 0x1234), (0x1234,), (128, 128, 128)),
        (8, RGB, bytes([255, 0, 0, 1, 2, 3]), (1, 2, 3), (0, 0, 255)),
        (16, RGB, words(0xFFFF, 0, 0, 0x1234, 0x5678, 9), (0x1234, 0x5678, 9), (0, 0, 255)),
    ],
)
def test_the_transparent_colour_is_transparent_at_every_depth(
    reader: GuardedPictureReader, depth: int, kind: int, row: bytes, colour: tuple[int, ...], first: tuple[int, ...]
) -> None:
    picture = two_pixels(depth, kind, row, transparent(*colour))
    pixels = reader.pixels(picture)
    assert pixels.has_alpha
    assert tuple(pixels.data) == (*first, 255, 0, 0, 0, 0)
    assert reader.prepare(picture).placeholder is not None


def test_16_bit_grey_that_is_only_near_the_transparent_colour_stays(reader: GuardedPictureReader) -> None:
    assert not reader.pixels(two_pixels(16, GREY, words(0x8000, 0x1234), transparent(0x1235))).has_alpha


@pytest.mark.parametrize(("value", "shown"), [(1.0, 186), (0.45455, 128), (0.455, 128), (0.55556, 145), (0.0, 128)])
def test_a_gamma_of_its_own_is_brought_to_the_screens(reader: GuardedPictureReader, value: float, shown: int) -> None:
    pixels = reader.pixels(two_pixels(8, GREY, b"\x80\xff", gamma(value)))
    assert tuple(pixels.data) == (shown, shown, shown, 255, 255, 255, 255, 255)


def test_gamma_leaves_alpha_as_it_is(reader: GuardedPictureReader) -> None:
    pixels = reader.pixels(two_pixels(8, 4, b"\xff\x80\x00\xff", gamma(1.0)))
    assert tuple(pixels.data) == (128, 128, 128, 128, 0, 0, 0, 255)


def test_a_picture_that_says_srgb_has_no_gamma_of_its_own(reader: GuardedPictureReader) -> None:
    pixels = reader.pixels(two_pixels(8, GREY, b"\x80\xff", gamma(1.0), (b"sRGB", b"\0")))
    assert pixels.data[0] == 128


def test_a_huge_picture_tells_its_facts(reader: GuardedPictureReader) -> None:
    """Pillow decodes a PNG before it tells its EXIF, and needs more memory for colour than the base."""
    side = 12_500
    header = struct.pack(">IIBBBBB", side, side, 8, RGB, 0, 0, 0)
    rows = zlib.compressobj(1)
    data = b"".join(rows.compress(bytes(1 + 3 * side)) for _ in range(side)) + rows.flush()
    picture = joined([(b"IHDR", header), (b"IDAT", data), (b"IEND", b"")])
    assert reader.facts(picture).width == side
