"""What the guarded decoder tells of a picture: facts, a thumbnail and raw pixels; values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

MAX_PIXELS = 160_000_000  # a 151-megapixel camera back fits; 4 bytes a pixel must stay below the decoder's limits
MAX_FILE_BYTES = 5_000_000_000
MAX_ANIMATION_BYTES = 96_000_000  # of raw frames; a larger animation is played smaller, then shorter
MAX_ANIMATION_FRAMES = 1_000
THUMBNAIL_SIDE = 512  # pixels, the long side of a stored thumbnail

Source: TypeAlias = "Path | bytes"


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """``content_type`` is detected from the bytes. Width and height are pixels after EXIF orientation. ``exif`` holds
    what a person wants to know (camera, taken, exposure, location) as plain text under stable names."""

    content_type: str
    width: int
    height: int
    frames: int = 1
    exif: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def pages(self) -> int:
        """More than one for a document of several pages, which one turns over."""
        return self.frames if self.content_type == "image/tiff" else 1

    @property
    def is_animated(self) -> bool:
        return self.frames > 1 and self.pages == 1


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """All that an upload needs of a file: it was read to its end and is no bomb; ``thumbnail`` is WebP,
    ``placeholder`` the mean colour as ``#rrggbb``, None for a picture that is all transparent."""

    facts: PictureFacts
    thumbnail: bytes
    placeholder: str | None = None


@dataclass(frozen=True, slots=True)
class CleanedPicture:
    """What an upload sends: ``removed`` names the kinds of camera data (``core.camera_data.Removed``) that are not in
    ``source`` any more."""

    source: Source
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pixels:
    """Raw pixels as Qt takes them: 32-bit BGRA in memory (0xAARRGGBB little-endian), rows of ``width * 4`` bytes, sRGB,
    alpha premultiplied where ``has_alpha``. ``full_width`` and ``full_height`` are the picture's own size."""

    width: int
    height: int
    data: bytes
    has_alpha: bool
    full_width: int
    full_height: int


@dataclass(frozen=True, slots=True)
class Animation:
    """Frames of one size, each shown for its milliseconds. ``total`` is how many the file has: more than ``frames``
    where the rest did not fit or could not be read."""

    frames: tuple[Pixels, ...]
    durations: tuple[int, ...]
    total: int
