"""The frame that a mouse draws over the tiles: which rows it touches, and how that changed. Pure.

Only what changed is told: a frame over thousands of lines costs no more to move than one over ten.
"""

from __future__ import annotations

from dataclasses import dataclass

from imagedesk.ui.tile_layout import Box, TileLayout

Runs = list[tuple[int, int]]
"""Ascending (first, last) rows."""

EDGE = 24  # logical pixels from the edge of the viewport within which it scrolls
_SLOWEST, _FASTEST = 4, 120  # pixels a step


@dataclass(frozen=True, slots=True)
class BandStep:
    """The runs that came under the frame and those that it left."""

    come: Runs
    gone: Runs


class RubberBand:
    """Has its origin in content coordinates, so that scrolling makes it longer."""

    def __init__(self, x: int, y: int) -> None:
        self._x, self._y = x, y
        self.runs: Runs = []

    def frame(self, x: int, y: int) -> Box:
        """From the origin to a point, in content coordinates."""
        left, top = min(self._x, x), min(self._y, y)
        return Box(left, top, abs(x - self._x) + 1, abs(y - self._y) + 1)

    def move_to(self, layout: TileLayout, x: int, y: int) -> BandStep:
        frame = self.frame(x, y)
        runs = layout.rows_in(frame.x, frame.y, frame.width, frame.height)
        before, now = set(self.runs), set(runs)
        self.runs = runs
        return BandStep([run for run in runs if run not in before], sorted(before - now))

    def shift(self, pixels: int) -> None:
        """The content under it moved down; rows may have other numbers, so the next step tells all runs anew."""
        self._y += pixels
        self.runs = []


def edge_step(y: int, height: int) -> int:
    """How far to scroll in one step while the pointer is at ``y``: the farther out, the faster; 0 in the middle."""
    out = max(EDGE - y, y - (height - 1 - EDGE), 0)
    step = min(_FASTEST, _SLOWEST + out * out // 64) if out else 0
    return -step if y < height // 2 else step
