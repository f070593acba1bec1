"""A decoder that was taken over may say anything: what is not sound is refused, and nothing is executed."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from imagedesk.core.errors import BadPicture, TooManyPixels, UnreadableImage
from imagedesk.core.pictures import MAX_ANIMATION_FRAMES, MAX_PIXELS
from imagedesk.pictures.answers import animation_from, facts_from, pixels_from, prepared_from
from imagedesk.pictures.decoder_protocol import (
    MalformedAnswer,
    Request,
    answer_from_bytes,
    answer_to_bytes,
    error_to_bytes,
)

FACTS = {"content_type": "image/png", "width": 4, "height": 3, "frames": 1, "exif": {"camera": "X"}}
PIXELS = {"width": 2, "height": 1, "has_alpha": False, "full_width": 20, "full_height": 10}


MOVING = PIXELS | {"durations": [40, 50], "total": 7}


def test_a_request_arrives_as_it_was_sent() -> None:
    request = Request("pixels", by_path=True, payload_size=9, seconds=5.0, max_side=256)
    assert Request.from_bytes(request.to_bytes()) == request


def test_an_answer_and_an_error_arrive_as_they_were_sent() -> None:
    assert answer_from_bytes(answer_to_bytes(FACTS, 7)) == (FACTS, 7)
    with pytest.raises(TooManyPixels, match="Too many"):
        answer_from_bytes(error_to_bytes(TooManyPixels("Too many.")))


def test_a_reported_error_is_bounded_plain_text_of_a_known_kind() -> None:
    with pytest.raises(BadPicture) as caught:
        answer_from_bytes(json.dumps({"error": "store_unavailable", "message": "\u202e" + "x" * 9999}).encode())
    assert type(caught.value) is UnreadableImage
    assert len(caught.value.message) <= 400
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b"1",
        b"{}",
        b'{"facts": {}}',
        b'{"facts": {}, "size": -1}',
        b'{"facts": [], "size": 1}',
        b'{"facts": {}, "size": "many"}',
        b'{"facts": {}, "size": NaN}',
        b'{"facts": {}, "size": Infinity}',
        b'{"error": [], "message": ""}',
        b'{"error": "unreadable_image"}',
        json.dumps({"facts": {}, "size": 4 * MAX_PIXELS + 1}).encode(),
        pickle.dumps({"facts": {}, "size": 1}),
    ],
)
def test_a_malformed_header_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedAnswer):
        answer_from_bytes(data)


@pytest.mark.parametrize(
    "wrong",
    [
        {"content_type": "text/html"},
        {"content_type": ["image/png"]},
        {"width": 0},
        {"width": -4},
        {"width": 2.5},
        {"width": True},
        {"width": "4"},
        {"width": 10**6, "height": 10**6},
        {"frames": None},
        {"exif": "camera"},
    ],
)
def test_malformed_facts_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswer):
        facts_from(FACTS | wrong)


def test_exif_is_bounded_again_on_arrival() -> None:
    exif = {f"name {number}": "x\n" * 9999 for number in range(999)}
    facts = facts_from(FACTS | {"exif": exif})
    assert len(facts.exif) <= 32
    assert all(len(value) <= 200 and value.isprintable() for value in facts.exif.values())


def test_pixels_must_be_as_many_as_the_size_says() -> None:
    assert pixels_from(PIXELS, bytes(8)).full_width == 20
    for data in (b"", bytes(7), bytes(9)):
        with pytest.raises(MalformedAnswer):
            pixels_from(PIXELS, data)


def test_frames_must_be_as_many_as_their_times() -> None:
    animation = animation_from(MOVING, bytes(range(16)))
    assert [frame.data for frame in animation.frames] == [bytes(range(8)), bytes(range(8, 16))]
    assert (animation.durations, animation.total) == ((40, 50), 7)
    for data in (b"", bytes(8), bytes(15), bytes(24)):
        with pytest.raises(MalformedAnswer):
            animation_from(MOVING, data)


@pytest.mark.parametrize(
    "wrong",
    [{"durations": []}, {"durations": "40"}, {"durations": None}, {"durations": [40, 0]}, {"durations": [40, "50"]},
     {"durations": [40, 2.5]}, {"total": -1}, {"total": None}, {"width": 0}],
)  # fmt: skip
def test_malformed_frames_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswer):
        animation_from(MOVING | wrong, bytes(16))


def test_more_frames_than_there_may_be_are_refused() -> None:
    many = MAX_ANIMATION_FRAMES + 1
    with pytest.raises(MalformedAnswer):
        animation_from(MOVING | {"durations": [40] * many}, bytes(8 * many))


@pytest.mark.parametrize("wrong", ["red", "#12345", "#1234567", "#12345G", 5, ["#123456"]])
def test_a_placeholder_that_is_no_colour_is_refused(wrong: object) -> None:
    assert prepared_from(FACTS | {"placeholder": "#123456"}, b"x").placeholder == "#123456"
    assert prepared_from(FACTS, b"x").placeholder is None
    with pytest.raises(MalformedAnswer):
        prepared_from(FACTS | {"placeholder": wrong}, b"x")
