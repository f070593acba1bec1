"""Small pictures of every accepted type, made on the spot, and hostile ones; for all tests.

The same arguments give the same picture. The upright look is always the same whatever the type and the orientation:
a smooth picture of the seed's own colours, its corners marked (``CORNERS``), so that a test can see what was turned.
"""

from __future__ import annotations

import functools
import io
import random
import struct
import zlib
from typing import Any

from PIL import ExifTags, Image, ImageCms, ImageDraw

KINDS = ("jpeg", "png", "webp", "gif", "tiff", "bmp", "avif")
MIMES = {kind: f"image/{kind}" for kind in KINDS}
EXTENSIONS = {"jpeg": ".jpg", "tiff": ".tif"} | {kind: f".{kind}" for kind in KINDS if kind not in {"jpeg", "tiff"}}

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 160, 20), (20, 20, 220), (255, 255, 255)
CORNERS = {"top left": RED, "top right": GREEN, "bottom left": BLUE, "bottom right": WHITE}
CAMERA = "Canon EOS 5D"
TAKEN = "2024-06-03 14:02:11"

_STORED_TURNED = {  # what undoes the turn that a reader makes for the orientation
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def make_picture(
    kind: str,
    width: int = 64,
    height: int = 48,
    seed: int = 0,
    *,
    frames: int = 1,
    mode: str = "RGB",
    orientation: int | None = None,
    camera: bool = False,
    gps: tuple[float, float] | None = None,
    icc: bytes | None = None,
    **save_options: Any,
) -> bytes:
    """A file of ``width`` × ``height`` upright pixels.

    ``frames`` above 1 animates a GIF, WebP or PNG and adds pages to a TIFF. ``orientation`` (EXIF 1 to 8) stores the
    picture turned. ``camera`` adds model, exposure and date, ``gps`` latitude and longitude, ``icc`` a profile.
    """
    pictures = [_drawn(width, height, seed + number).convert(mode) for number in range(frames)]
    if orientation in _STORED_TURNED:
        pictures = [picture.transpose(_STORED_TURNED[orientation]) for picture in pictures]
    options = dict(save_options)
    exif = _exif(orientation, camera, gps)
    if len(exif):
        options["exif"] = exif.tobytes()  # as bytes: given as an object, TIFF loses the inner blocks
    if icc is not None:
        options["icc_profile"] = icc
    if frames > 1:
        options |= {"save_all": True, "append_images": pictures[1:]}
    if kind == "jpeg":
        options.setdefault("quality", 90)
    buffer = io.BytesIO()
    pictures[0].save(buffer, kind.upper(), **options)
    return buffer.getvalue()


def _drawn(width: int, height: int, seed: int) -> Image.Image:
    rng = random.Random(seed)
    image = Image.frombytes("RGB", (4, 3), rng.randbytes(36)).resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    right, bottom = width - 1, height - 1
    for (across, down), colour in zip(((0, 0), (1, 0), (0, 1), (1, 1)), CORNERS.values(), strict=True):
        x, y = across * right, down * bottom
        draw.rectangle(
            [x - width // 4 * across, y - height // 4 * down, x + width // 4 * (1 - across),
             y + height // 4 * (1 - down)],
            fill=colour,
        )  # fmt: skip
    return image


def _exif(orientation: int | None, camera: bool, gps: tuple[float, float] | None) -> Image.Exif:
    exif = Image.Exif()
    if orientation is not None:
        exif[ExifTags.Base.Orientation] = orientation
    if camera:
        exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Canon", CAMERA
        exif[ExifTags.Base.Software] = "Darkroom 3"
        details = exif.get_ifd(ExifTags.IFD.Exif)
        details[ExifTags.Base.ExposureTime], details[ExifTags.Base.FNumber] = 0.008, 2.8
        details[ExifTags.Base.ISOSpeedRatings], details[ExifTags.Base.FocalLength] = 200, 50.0
        details[ExifTags.Base.DateTimeOriginal] = "2024:06:03 14:02:11"
        details[ExifTags.Base.LensModel] = "EF 50 mm"
    if gps is not None:
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        latitude, longitude = gps
        place[ExifTags.GPS.GPSLatitudeRef] = "N" if latitude >= 0 else "S"
        place[ExifTags.GPS.GPSLatitude] = _sexagesimal(latitude)
        place[ExifTags.GPS.GPSLongitudeRef] = "E" if longitude >= 0 else "W"
        place[ExifTags.GPS.GPSLongitude] = _sexagesimal(longitude)
    return exif


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(abs(degrees) * 3600, 60)
    return float(minutes // 60), float(minutes % 60), round(seconds, 3)


# --- colour profiles -------------------------------------------------------------------------------------------------

_SRGB_PRIMARIES = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
_WIDE_PRIMARIES = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))  # Adobe RGB (1998)


def wide_profile() -> bytes:
    """An RGB profile with Adobe's wide primaries, so that the same numbers mean stronger colours than in sRGB."""
    return _matrix_profile("Wide test RGB", _WIDE_PRIMARIES)


def swapped_profile() -> bytes:
    """An RGB profile whose red and green are exchanged: nobody overlooks whether it was honoured."""
    red, green, blue = _SRGB_PRIMARIES
    return _matrix_profile("Swapped test RGB", (green, red, blue))


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _matrix_profile(name: str, primaries: tuple[tuple[float, float, float], ...]) -> bytes:
    """A version 2 matrix profile of gamma 2.2 (ICC.1:2001-04, "Profile requirements", three-component matrix-based)."""

    def xyz(values: tuple[float, float, float]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    text = name.encode() + b"\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    gamma = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256))
    tags = [(b"desc", description), (b"cprt", b"text\0\0\0\0none\0"), (b"wtpt", xyz((0.9642, 1.0, 0.8249)))]
    tags += [(mark, xyz(primary)) for mark, primary in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)]
    tags += [(mark, gamma) for mark in (b"rTRC", b"gTRC", b"bTRC")]
    table, body, start = b"", b"", 128 + 4 + 12 * len(tags)
    for mark, data in tags:
        table += mark + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(
        ">I4sI4s4s4s12s4s4sIIIQI12s4s", start + len(body), b"", 0x02100000, b"mntr", b"RGB ", b"XYZ ",
        struct.pack(">6H", 2024, 1, 1, 0, 0, 0), b"acsp", b"", 0, 0, 0, 0, 0,
        struct.pack(">3i", 63190, 65536, 54061), b"",
    )  # fmt: skip
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


# --- hostile files ---------------------------------------------------------------------------------------------------

EMPTY = b""
TEXT = "Meeting notes\n\n- bring the tripod\n- café at 9\n".encode()
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9"/></svg>\n'
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
ZIP = b"PK\x03\x04\x14\0\0\0\0\0" + bytes(60)
VIDEO = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + bytes(60)
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)


