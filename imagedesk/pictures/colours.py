"""Any decoded picture's colours as sRGB with 8 bits a channel: depth, palette, profile, alpha.

Runs in the decoder process. ``eight_bit_picture`` on the whole picture, then ``SrgbConversion`` on any part of it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping

from PIL import Image, ImageCms, PngImagePlugin

_HIGH_BYTE = {"I;16": 1, "I;16L": 1, "I;16B": 0, "I;16N": 1 if sys.byteorder == "little" else 0}
_KEPT_MODES = {"L", "RGB", "RGBA", "CMYK", "LAB"}
_WITH_ALPHA = {"LA", "La", "PA", "RGBa"}
_WIDENED = {"L;2": 85, "L;4": 17}  # by how much Pillow multiplies a PNG's samples of 2 and 4 bits
_USUAL_GAMMA = 0.45455  # of a file that looks right on the screen as it is
_GAMMA_TOLERANCE = 0.01


def scale_transparent_colour(image: Image.Image) -> None:
    """Bring a PNG's transparent colour to the 8 bits that its pixels will have; Pillow leaves it as it is in the file.

    Right after it was opened: the pixels must not be decoded yet. Of 16 bits a channel Pillow keeps the upper 8, which
    decide then.
    """
    colour = image.info.get("transparency")
    if colour is None or not isinstance(image, PngImagePlugin.PngImageFile) or not image.tile:
        return
    mode = image.tile[0].args
    if mode in _WIDENED and isinstance(colour, int):
        image.info["transparency"] = colour * _WIDENED[mode] & 0xFF
    elif mode == "RGB;16B" and isinstance(colour, tuple):
        image.info["transparency"] = tuple(value >> 8 for value in colour)


def display_exponent(info: Mapping[str | tuple[int, int], object]) -> float | None:
    """What a PNG without profile asks for to look right ("PNG Specification", W3C, 11.3.2.2 gAMA); mostly nothing."""
    gamma = info.get("gamma")
    if not isinstance(gamma, float) or "srgb" in info or info.get("icc_profile") or not 0.05 < gamma < 20:
        return None
    return None if abs(gamma - _USUAL_GAMMA) < _GAMMA_TOLERANCE else _USUAL_GAMMA / gamma


def eight_bit_picture(image: Image.Image) -> Image.Image:
    """The picture in one of the modes that resizing, profiles and output understand: L, RGB, RGBA, CMYK, LAB."""
    if image.mode == "I;16" and isinstance(image.info.get("transparency"), int):
        return _grey_with_alpha(image, image.info["transparency"])
    if image.mode in _HIGH_BYTE:  # Pillow's own conversion clips all above 255 to white
        return Image.frombytes("L", image.size, image.tobytes()[_HIGH_BYTE[image.mode] :: 2])
    if image.mode in {"I", "F"}:
        return _scaled_to_bytes(image, *_range_of(image))
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode in _KEPT_MODES:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _grey_with_alpha(image: Image.Image, transparent: int) -> Image.Image:
    whole = image.convert("I")
    grey = whole.point([value >> 8 for value in range(65536)], "L")
    alpha = whole.point([0 if value == transparent else 255 for value in range(65536)], "L")
    return Image.merge("RGBA", (grey, grey, grey, alpha))


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

    def __init__(self, image: Image.Image, icc_profile: object, exponent: float | None = None) -> None:
        self._convert: Callable[[Image.Image], Image.Image] = _without_profile
        if exponent is not None:
            curve = [round(255 * (value / 255) ** exponent) for value in range(256)]
            self._convert = lambda part: _curved(_without_profile(part), curve)
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


def _curved(part: Image.Image, curve: list[int]) -> Image.Image:
    return part.point([*curve * 3, *range(256)] if part.mode == "RGBA" else curve * 3)


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
