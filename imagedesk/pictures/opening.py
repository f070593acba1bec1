"""Opening a picture in the decoder process: what the file is, which decoder may have it, and how large it says it is.

source → first bytes → type (or a reason why not) → Pillow with that one format → header's size against the limit.
"""

from __future__ import annotations

import importlib
import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from imagedesk.core.errors import EmptyFile, NotAnImage, TooManyPixels, UnreadableFile, UnreadableImage
from imagedesk.core.pictures import MAX_PIXELS
from imagedesk.pictures.colours import scale_transparent_colour
from imagedesk.pictures.png_decoder import read_by_libvips
from imagedesk.pictures.sniffing import HEAD_BYTES, describe, sniff

# Named, so that a linter keeps the imports by which the decoders register themselves.
DECODERS = (
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    GifImagePlugin,
    WebPImagePlugin,
    TiffImagePlugin,
    BmpImagePlugin,
    AvifImagePlugin,
)
_FORMATS = {
    "image/jpeg": ["JPEG", "MPO"],
    "image/png": ["PNG"],
    "image/gif": ["GIF"],
    "image/webp": ["WEBP"],
    "image/tiff": ["TIFF"],
    "image/bmp": ["BMP"],
    "image/avif": ["AVIF"],
    "image/heic": ["HEIF"],
}
_DNG_VERSION = 50706
_NEW_SUBFILE_TYPE = 254


@contextmanager
def open_picture(path: bytes | None, data: bytes) -> Iterator[tuple[Image.Image, str]]:
    """The picture, not decoded yet, and its MIME type; from the file at ``path`` or from ``data``.

    Raises EmptyFile, NotAnImage, TooManyPixels, UnreadableFile, and whatever a decoder raises on a damaged header.
    """
    with _opened(path, data) as file:
        head = file.read(HEAD_BYTES)
        mime = _accepted_type(head)
        if mime == "image/webp":
            check_size(_webp_size(head))  # its decoder allocates the canvas before anybody can ask for the size
        with _opened_by_pillow(file, mime) as image:
            check_size(image.size)
            _refuse_camera_raw(image)
            scale_transparent_colour(image)
            read_by_libvips(image, file)
            yield image, mime


def use_threads(count: int) -> None:
    """How many AVIF is decoded with from here on; 0: one for each processor."""
    AvifImagePlugin.DEFAULT_MAX_THREADS = count


def _opened_by_pillow(file: IO[bytes], mime: str) -> Image.Image:
    file.seek(0)
    Image.MAX_IMAGE_PIXELS = None  # nothing is decoded yet; check_size says the size, which Pillow's error does not
    try:
        return Image.open(file, formats=_FORMATS[mime])
    finally:
        Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise TooManyPixels(
            f"Too many pixels: the picture is {width} × {height}, the limit is {MAX_PIXELS // 10**6} megapixels. "
            "Scale it down first."
        )


def _opened(path: bytes | None, data: bytes) -> IO[bytes]:
    if path is None:
        return io.BytesIO(data)
    try:
        # O_NONBLOCK: a named pipe that nobody writes to must not hold the decoder.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise UnreadableFile("That is a folder or a device, not a file: choose a picture file.")
        return os.fdopen(descriptor, "rb")
    except FileNotFoundError as error:
        raise UnreadableFile("The file is not there any more: it was moved, renamed or deleted.") from error
    except IsADirectoryError as error:
        raise UnreadableFile("That is a folder or a device, not a file: choose a picture file.") from error
    except PermissionError as error:
        raise UnreadableFile("You may not read the file: change its permissions, then try again.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise UnreadableFile(f"The file cannot be read: {reason or 'its name cannot be used'}.") from error


def _accepted_type(head: bytes) -> str:
    if not head:
        raise EmptyFile("The file is empty.")
    mime = sniff(head)
    if mime is None:
        raise NotAnImage(f"Not an image: {describe(head)}.")
    if mime == "image/heic" and not _heif_is_installed():
        if hasattr(sys, "frozen"):  # nothing can be installed into an executable
            raise UnreadableImage("This program reads no HEIC pictures: convert them to JPEG.")
        raise UnreadableImage(
            'To read HEIC pictures, install the extra decoder: pip install "imagedesk[heic]". Or convert them to JPEG.'
        )
    return mime


def _heif_is_installed() -> bool:
    if "HEIF" in Image.OPEN:
        return True
    try:
        importlib.import_module("pillow_heif").register_heif_opener()
    except ImportError:
        return False
    return True


def _webp_size(head: bytes) -> tuple[int, int]:
    """Canvas width and height ("WebP Container Specification", Google; RFC 9649); zeros for a damaged header."""
    kind, body = head[12:16], head[20:]
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF


def _refuse_camera_raw(image: Image.Image) -> None:
    """DNG, NEF and ARW are TIFF files whose first page is a small preview: storing that one's size would be a lie."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return
    if _DNG_VERSION in image.tag_v2 or image.tag_v2.get(_NEW_SUBFILE_TYPE, 0) == 1:
        raise NotAnImage("Not an accepted image: the file is a camera raw file. Export it as JPEG or TIFF.")
