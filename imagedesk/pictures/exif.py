"""What a person wants to know from a picture's EXIF data and colour profile, as bounded plain text.

Runs in the decoder process. The data is hostile like the pixels: every value may have any type or be absent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from PIL import ExifTags, Image

from imagedesk.core.plain_text import plain
from imagedesk.pictures.colours import profile_name

MAX_VALUE = 200  # characters
_Base, _GPS, _IFD = ExifTags.Base, ExifTags.GPS, ExifTags.IFD
_DATE = re.compile(r"(\d{4}):(\d\d):(\d\d)[ T](\d\d:\d\d:\d\d)")
# Pillow's EXIF reader raises any of these on a damaged block, besides what a value of a wrong type raises here.
_DAMAGE = (ValueError, TypeError, KeyError, IndexError, SyntaxError, OSError, ArithmeticError, AttributeError, EOFError)


def describe_exif(image: Image.Image) -> dict[str, str]:
    """``camera``, ``lens``, ``exposure``, ``taken``, ``location``, ``colour profile``, ``software``: those that are
    there. Never raises on a damaged block."""
    facts: dict[str, str] = {}
    main = _block(lambda: dict(image.getexif()))
    details = _block(lambda: image.getexif().get_ifd(_IFD.Exif))
    gps = _block(lambda: image.getexif().get_ifd(_IFD.GPSInfo))
    readers: tuple[tuple[str, Callable[[], str]], ...] = (
        ("camera", lambda: _camera(main)),
        ("lens", lambda: _text(details.get(_Base.LensModel))),
        ("exposure", lambda: _exposure(details)),
        ("taken", lambda: _taken(main, details)),
        ("location", lambda: _location(gps)),
        ("colour profile", lambda: _colour_profile(image, details)),
        ("software", lambda: _text(main.get(_Base.Software))),
    )
    for name, read in readers:
        try:
            value = plain(read().strip(), MAX_VALUE)
        except _DAMAGE:
            continue
        if value:
            facts[name] = value
    return facts


def _block(read: Callable[[], Mapping[int, object]]) -> Mapping[int, object]:
    try:
        return read()
    except _DAMAGE:
        return {}


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value.split("\0", 1)[0].strip() if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    if isinstance(value, tuple) and value:
        value = value[0]
    try:
        number = float(value)  # type: ignore[arg-type]
    except _DAMAGE:
        return None
    return number if math.isfinite(number) else None


def _camera(main: Mapping[int, object]) -> str:
    make, model = _text(main.get(_Base.Make)), _text(main.get(_Base.Model))
    if make and model.lower().startswith(make.split()[0].lower()):
        return model  # "Canon" + "Canon EOS 5D" says Canon once
    return f"{make} {model}".strip()


def _exposure(details: Mapping[int, object]) -> str:
    parts = []
    if (seconds := _number(details.get(_Base.ExposureTime))) is not None and seconds > 0:
        parts.append(f"1/{round(1 / seconds)} s" if seconds < 0.3 else f"{seconds:g} s")
    if (aperture := _number(details.get(_Base.FNumber))) is not None and aperture > 0:
        parts.append(f"f/{aperture:g}")
    if (sensitivity := _number(details.get(_Base.ISOSpeedRatings))) is not None and sensitivity > 0:
        parts.append(f"ISO {sensitivity:.0f}")
    if (focal_length := _number(details.get(_Base.FocalLength))) is not None and focal_length > 0:
        parts.append(f"{focal_length:g} mm")
    return ", ".join(parts)


def _taken(main: Mapping[int, object], details: Mapping[int, object]) -> str:
    """ISO-like local time of the camera, with its offset from UTC where the camera noted one."""
    text = _text(details.get(_Base.DateTimeOriginal)) or _text(main.get(_Base.DateTime))
    match = _DATE.match(text)
    if match is None or match[1] == "0000":
        return ""
    offset = _text(details.get(_Base.OffsetTimeOriginal))
    return f"{match[1]}-{match[2]}-{match[3]} {match[4]}" + (f" {offset}" if offset else "")


def _location(gps: Mapping[int, object]) -> str:
    latitude = _degrees(gps.get(_GPS.GPSLatitude))
    longitude = _degrees(gps.get(_GPS.GPSLongitude))
    if latitude is None or longitude is None or latitude > 90 or longitude > 180:
        return ""
    south = _text(gps.get(_GPS.GPSLatitudeRef)).upper() == "S"
    west = _text(gps.get(_GPS.GPSLongitudeRef)).upper() == "W"
    return f"present: {latitude:.5f}° {'S' if south else 'N'}, {longitude:.5f}° {'W' if west else 'E'}"


def _degrees(value: object) -> float | None:
    """Degrees, minutes and seconds as one number."""
    if not isinstance(value, tuple) or len(value) != 3:
        return None
    degrees, minutes, seconds = (_number(part) for part in value)
    if degrees is None or minutes is None:
        return None
    return abs(degrees) + abs(minutes) / 60 + abs(seconds or 0.0) / 3600


def _colour_profile(image: Image.Image, details: Mapping[int, object]) -> str:
    if name := profile_name(image.info.get("icc_profile")):
        return name
    return {1: "sRGB", 2: "Adobe RGB"}.get(details.get(_Base.ColorSpace), "")  # type: ignore[call-overload,no-any-return]
