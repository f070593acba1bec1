"""The jobs of the decoder process: prepare an upload, make pixels or the frames of an animation, tell facts.

Each answers with facts (JSON values) and bytes in pieces; what a decoder raises becomes a sentence for a person.
"""

from __future__ import annotations

import io
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image, PngImagePlugin, UnidentifiedImageError

from imagedesk.core.errors import BadPicture, TooManyPixels, UnreadableImage
from imagedesk.core.pictures import MAX_ANIMATION_BYTES, MAX_PIXELS, THUMBNAIL_SIDE
from imagedesk.pictures.animating import decode_frames
from imagedesk.pictures.decoder_protocol import Request
from imagedesk.pictures.exif import describe_exif
from imagedesk.pictures.limits import MEBIBYTE, MemoryLimit
from imagedesk.pictures.opening import check_size, open_picture, use_threads
from imagedesk.pictures.rendering import Rendering, read_to_the_end, render, upright_size

MAX_FRAMES = 1_000_000
# Frames behind the first are decoded at upload as far as this: a long animation costs seconds, not minutes.
FRAMES_PIXEL_BUDGET = 400_000_000

_ENDS_EARLY = ("truncated", "not enough", "unexpected end", "eof", "not large enough")


@dataclass(frozen=True)
class Answer:
    """JSON values, and ``size`` bytes that come in pieces."""

    facts: dict[str, Any]
    size: int
    pieces: Iterator[bytes]


def set_up_pillow() -> None:
    """Bombs are errors, also those inside a file whose header looks small."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    PngImagePlugin.MAX_TEXT_CHUNK = 8 * MEBIBYTE  # Pillow's 1 MB refuses sound pictures with a large colour profile
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def answer(request: Request, path: bytes | None, data: bytes, memory: MemoryLimit) -> Answer:
    """The job done on the file at ``path``, or on ``data``. Raises errors below BadPicture and whatever Pillow does."""
    use_threads(request.threads)
    if request.job == "prepare":
        facts, thumbnail = _prepare(path, data, memory)
        return Answer(facts, len(thumbnail), iter([thumbnail]))
    if request.job == "pixels":
        return _pixels(request, path, data, memory)
    if request.job == "animation":
        return _animation(request, path, data, memory)
    with open_picture(path, data) as (image, mime):
        memory.allow_pixels(image.width * image.height, len(data))  # a PNG's EXIF may come behind its pixels
        return Answer(_facts(image, mime), 0, iter(()))


def as_bad_picture(error: Exception) -> BadPicture:
    """The sentence for what Pillow, or a decoder below it, says of a damaged picture."""
    if isinstance(error, MemoryError):
        return UnreadableImage("Damaged image: it asks for more memory than a picture of its size needs.")
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return TooManyPixels(f"Too many pixels: the limit is {MAX_PIXELS // 10**6} megapixels. Scale it down first.")
    if any(word in str(error).lower() for word in _ENDS_EARLY):
        return UnreadableImage("Damaged image: the file ends early. Export or download it again.")
    if isinstance(error, UnidentifiedImageError):  # a header that is wrong, or right and beyond Pillow
        return UnreadableImage("Damaged image: it is broken, or of a rare kind. Export it again, as JPEG or PNG.")
    return UnreadableImage("Damaged image: it cannot be decoded. Export or download it again.")


def _prepare(path: bytes | None, data: bytes, memory: MemoryLimit) -> tuple[dict[str, Any], bytes]:
    with open_picture(path, data) as (image, mime):
        memory.allow_pixels(image.width * image.height, len(data))
        facts = _facts(image, mime)
        rendering = render(image, THUMBNAIL_SIDE)
        thumbnail, facts["placeholder"] = _webp(rendering), rendering.mean_colour()
        read_to_the_end(image, FRAMES_PIXEL_BUDGET)
    return facts, thumbnail


def _pixels(request: Request, path: bytes | None, data: bytes, memory: MemoryLimit) -> Answer:
    with open_picture(path, data) as (image, _mime):
        if request.page:
            image.info.pop("icc_profile", None)  # Pillow leaves the first page's to the pages that have none
            image.seek(request.page)
            check_size(image.size)
        memory.allow_pixels(image.width * image.height, len(data))
        full_width, full_height = upright_size(image)
        rendering = render(image, request.max_side)
    width, height = rendering.image.size
    facts = {
        "width": width,
        "height": height,
        "has_alpha": rendering.has_alpha,
        "full_width": full_width,
        "full_height": full_height,
    }
    return Answer(facts, width * height * 4, rendering.strips())


def _animation(request: Request, path: bytes | None, data: bytes, memory: MemoryLimit) -> Answer:
    with open_picture(path, data) as (image, _mime):
        memory.allow_pixels(image.width * image.height, len(data) + MAX_ANIMATION_BYTES)
        full_width, full_height = upright_size(image)
        frames = decode_frames(image, request.max_side, time.monotonic() + request.seconds / 2)
    width, height = frames.size
    facts = {
        "width": width,
        "height": height,
        "has_alpha": frames.has_alpha,
        "full_width": full_width,
        "full_height": full_height,
        "durations": frames.durations,
        "total": frames.total,
    }
    return Answer(facts, width * height * 4 * len(frames.pixels), iter(frames.pixels))


def _facts(image: Image.Image, mime: str) -> dict[str, Any]:
    width, height = upright_size(image)
    frames = 1 if mime == "image/jpeg" else getattr(image, "n_frames", 1)
    return {
        "content_type": mime,
        "width": width,
        "height": height,
        "frames": max(1, min(int(frames), MAX_FRAMES)),
        "exif": describe_exif(image),
    }


def _webp(rendering: Rendering) -> bytes:
    """A small WebP that carries pixels and nothing else: no EXIF (location), no profile (it is sRGB already)."""
    image = rendering.converted()
    image.info = {}
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=80, method=2)  # half the time of 4, which takes 3 % off the size
    return buffer.getvalue()
