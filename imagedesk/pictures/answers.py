"""The decoder's answers as values of ``core.pictures``. The child may have been taken over: everything is checked."""

from __future__ import annotations

import re
from typing import Any

from imagedesk.core.media_types import ACCEPTED
from imagedesk.core.pictures import (
    MAX_ANIMATION_BYTES,
    MAX_ANIMATION_FRAMES,
    MAX_PIXELS,
    Animation,
    PictureFacts,
    Pixels,
    PreparedPicture,
)
from imagedesk.core.plain_text import plain
from imagedesk.pictures.decoder_protocol import MalformedAnswer

_MIMES = {media_type.mime for media_type in ACCEPTED}
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_MAX_EXIF_VALUES = 32
_MAX_EXIF_LENGTH = 200


def facts_from(answer: dict[str, Any], _data: bytes = b"") -> PictureFacts:
    width, height = _size(answer, "width", "height")
    content_type, exif = answer.get("content_type"), answer.get("exif")
    if not isinstance(content_type, str) or content_type not in _MIMES or not isinstance(exif, dict):
        raise MalformedAnswer("the facts")
    return PictureFacts(
        content_type=content_type,
        width=width,
        height=height,
        frames=_whole(answer, "frames"),
        exif={
            plain(str(name), 40): plain(str(value), _MAX_EXIF_LENGTH)
            for name, value in list(exif.items())[:_MAX_EXIF_VALUES]
        },
    )


def prepared_from(answer: dict[str, Any], thumbnail: bytes) -> PreparedPicture:
    placeholder = answer.get("placeholder")
    if placeholder is not None and (not isinstance(placeholder, str) or not _COLOUR.fullmatch(placeholder)):
        raise MalformedAnswer("the placeholder")
    return PreparedPicture(facts_from(answer), thumbnail, placeholder)


def pixels_from(answer: dict[str, Any], data: bytes) -> Pixels:
    width, height = _size(answer, "width", "height")
    full_width, full_height = _size(answer, "full_width", "full_height")
    if len(data) != width * height * 4:
        raise MalformedAnswer("the pixels")
    return Pixels(width, height, data, answer.get("has_alpha") is True, full_width, full_height)


def animation_from(answer: dict[str, Any], data: bytes) -> Animation:
    width, height = _size(answer, "width", "height")
    full_width, full_height = _size(answer, "full_width", "full_height")
    durations, frame = answer.get("durations"), width * height * 4
    if not isinstance(durations, list) or not 1 <= len(durations) <= MAX_ANIMATION_FRAMES:
        raise MalformedAnswer("the durations")
    if len(data) != frame * len(durations) or len(data) > max(frame, MAX_ANIMATION_BYTES):
        raise MalformedAnswer("the frames")
    has_alpha = answer.get("has_alpha") is True
    frames = tuple(
        Pixels(width, height, data[at : at + frame], has_alpha, full_width, full_height)
        for at in range(0, len(data), frame)
    )
    milliseconds = tuple(_whole({"duration": value}, "duration") for value in durations)
    return Animation(frames, milliseconds, max(len(frames), _whole(answer, "total")))


def _size(answer: dict[str, Any], width_name: str, height_name: str) -> tuple[int, int]:
    width, height = _whole(answer, width_name), _whole(answer, height_name)
    if width * height > MAX_PIXELS:
        raise MalformedAnswer("the size")
    return width, height


def _whole(answer: dict[str, Any], name: str) -> int:
    value = answer.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise MalformedAnswer(name)
    return value
