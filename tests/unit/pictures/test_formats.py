"""Every accepted type, mode, orientation and profile, read in the guarded process."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from imagedesk.pictures.guarded_reader import GuardedPictureReader
from tests.generated_pictures import (
    CORNERS,
    KINDS,
    MIMES,
    make_picture,
    png_of_one_colour,
    srgb_profile,
    swapped_profile,
)
from tests.unit.pictures.pixel_reading import are_alike, corners, pixel

WITH_EXIF = ("jpeg", "png", "webp", "tiff", "avif")


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def in_mode(image: Image.Image, mode: str) -> Image.Image:
    return image.quantize(16) if mode == "P" else image.convert(mode)


def assert_upright(reader: GuardedPictureReader, data: bytes, max_side: int | None = None) -> None:
    for found, expected in zip(corners(reader.pixels(data, max_side)), CORNERS.values(), strict=True):
        assert are_alike(found, expected, 16), (found, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_every_type_yields_facts_pixels_and_a_thumbnail(reader: GuardedPictureReader, kind: str) -> None:
    data = make_picture(kind, 160, 120, seed=1)

    prepared = reader.prepare(data)
    whole, small = reader.pixels(data), reader.pixels(data, 40)

    assert (prepared.facts.content_type, prepared.facts.width, prepared.facts.height) == (MIMES[kind], 160, 120)
    assert prepared.facts == reader.facts(data)
    assert (whole.width, whole.height, len(whole.data), whole.has_alpha) == (160, 120, 160 * 120 * 4, False)
    assert (small.width, small.height, small.full_width, small.full_height) == (40, 30, 160, 120)
    assert set(whole.data[3::4]) == {255}
    for data_of_look in (data, prepared.thumbnail):
        assert_upright(reader, data_of_look)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", WITH_EXIF)
def test_orientation_is_honoured_everywhere(reader: GuardedPictureReader, kind: str, orientation: int) -> None:
    data = make_picture(kind, 160, 120, orientation=orientation)

    prepared = reader.prepare(data)

    assert (prepared.facts.width, prepared.facts.height) == (160, 120)
    assert_upright(reader, data)
    assert_upright(reader, data, 80)
    assert_upright(reader, prepared.thumbnail)


@pytest.mark.parametrize("kind", WITH_EXIF)
def test_an_embedded_profile_is_converted_to_srgb(reader: GuardedPictureReader, kind: str) -> None:
    data = make_picture(kind, 64, 48, icc=swapped_profile())

    top_left = corners(reader.pixels(data))[0]

    assert top_left[1] > 180 > 60 > top_left[0], "red and green are exchanged by the profile"
    assert are_alike(corners(reader.pixels(reader.prepare(data).thumbnail))[0], top_left, 8)
    assert reader.facts(data).exif["colour profile"] == "Swapped test RGB"


def test_an_srgb_or_damaged_profile_changes_no_pixel(reader: GuardedPictureReader) -> None:
    plain = reader.pixels(make_picture("png")).data
    assert reader.pixels(make_picture("png", icc=srgb_profile())).data == plain
    assert reader.pixels(make_picture("png", icc=b"no profile at all" * 20)).data == plain
    assert reader.pixels(make_picture("png", icc=swapped_profile()[:200])).data == plain


def test_a_thumbnail_keeps_neither_exif_nor_profile(reader: GuardedPictureReader) -> None:
    data = make_picture("jpeg", 900, 600, gps=(47.5, 8.25), camera=True, icc=swapped_profile())

    with Image.open(io.BytesIO(reader.prepare(data).thumbnail)) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("WEBP", (512, 341))
        assert not {"exif", "icc_profile", "xmp"} & set(thumbnail.info)


def test_a_small_picture_is_never_enlarged(reader: GuardedPictureReader) -> None:
    data = make_picture("png", 30, 20)
    with Image.open(io.BytesIO(reader.prepare(data).thumbnail)) as thumbnail:
        assert thumbnail.size == (30, 20)
    assert reader.pixels(data, 4000).width == 30


MODES = [
    ("1", "png"), ("1", "tiff"), ("L", "jpeg"), ("L", "png"), ("L", "tiff"), ("P", "png"), ("P", "gif"), ("P", "bmp"),
    ("P", "tiff"), ("CMYK", "jpeg"), ("CMYK", "tiff"), ("YCbCr", "jpeg"), ("YCbCr", "tiff"), ("RGBX", "tiff"),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "kind"), MODES)
def test_every_colour_mode_comes_out_as_the_colour_it_means(reader: GuardedPictureReader, mode: str, kind: str) -> None:
    for grey in (0, 255) if mode == "1" else (0, 100, 255):
        colour = (grey, grey, grey) if mode in {"1", "L"} else (200, grey, 40)
        data = saved(in_mode(Image.new("RGB", (24, 24), colour), mode), kind)
        assert are_alike(pixel(reader.pixels(data), 12, 12), (*colour, 255))
        assert are_alike(pixel(reader.pixels(data, 8), 4, 4), (*colour, 255))


def test_lab_is_converted(reader: GuardedPictureReader) -> None:
    red, green, blue, _ = pixel(reader.pixels(saved(Image.new("LAB", (8, 8), (138, 128, 128)), "tiff")), 4, 4)
    assert are_alike((red, green, blue), (132, 132, 132), 12)


@pytest.mark.parametrize("kind", ["png", "tiff"])
@pytest.mark.parametrize(("stored", "shown"), [(0, 0), (0x0080, 0), (0x8000, 128), (0xC123, 193), (0xFFFF, 255)])
def test_16_bit_grey_is_scaled_and_not_clipped(
    reader: GuardedPictureReader, kind: str, stored: int, shown: int
) -> None:
    data = saved(Image.frombytes("I;16", (8, 8), stored.to_bytes(2, "little") * 64), kind)
    assert are_alike(pixel(reader.pixels(data), 4, 4), (shown, shown, shown, 255), 1)
    assert are_alike(pixel(reader.pixels(data, 4), 2, 2), (shown, shown, shown, 255), 1)


def test_big_endian_16_bit_tiff_is_scaled(reader: GuardedPictureReader) -> None:
    data = saved(Image.frombytes("I;16B", (8, 8), b"\xc1\x23" * 64), "tiff")
    assert pixel(reader.pixels(data), 4, 4) == (193, 193, 193, 255)


def test_16_bit_colour_is_scaled(reader: GuardedPictureReader) -> None:
    data = png_of_one_colour(8, 8, bits=16, colour_type=2, pixel=b"\xff\xff\x80\x00\x10\x00")
    assert pixel(reader.pixels(data), 4, 4) == (255, 128, 16, 255)


@pytest.mark.parametrize(("value", "shown"), [(0.0, 0), (0.5, 127), (1.0, 255)])
def test_floating_point_tiff_is_scaled(reader: GuardedPictureReader, value: float, shown: int) -> None:
    image = Image.new("F", (8, 8), value)
    image.putpixel((0, 0), 1.0)
    assert are_alike(pixel(reader.pixels(saved(image, "tiff")), 4, 4)[:3], (shown,) * 3, 1)


@pytest.mark.parametrize("kind", ["png", "webp", "tiff", "avif"])
def test_alpha_comes_out_premultiplied(reader: GuardedPictureReader, kind: str) -> None:
    image = Image.new("RGBA", (32, 32), (200, 100, 50, 128))
    options = {"lossless": True} if kind == "webp" else {}

    for max_side in (None, 16):
        shown = reader.pixels(saved(image, kind, **options), max_side)
        assert shown.has_alpha
        assert are_alike(pixel(shown, 8, 8), (100, 50, 25, 128))


def test_an_alpha_channel_that_hides_nothing_counts_as_none(reader: GuardedPictureReader) -> None:
    assert not reader.pixels(saved(Image.new("RGBA", (8, 8), (1, 2, 3, 255)), "png")).has_alpha


def test_palette_and_single_colour_transparency_become_alpha(reader: GuardedPictureReader) -> None:
    palette = Image.new("P", (8, 8), 1)
    palette.putpalette([0, 0, 0, 250, 10, 10])
    assert pixel(reader.pixels(saved(palette, "png", transparency=1)), 4, 4) == (0, 0, 0, 0)
    assert pixel(reader.pixels(saved(palette, "gif", transparency=1)), 4, 4)[3] == 0
    assert reader.pixels(saved(Image.new("L", (8, 8), 9), "png", transparency=9)).has_alpha
    assert reader.pixels(saved(Image.new("RGB", (8, 8), (1, 2, 3)), "png", transparency=(1, 2, 3))).has_alpha


def test_a_translucent_thumbnail_stays_translucent(reader: GuardedPictureReader) -> None:
    thumbnail = reader.prepare(saved(Image.new("RGBA", (600, 40), (200, 100, 50, 128)), "png")).thumbnail
    assert are_alike(pixel(reader.pixels(thumbnail), 100, 10), (100, 50, 25, 128), 8)


@pytest.mark.parametrize("kind", ["gif", "webp", "png", "tiff", "avif"])
def test_of_an_animation_the_first_frame_counts(reader: GuardedPictureReader, kind: str) -> None:
    options: dict[str, Any] = {"compression": "tiff_lzw"} if kind == "tiff" else {}
    data = make_picture(kind, 64, 48, seed=3, frames=4, **options)

    assert reader.facts(data).frames == reader.prepare(data).facts.frames == 4
    middle = pixel(reader.pixels(data), 32, 24)
    assert are_alike(middle, pixel(reader.pixels(make_picture(kind, 64, 48, seed=3)), 32, 24), 24)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
def test_tiff_compressions(reader: GuardedPictureReader, compression: str) -> None:
    assert_upright(reader, make_picture("tiff", 64, 48, compression=compression))


def test_progressive_jpeg_and_interlaced_sizes(reader: GuardedPictureReader) -> None:
    assert_upright(reader, make_picture("jpeg", 1600, 1200, progressive=True), 100)
    assert_upright(reader, make_picture("jpeg", 1601, 1203, subsampling=0), 100)


def test_a_multi_picture_jpeg_is_a_jpeg(reader: GuardedPictureReader) -> None:
    pictures = [Image.new("RGB", (40, 30), colour) for colour in ((200, 0, 0), (0, 0, 200))]
    data = saved(pictures[0], "MPO", save_all=True, append_images=pictures[1:])

    prepared = reader.prepare(data)

    assert (prepared.facts.content_type, prepared.facts.frames) == ("image/jpeg", 1)
    assert are_alike(pixel(reader.pixels(data), 20, 15), (200, 0, 0, 255), 8)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (513, 512)])
def test_odd_shapes(reader: GuardedPictureReader, size: tuple[int, int]) -> None:
    data = saved(Image.new("RGB", size, (9, 99, 199)), "png")
    prepared = reader.prepare(data)
    assert (prepared.facts.width, prepared.facts.height) == size
    assert max(reader.pixels(data, 100).width, reader.pixels(data, 100).height) <= 100
    assert (reader.pixels(data).width, reader.pixels(data).height) == size


@pytest.mark.parametrize(
    ("image", "placeholder"),
    [
        (Image.new("RGB", (700, 500), (18, 52, 86)), "#123456"),
        (Image.new("L", (7, 5), 255), "#ffffff"),
        (Image.new("RGBA", (30, 20), (18, 52, 86, 51)), "#123456"),
        (Image.new("RGBA", (30, 20), (200, 0, 0, 0)), None),
    ],
)
def test_a_placeholder_is_the_mean_of_what_is_visible(
    reader: GuardedPictureReader, image: Image.Image, placeholder: str | None
) -> None:
    found = reader.prepare(saved(image, "PNG")).placeholder
    if placeholder is None or found is None:
        assert found == placeholder
    else:
        assert are_alike(tuple(bytes.fromhex(found[1:])), tuple(bytes.fromhex(placeholder[1:])))


def test_a_placeholder_is_between_the_colours_of_its_picture(reader: GuardedPictureReader) -> None:
    image = Image.new("RGB", (40, 20), (0, 0, 0))
    image.paste((255, 100, 0), (20, 0, 40, 20))
    found = reader.prepare(saved(image, "PNG")).placeholder
    assert found is not None
    assert are_alike(tuple(bytes.fromhex(found[1:])), (128, 50, 0))
