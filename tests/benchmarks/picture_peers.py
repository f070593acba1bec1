"""Other programs' ways to a thumbnail, in this process, and the files that all get. A peer that is not installed, or
that cannot read a kind of file, is skipped by name."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImageReader

from imagedesk.core.pictures import THUMBNAIL_SIDE

SIDE = 256
TINY = "4 × 4 PNG"
Work = Callable[[Path], object]
# name, width and height, ending, options of Pillow's save
KINDS: tuple[tuple[str, tuple[int, int], str, dict[str, Any]], ...] = (
    ("12-MP JPEG", (4000, 3000), "jpg", {"quality": 88}),
    ("24-MP JPEG", (6000, 4000), "jpg", {"quality": 88}),
    ("4-MP PNG", (2400, 1700), "png", {"compress_level": 6}),
    ("20-MP AVIF", (5472, 3648), "avif", {"quality": 60, "speed": 10}),
    ("20-MP HEIC", (5472, 3648), "heic", {"quality": 60}),
)


def photograph(width: int, height: int) -> Image.Image:
    """Shapes and grain at several scales: compresses about as a photograph does."""
    image = Image.new("RGB", (width, height), (128, 128, 128))
    for divisor, weight in ((64, 0.6), (8, 0.4), (2, 0.15)):
        size = (max(2, width // divisor), max(2, height // divisor))
        layer = Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3))
        image = Image.blend(image, layer.resize((width, height), Image.Resampling.BICUBIC), weight)
    return image


def make_files(folder: Path, scale: float, copies: int, only: str = "") -> dict[str, list[Path]]:
    """``copies`` pictures of each kind, sides by ``scale``; and one of almost no pixels, for the guard alone."""
    heif = _register_heif()
    sets: dict[str, list[Path]] = {}
    for name, (width, height), ending, options in KINDS:
        if only not in name:
            continue
        if ending == "heic" and not heif:
            print(f"\n{name}: skipped, pillow-heif is not installed")
            continue
        paths = [folder / f"{name}-{number}.{ending}" for number in range(copies)]
        for path in paths:
            photograph(round(width * scale), round(height * scale)).save(path, **options)
        sets[name] = paths
    if only:
        return sets
    tiny = folder / "tiny.png"
    Image.new("RGB", (4, 4)).save(tiny)
    sets[TINY] = [tiny]
    return sets


def _register_heif() -> bool:
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True


def peers() -> dict[str, Work]:
    """By name: each makes the pixels of a thumbnail of ``SIDE`` on its long side."""
    found: dict[str, Work] = {"Pillow thumbnail()": pillow_thumbnail, "QImageReader scaled": qt_scaled}
    try:
        import pyvips
    except ImportError:
        print("libvips: skipped, pyvips is not installed (pip install pyvips pyvips-binary)")
        return found

    def vips_thumbnail(path: Path) -> object:
        pyvips.operation_block_set("VipsForeign", False)  # our own code, unguarded, allows PNG alone in this process
        return pyvips.Image.thumbnail(str(path), SIDE, height=SIDE).write_to_memory()

    found["libvips thumbnail()"] = vips_thumbnail
    return found


def pillow_thumbnail(path: Path) -> object:
    with Image.open(path) as image:
        image.thumbnail((SIDE, SIDE))
        return image.convert("RGBA").tobytes("raw", "BGRA")


def pillow_full(path: Path) -> object:
    with Image.open(path) as image:
        return image.convert("RGBA").tobytes("raw", "BGRA")


def pillow_prepare(path: Path) -> object:
    with Image.open(path) as image:
        image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=80, method=2)
        return buffer.getvalue()


def qt_scaled(path: Path) -> object:
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    if not reader.canRead():
        raise OSError("Qt has no decoder for it")
    reader.setScaledSize(reader.size().scaled(QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise OSError(reader.errorString())
    return image
