"""PNG's pixels by libvips where it reads them without a doubt, by Pillow otherwise. Everything else stays Pillow's.

A Pillow codec in place of its "zip": Pillow opens the file, says its size and feeds the codec the compressed pixels.
At the first piece of these libvips is asked for all pixels; when it has the least objection the pieces go to "zip".
"""

from __future__ import annotations

import os
from typing import IO, Any

from PIL import Image, ImageFile, PngImagePlugin

from imagedesk.pictures.libvips import library, png_strips

LEAST_PIXELS = 500_000  # below, the time of loading libvips is not won back soon
_CODEC = "imagedesk_png"
_ELSE_BYTES = 16 * 1024 * 1024  # of a file, for all that is not pixels
# Pillow's name of the samples in the file: how many, of how many bytes, and its name of them as libvips gives them.
# Not the palette and the few bits: Pillow is as fast with these.
_LAYOUTS = {
    "L": (1, 1, "L"),
    "LA": (2, 1, "LA"),
    "RGB": (3, 1, "RGB"),
    "RGBA": (4, 1, "RGBA"),
    "I;16B": (1, 2, "I;16N"),
    "RGB;16B": (3, 2, "RGB;16N"),
    "RGBA;16B": (4, 2, "RGBA;16N"),
}


def read_by_libvips(image: Image.Image, file: IO[bytes]) -> None:
    """Let ``image``, opened by Pillow from ``file`` and not decoded yet, be decoded by libvips if that pays."""
    if not isinstance(image, PngImagePlugin.PngImageFile) or image.is_animated or len(image.tile) != 1:
        return
    [tile] = image.tile
    is_whole = tile.codec_name == "zip" and tile.extents == (0, 0, *image.size)
    if is_whole and tile.args in _LAYOUTS and image.width * image.height >= LEAST_PIXELS and library():
        image.tile = [tile._replace(codec_name=_CODEC, args=(tile.args, file))]


class PngDecoder(ImageFile.PyDecoder):
    """One picture's decoding."""

    _zip: Any = None

    def decode(self, buffer: Image.DecoderInput) -> tuple[int, int]:
        """What Pillow's codecs answer: bytes taken, negative when all is done; an error's number."""
        if self._zip is None:
            if self._filled():
                return -1, 0
            samples, _file, *interlace = self.args
            self._zip = Image._getdecoder(self.mode, "zip", (samples,), tuple(interlace))
            self._zip.setimage(self.im, self.state.extents())
        taken: tuple[int, int] = self._zip.decode(buffer)
        return taken

    def cleanup(self) -> None:
        if self._zip is not None:
            self._zip.cleanup()

    def _filled(self) -> bool:
        samples, file, *_interlace = self.args
        bands, sample_bytes, raw = _LAYOUTS[samples]
        _left, _top, width, height = whole = self.state.extents()
        try:
            data = _all_of(file, width * height * bands * sample_bytes + _ELSE_BYTES)
            for top, bottom, rows in png_strips(data, (width, height), bands, sample_bytes):
                self.setimage(self.im, (0, top, width, bottom))
                self.set_as_raw(rows, raw)
        except Exception:  # noqa: BLE001  of whatever kind: Pillow has the last word
            return False
        finally:
            self.setimage(self.im, whole)
        return True


def _all_of(file: IO[bytes], most: int) -> bytes:
    """The file's bytes; it is left where it was. Raises ValueError for more than ``most`` of them."""
    position = file.tell()
    try:
        if file.seek(0, os.SEEK_END) > most:
            raise ValueError("the file is much larger than its picture")
        file.seek(0)
        return file.read()
    finally:
        file.seek(position)


Image.register_decoder(_CODEC, PngDecoder)
