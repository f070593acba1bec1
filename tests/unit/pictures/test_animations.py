"""Animations and pages: every frame in turn, within bounds of memory, and what is damaged ends them early."""

from __future__ import annotations

import io

import pytest
from PIL import Image, TiffImagePlugin

from imagedesk.core.errors import TooManyPixels, UnreadableImage
from imagedesk.core.pictures import MAX_ANIMATION_BYTES
from imagedesk.pictures.animating import SMALLEST_SIDE, _side
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from tests.generated_pictures import make_picture, swapped_profile, truncated
from tests.unit.pictures.pixel_reading import are_alike, pixel

COLOURS = ((200, 30, 30), (30, 160, 30), (30, 30, 200))


def moving(kind: str, durations: list[int], size: tuple[int, int] = (60, 40), mode: str = "RGB") -> bytes:
    """Frames of one colour each."""
    frames = [Image.new("RGB", size, COLOURS[number % 3]).convert(mode) for number in range(len(durations))]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind.upper(), save_all=True, append_images=frames[1:], duration=durations, lossless=True)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_every_frame_comes_with_its_time(reader: GuardedPictureReader, kind: str) -> None:
    data = moving(kind, [40, 120, 250])
    assert reader.facts(data).is_animated
    animation = reader.animation(data, 512)
    assert (len(animation.frames), animation.durations, animation.total) == (3, (40, 120, 250), 3)
    for frame, colour in zip(animation.frames, COLOURS, strict=True):
        assert (frame.width, frame.height, frame.full_width, frame.full_height) == (60, 40, 60, 40)
        assert are_alike(pixel(frame, 30, 20)[:3], colour)


def test_a_time_that_is_not_said_is_the_usual_one(reader: GuardedPictureReader) -> None:
    assert reader.animation(moving("gif", [0, 10, 20]), 512).durations == (100, 100, 20)


def test_frames_are_scaled_down_and_never_up(reader: GuardedPictureReader) -> None:
    data = moving("gif", [50, 50])
    assert {(frame.width, frame.height) for frame in reader.animation(data, 30).frames} == {(30, 20)}
    assert {(frame.width, frame.height) for frame in reader.animation(data, 3000).frames} == {(60, 40)}


def test_what_shows_through_is_premultiplied_in_every_frame(reader: GuardedPictureReader) -> None:
    frames = [Image.new("RGBA", (20, 20), (255, 0, 0, alpha)) for alpha in (255, 128)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:], duration=50, blend=0)
    animation = reader.animation(buffer.getvalue(), 100)
    assert all(frame.has_alpha for frame in animation.frames)
    assert are_alike(pixel(animation.frames[1], 5, 5), (128, 0, 0, 128))


def test_a_large_animation_is_played_smaller_and_then_shorter(reader: GuardedPictureReader) -> None:
    assert _side((1000, 500), 2000, 10) == 1000
    side = _side((4000, 2000), 2000, 100)
    assert SMALLEST_SIDE < side < 2000
    assert side * side // 2 * 4 * 100 <= MAX_ANIMATION_BYTES
    assert _side((4000, 2000), 2000, 1000) == SMALLEST_SIDE
    assert _side((100, 50), 2000, 1000) == 100
    data = moving("webp", [20] * 6, (3000, 2000))
    animation = reader.animation(data, 3000)
    assert len(animation.frames) == 6
    assert 2000 < animation.frames[0].width < 3000
    assert sum(len(frame.data) for frame in animation.frames) <= MAX_ANIMATION_BYTES


def test_an_animation_that_ends_early_is_played_as_far_as_it_goes(reader: GuardedPictureReader) -> None:
    whole = make_picture("gif", 120, 90, frames=8)
    animation = reader.animation(truncated(whole, 0.6), 512)
    assert 1 <= len(animation.frames) < 8


def test_a_still_picture_is_an_animation_of_one_frame(reader: GuardedPictureReader) -> None:
    animation = reader.animation(make_picture("jpeg"), 512)
    assert (len(animation.frames), animation.total) == (1, 1)


def test_pages_are_read_one_by_one(reader: GuardedPictureReader) -> None:
    sizes = ((60, 40), (40, 60), (30, 30))
    pages = [Image.new("RGB", size, colour) for size, colour in zip(sizes, COLOURS, strict=True)]
    buffer = io.BytesIO()
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:])
    data = buffer.getvalue()
    facts = reader.facts(data)
    assert (facts.pages, facts.is_animated) == (3, False)
    for page, (size, colour) in enumerate(zip(sizes, COLOURS, strict=True)):
        pixels = reader.pixels(data, 512, page=page)
        assert (pixels.full_width, pixels.full_height) == size
        assert are_alike(pixel(pixels, 10, 10)[:3], colour)
    with pytest.raises(UnreadableImage):
        reader.pixels(data, 512, page=3)
    assert reader.facts(data).width == 60


def test_a_page_without_profile_does_not_get_that_of_the_first(reader: GuardedPictureReader) -> None:
    buffer = io.BytesIO()
    page = Image.new("RGB", (20, 10), COLOURS[0])
    with TiffImagePlugin.AppendingTiffWriter(buffer, True) as pages:
        for profile in (swapped_profile(), None):
            page.save(pages, "TIFF", icc_profile=profile)
            pages.newFrame()
    first, second = (pixel(reader.pixels(buffer.getvalue(), page=number), 5, 5)[:3] for number in (0, 1))
    assert not are_alike(first, COLOURS[0])
    assert are_alike(second, COLOURS[0])


def test_a_page_that_is_a_bomb_is_refused(reader: GuardedPictureReader) -> None:
    pages = [Image.new("1", size) for size in ((10, 10), (20_000, 10_000))]
    buffer = io.BytesIO()
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    with pytest.raises(TooManyPixels):
        reader.pixels(buffer.getvalue(), 512, page=1)
