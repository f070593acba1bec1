"""The frames of an animation, one after the other, within bounds of memory and time.

Runs in the decoder process. What would not fit is played smaller; what still does not, or is damaged, ends it early.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from PIL import Image

from imagedesk.core.pictures import MAX_ANIMATION_BYTES, MAX_ANIMATION_FRAMES
from imagedesk.pictures.opening import check_size
from imagedesk.pictures.rendering import render, scaled_size

SMALLEST_SIDE = 320  # pixels; an animation is played shorter rather than smaller than this
_SHORTEST, _USUAL, _LONGEST = 11, 100, 60_000  # milliseconds; browsers, too, take what is shorter for "not said"


@dataclass
class Frames:
    """Raw pixels of one size, upright, BGRA and premultiplied; ``durations`` in milliseconds."""

    size: tuple[int, int]
    total: int
    has_alpha: bool = False
    pixels: list[bytes] = field(default_factory=list)
    durations: list[int] = field(default_factory=list)


def decode_frames(image: Image.Image, max_side: int | None, deadline: float) -> Frames:
    """At least one frame, else what the decoder raises. ``deadline`` is of ``time.monotonic``."""
    total = max(1, int(getattr(image, "n_frames", 1)))
    count = min(total, MAX_ANIMATION_FRAMES)
    side = _side(image.size, max_side, count)
    first = render(image, side)
    frames = Frames(first.image.size, total, first.has_alpha, [first.bgra()], [_milliseconds(image)])
    room = MAX_ANIMATION_BYTES // len(frames.pixels[0])
    for number in range(1, min(count, room)):
        try:
            image.seek(number)
            check_size(image.size)
            rendering = render(image, side)
        except Exception:  # noqa: BLE001  the file is damaged from here on: what came before is played
            break
        if rendering.image.size != frames.size or time.monotonic() > deadline:
            break
        frames.has_alpha |= rendering.has_alpha
        frames.pixels.append(rendering.bgra())
        frames.durations.append(_milliseconds(image))
    return frames


def _side(size: tuple[int, int], max_side: int | None, count: int) -> int:
    """The long side at which all frames fit into memory."""
    width, height = scaled_size(size, max_side)
    shrink = math.sqrt(min(1.0, MAX_ANIMATION_BYTES / (width * height * 4 * count)))
    return max(min(SMALLEST_SIDE, max(width, height)), int(max(width, height) * shrink))


def _milliseconds(image: Image.Image) -> int:
    value = image.info.get("duration")
    if not isinstance(value, int | float) or not math.isfinite(value) or value < _SHORTEST:
        return _USUAL
    return min(int(value), _LONGEST)