def truncated(data: bytes, fraction: float = 0.5) -> bytes:
    """The first part of a file, as an interrupted copy leaves it."""
    return data[: int(len(data) * fraction)]


def png_of_one_colour(width: int, height: int, *, bits: int = 1, colour_type: int = 0, pixel: bytes = b"") -> bytes:
    """A PNG of zeros, or of one ``pixel`` as stored (8 or 16 ``bits`` a sample): cheap to make at any size."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour_type]
    row = b"\0" + (pixel * width or bytes((width * bits * channels + 7) // 8))
    packer = zlib.compressobj(9)
    rows_at_once = max(1, 1_000_000 // len(row))
    body = b"".join(packer.compress(row * min(rows_at_once, height - top)) for top in range(0, height, rows_at_once))
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", body + packer.flush()), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


@functools.cache
def png_bomb(megapixels: int = 200) -> bytes:
    """A sound PNG of ``megapixels`` in a few dozen kilobytes."""
    return png_of_one_colour(megapixels * 100, 10_000)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


HOSTILE: dict[str, bytes] = {
    "notes.png": TEXT,
    "empty.jpg": EMPTY,
    "drawing.png": SVG,
    "report.jpg": PDF,
    "archive.jpg": ZIP,
    "film.png": VIDEO,
    "zeros.tif": bytes(5000),
}


def mutated(data: bytes, seed: int) -> bytes:
    """``data`` with a few random wounds: changed bytes, extreme numbers, cuts, repeats, a lost end."""
    rng = random.Random(seed)
    result = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(
            max(1, len(result) if rng.random() < 0.5 else min(len(result), 400))
        )  # headers half the time
        wound = rng.randrange(6)
        if wound <= 1:
            result[at : at + 1] = rng.randbytes(1)
        elif wound == 2:
            result[at : at + 4] = rng.choice(
                (b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\0\0\0\x01", b"\xff\xff\0\0")
            )
        elif wound == 3:
            del result[at : at + rng.randrange(1, 64)]
        elif wound == 4:
            result[at:at] = result[at : at + rng.randrange(1, 64)]
        elif len(result) > 40:
            del result[rng.randrange(20, len(result)) :]
    return bytes(result)


def with_sound_checksums(png: bytes) -> bytes:
    """A PNG whose chunks' checksums are made right again, so that a wound inside one reaches the decoder."""
    result, at = png[:8], 8
    while at + 12 <= len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        result += _chunk(png[at + 4 : at + 8], png[at + 8 : at + 8 + length])
        at += 12 + length
    return result
