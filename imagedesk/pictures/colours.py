"""Any decoded picture's colours as sRGB with 8 bits a channel: depth, palette, profile, alpha.

Runs in the decoder process. ``eight_bit_picture`` on the whole picture, then ``SrgbConversion`` on any part of it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

from PIL import Image, ImageCms

_HIGH_BYTE = {"I;16": 1, "I;16L": 1, "I;16B": 0, "I;16N": 1 if sys.byteorder == "little" else 0}
_KEPT_MODES = {"L", "RGB", "RGBA", "CMYK", "LAB"}
_WITH_ALPHA = {"LA", "La", "PA", "RGBa"}


def eight_bit_picture(image: Image.Image) -> Image.Image:
    """The picture in one of the modes that resizing, profiles and output understand: L, RGB, RGBA, CMYK, LAB."""
    if image.mode in _HIGH_BYTE:  # Pillow's own conversion clips all above 255 to white
        return Image.frombytes("L", image.size, image.tobytes()[_HIGH_BYTE[image.mode] :: 2])
    if image.mode in {"I", "F"}:
        return _scaled_to_bytes(image, *_range_of(image))
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode in _KEPT_MODES:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _range_of(image: Image.Image) -> tuple[float, float]:
    """What is black and what is white in a format that does not say: the usual ranges, else the picture's own."""
    low, high = (float(value) for value in image.getextrema()[:2])  # type: ignore[arg-type]
    if low >= 0:
        for white in (1.0, 255.0, 65535.0):
            if high <= white and (white > 1.0 or image.mode == "F"):
                return 0.0, white
    return low, high


def _scaled_to_bytes(image: Image.Image, low: float, high: float) -> Image.Image:
    scale = 255.0 / (high - low) if high > low else 0.0
    return image.point(lambda value: value * scale - low * scale).convert("L")


class SrgbConversion:
    """The way from the picture's colour profile to sRGB, prepared once and applied to any part of the picture.

    A profile that is damaged, or made for another kind of picture, is passed over: colours are then taken as sRGB.
    """

    def __init__(self, image: Image.Image, icc_profile: object) -> None:
        self._convert: Callable[[Image.Image], Image.Image] = _without_profile
        source = _profile(icc_profile)
        if image.mode == "LAB":
            source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        if source is None or (image.mode != "LAB" and is_srgb(source)):
            return
        output = "RGBA" if image.mode == "RGBA" else "RGB"
        try:
            transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), image.mode, output)
        except (ImageCms.PyCMSError, OSError, ValueError):
            return
        self._convert = lambda part: _apply(transform, part)

    def __call__(self, part: Image.Image) -> Image.Image:
        """``part`` as RGB or RGBA."""
        return self._convert(part)


def _apply(transform: ImageCms.ImageCmsTransform, part: Image.Image) -> Image.Image:
    converted = ImageCms.applyTransform(part, transform)
    return _without_profile(part) if converted is None else converted


def _without_profile(part: Image.Image) -> Image.Image:
    return part if part.mode in {"RGB", "RGBA"} else part.convert("RGB")


def _profile(icc_profile: object) -> ImageCms.ImageCmsProfile | None:
    if not isinstance(icc_profile, bytes) or not icc_profile:
        return None
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def profile_name(icc_profile: object) -> str:
    """The profile's own description, empty for none or a damaged one."""
    profile = _profile(icc_profile)
    return "" if profile is None else _description(profile)


def is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    return _description(profile).startswith("sRGB")


def _description(profile: ImageCms.ImageCmsProfile) -> str:
    try:
        return ImageCms.getProfileDescription(profile).strip()
    except (ImageCms.PyCMSError, ValueError, TypeError):
        return ""
