"""Single pixels of a decoded picture, for the tests to compare."""

from __future__ import annotations

from imagedesk.core.pictures import Pixels


def pixel(picture: Pixels, x: int, y: int) -> tuple[int, int, int, int]:
    """Red, green, blue, alpha."""
    start = (y * picture.width + x) * 4
    blue, green, red, alpha = picture.data[start : start + 4]
    return red, green, blue, alpha


def corners(picture: Pixels) -> list[tuple[int, int, int]]:
    """Top left, top right, bottom left, bottom right: a little inside, where scaling does not blur."""
    across, down = picture.width // 16, picture.height // 16
    right, bottom = picture.width - 1 - across, picture.height - 1 - down
    return [pixel(picture, x, y)[:3] for x, y in ((across, down), (right, down), (across, bottom), (right, bottom))]


def are_alike(one: tuple[int, ...], other: tuple[int, ...], tolerance: int = 6) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))
