"""Landscapes drawn from a seed: something to look at in the README's pictures that needs nobody's photographs."""

from __future__ import annotations

import math
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

NAMES = (
    "harbour-dawn", "dune-grass", "maple-hills", "surf-line", "crane-lake", "moss-valley", "lake-dusk", "pine-trail",
    "glacier", "heather", "lattice-ridge", "north-shore", "first-snow", "salt-flats", "river-bend", "high-moor",
    "red-rocks", "fjord", "olive-grove", "winter-sun", "blue-hour", "cloud-sea", "far-islands", "evening-train",
)  # fmt: skip
_SKIES = (
    ((24, 40, 88), (244, 150, 90)),
    ((96, 160, 220), (232, 240, 244)),
    ((60, 40, 92), (240, 120, 128)),
    ((16, 32, 52), (96, 136, 160)),
    ((240, 180, 120), (250, 230, 190)),
    ((120, 190, 200), (250, 244, 220)),
)
_KINDS = ("jpeg", "jpeg", "jpeg", "png", "webp", "jpeg", "tiff", "jpeg")
_SIZES = ((1500, 1000), (1600, 900), (1000, 1400), (1400, 1050), (1200, 1200))


def draw_landscape(seed: int, width: int, height: int) -> Image.Image:
    """Sky, a sun, and hills that fade with distance."""
    rng = random.Random(seed)
    top, bottom = rng.choice(_SKIES)
    sky = Image.new("RGB", (1, height))
    for y in range(height):
        part = min(1.0, y / (height * 0.7))
        sky.putpixel((0, y), _mixed(top, bottom, part))
    image = sky.resize((width, height))
    draw = ImageDraw.Draw(image)
    radius, centre = (
        height * rng.uniform(0.04, 0.09),
        (width * rng.uniform(0.15, 0.85), height * rng.uniform(0.25, 0.5)),
    )
    draw.ellipse([centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius], fill=(255, 244, 214))
    image = image.filter(ImageFilter.GaussianBlur(height / 250))
    draw = ImageDraw.Draw(image)
    ground = tuple(rng.randint(16, 70) for _ in range(3))
    layers = rng.randint(4, 6)
    for layer in range(layers):
        depth = (layer + 1) / layers
        draw.polygon(_hill(rng, width, height, 0.45 + 0.45 * depth), fill=_mixed(bottom, ground, 0.25 + 0.75 * depth))
    return image


def save_landscapes(folder: Path, count: int) -> list[Path]:
    """``count`` pictures of several types and shapes, named as people name theirs."""
    paths = []
    for number in range(count):
        kind = _KINDS[number % len(_KINDS)]
        name = NAMES[number % len(NAMES)] + ("" if number < len(NAMES) else f"-{number // len(NAMES) + 1}")
        path = folder / f"{name}.{'jpg' if kind == 'jpeg' else kind}"
        draw_landscape(number, *_SIZES[number * 7 % len(_SIZES)]).save(path, format=kind.upper())
        paths.append(path)
    return paths


def _hill(rng: random.Random, width: int, height: int, level: float) -> list[tuple[float, float]]:
    waves = [(rng.uniform(0.5, 7), rng.uniform(0, math.tau), rng.uniform(0.01, 0.07)) for _ in range(4)]
    points = []
    for x in range(0, width + 9, 8):
        rise = sum(size * math.sin(turns * math.tau * x / width + start) for turns, start, size in waves)
        points.append((float(x), height * (level - rise)))
    return [(0.0, float(height)), *points, (float(width), float(height))]


def _mixed(first: tuple[int, ...], second: tuple[int, ...], part: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
    return red, green, blue
