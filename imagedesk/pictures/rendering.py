"""A decoded picture as the screen wants it: scaled, turned upright, sRGB, and cut into strips of raw pixels.

Runs in the decoder process. The costly steps come last or small: a JPEG is decoded at a fraction of its size, colours
are converted after scaling, and a full view is converted strip by strip, so that it never exists twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageFile, JpegImagePlugin, TiffImagePlugin

from imagedesk.pictures.colours import SrgbConversion, display_exponent, eight_bit_picture

STRIP_BYTES = 1024 * 1024
_ORIENTATION_TAG = 0x0112
# EXIF 3.0, 4.6.5.1.6 "Orientation": what turns the stored picture upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Rendering:
    """An upright picture of the wanted size, its colours still its own; ``conversion`` makes any part of it sRGB."""

    image: Image.Image
    conversion: SrgbConversion
    has_alpha: bool

    def strips(self) -> Iterator[bytes]:
        """BGRA rows from the top, alpha premultiplied, about ``STRIP_BYTES`` at a time."""
        width, height = self.image.size
        rows = max(1, STRIP_BYTES // (width * 4))
        for top in range(0, height, rows):
            part = self.conversion(self.image.crop((0, top, width, min(top + rows, height))))
            yield _bgra(part, self.has_alpha)

    def bgra(self) -> bytes:
        """All rows at once, with alpha, premultiplied."""
        return _bgra(self.conversion(self.image).convert("RGBA"), has_alpha=True)

    def converted(self) -> Image.Image:
        """The whole of it as one sRGB picture, RGBA where it has alpha, else RGB."""
        image = self.conversion(self.image)
        return image if self.has_alpha else image.convert("RGB")

    def mean_colour(self) -> str | None:
        """``#rrggbb`` of what is visible, None where nothing is."""
        image = self.converted()
        if not self.has_alpha:
            return "#{:02x}{:02x}{:02x}".format(*_mean(image))
        *colours, alpha = _mean(image.convert("RGBa"))  # premultiplied: what cannot be seen does not count
        if not alpha:
            return None
        return "#{:02x}{:02x}{:02x}".format(*(min(255, round(colour * 255 / alpha)) for colour in colours))


def _mean(image: Image.Image) -> tuple[int, ...]:
    mean = image.resize((1, 1), Image.Resampling.BOX).tobytes()
    return tuple(mean)


def render(image: Image.Image, max_side: int | None) -> Rendering:
    """Decode ``image`` and bring it to at most ``max_side`` pixels on its long side; never enlarged."""
    orientation = orientation_of(image)
    icc_profile = image.info.get("icc_profile")
    target = scaled_size(image.size, max_side)
    if target != image.size and isinstance(image, JpegImagePlugin.JpegImageFile):
        image.draft(None, target)  # libjpeg decodes at 1/2, 1/4 or 1/8, never below the target
    image.load()
    picture = eight_bit_picture(image)
    if picture.size != target:
        picture = picture.resize(target, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if orientation in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[orientation])
    conversion = SrgbConversion(picture, icc_profile, display_exponent(image.info))
    return Rendering(picture, conversion, _is_translucent(picture))


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Width and height after orientation, from the header."""
    width, height = image.size
    return (height, width) if orientation_of(image) >= 5 else (width, height)


def orientation_of(image: Image.Image) -> int:
    """1 to 8. TIFF is always 1 here: Pillow turns it itself while it decodes, and says the turned size before."""
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return 1
    try:
        orientation = image.getexif().get(_ORIENTATION_TAG, 1)
    except (ValueError, TypeError, KeyError, IndexError, SyntaxError, OSError, ArithmeticError):
        return 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1


def scaled_size(size: tuple[int, int], max_side: int | None) -> tuple[int, int]:
    """``size`` brought down to a long side of ``max_side``, its shape kept, at least one pixel each way."""
    width, height = size
    if max_side is None or max(size) <= max_side:
        return size
    scale = max_side / max(size)
    return max(1, round(width * scale)), max(1, round(height * scale))


def read_to_the_end(image: Image.Image, pixel_budget: int) -> None:
    """Decode the frames behind the first too, so that a cut file is found out, up to ``pixel_budget`` pixels.

    Not for JPEG: what follows its first picture (another view, a video, garbage) is not what people see.
    """
    if isinstance(image, JpegImagePlugin.JpegImageFile) or not isinstance(image, ImageFile.ImageFile):
        return
    for frame in range(1, getattr(image, "n_frames", 1)):
        image.seek(frame)
        pixel_budget -= image.width * image.height
        if pixel_budget < 0:
            return
        image.load()


def _is_translucent(image: Image.Image) -> bool:
    return image.mode == "RGBA" and image.getchannel("A").getextrema()[0] != 255


def _bgra(part: Image.Image, has_alpha: bool) -> bytes:
    if has_alpha:
        return part.convert("RGBa").tobytes("raw", "BGRa")
    if part.mode == "RGBA":
        part = part.convert("RGB")
    return part.convert("RGBA").tobytes("raw", "BGRA")  # 255 in the fourth byte, which the BGRX packer leaves 0
