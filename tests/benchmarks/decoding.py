"""Decoding measured: thumbnails a second through the guarded reader beside Pillow and Qt in this process.

    python -m tests.benchmarks.decoding [--seconds 3] [--rounds 3]

Every way of reading gets the same files and the same time, in turn within each round; the best round counts, since
others use the machine too. Ratios are of one run. The guard's own cost is a picture of almost no pixels.
"""

from __future__ import annotations

import argparse
import io
import itertools
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImageReader

from imagedesk.core.pictures import THUMBNAIL_SIDE
from imagedesk.pictures.guarded_reader import GuardedPictureReader

SIDE = 256
Work = Callable[[Path], object]


def photograph(width: int, height: int) -> Image.Image:
    """Shapes and grain at several scales: compresses about as a photograph does."""
    image = Image.new("RGB", (width, height), (128, 128, 128))
    for divisor, weight in ((64, 0.6), (8, 0.4), (2, 0.15)):
        size = (max(2, width // divisor), max(2, height // divisor))
        layer = Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3))
        image = Image.blend(image, layer.resize((width, height), Image.Resampling.BICUBIC), weight)
    return image


def make_files(folder: Path) -> dict[str, list[Path]]:
    sets: dict[str, list[Path]] = {}
    for name, size, ending in (
        ("12-MP JPEG", (4000, 3000), "jpg"),
        ("24-MP JPEG", (6000, 4000), "jpg"),
        ("4-MP PNG", (2400, 1700), "png"),
    ):
        paths = [folder / f"{name}-{number}.{ending}" for number in range(4)]
        for path in paths:
            options: dict[str, Any] = {"quality": 88} if ending == "jpg" else {"compress_level": 6}
            photograph(*size).save(path, **options)
        sets[name] = paths
    tiny = folder / "tiny.png"
    Image.new("RGB", (4, 4)).save(tiny)
    sets["4 × 4 PNG"] = [tiny]
    return sets


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
        image.save(buffer, "WEBP", quality=80, method=4)
        return buffer.getvalue()


def qt_scaled(path: Path) -> object:
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    reader.setScaledSize(reader.size().scaled(QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    assert not image.isNull()
    return image


def rate(work: Work, paths: list[Path], threads: int, seconds: float) -> float:
    """Pictures a second."""
    source, end = itertools.cycle(paths), time.perf_counter() + seconds

    def run(_thread: int) -> int:
        done = 0
        while time.perf_counter() < end:
            work(next(source))
            done += 1
        return done

    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(run, range(threads)))
    return done / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, GuardedPictureReader(2) as two, GuardedPictureReader(1) as one:
        ways: dict[str, tuple[Work, int]] = {
            "guarded thumbnail, 1 process": (lambda path: one.pixels(path, SIDE), 1),
            "guarded thumbnail, 2 processes": (lambda path: two.pixels(path, SIDE), 2),
            "Pillow thumbnail()": (pillow_thumbnail, 1),
            "Pillow thumbnail(), 2 threads": (pillow_thumbnail, 2),
            "QImageReader scaled": (qt_scaled, 1),
            "Pillow full decode": (pillow_full, 1),
            "guarded full view, 1 process": (one.pixels, 1),
            "guarded prepare, 1 process": (one.prepare, 1),
            "guarded prepare, 2 processes": (two.prepare, 2),
            "Pillow thumbnail() to WebP": (pillow_prepare, 1),
        }
        for name, paths in make_files(Path(folder)).items():
            report(name, paths, ways, options.rounds, options.seconds)


def report(name: str, paths: list[Path], ways: dict[str, tuple[Work, int]], rounds: int, seconds: float) -> None:
    best = dict.fromkeys(ways, 0.0)
    for (work, _threads), _ in itertools.product(ways.values(), range(2)):
        work(paths[0])
    for _ in range(rounds):
        for way, (work, threads) in ways.items():
            best[way] = max(best[way], rate(work, paths, threads, seconds / (1 + (name.startswith("4 ×")))))
    print(f"\n{name}, {paths[0].stat().st_size / 1e6:.1f} MB: pictures a second (ms a picture)")
    for way, value in best.items():
        print(f"  {way:32} {value:8.1f} ({1000 / value:7.2f})")
    single = best["guarded thumbnail, 1 process"]
    peer = max(best["Pillow thumbnail()"], best["QImageReader scaled"])
    print(f"  guarded ÷ Pillow thumbnail()      {single / best['Pillow thumbnail()']:8.2f}")
    print(f"  guarded ÷ the best peer           {single / peer:8.2f}")
    print(f"  two processes ÷ one               {best['guarded thumbnail, 2 processes'] / single:8.2f}")
    print(
        f"  the same of Pillow's threads      {best['Pillow thumbnail(), 2 threads'] / best['Pillow thumbnail()']:8.2f}"
    )
    print(f"  thumbnail ÷ Pillow full decode    {single / best['Pillow full decode']:8.2f}")
    print(
        f"  guarded full ÷ Pillow full        {best['guarded full view, 1 process'] / best['Pillow full decode']:8.2f}"
    )
    print(f"  prepare: two processes ÷ one      "
          f"{best['guarded prepare, 2 processes'] / best['guarded prepare, 1 process']:8.2f}")  # fmt: skip
    print(f"  the guard, ms a picture           {1000 / single - 1000 / best['Pillow thumbnail()']:8.2f}")


if __name__ == "__main__":
    main()
