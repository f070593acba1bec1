"""Where the tiles of the grid are: arithmetic only, at the same cost for a hundred images and for a million. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

MARGIN = 12  # logical pixels around all tiles
GAP = 8  # between cells
PADDING = 8  # inside a cell, around box and caption
CAPTION_GAP = 6
BOX_RATIO = 0.75  # height of the picture's box to its width
MIN_TILE, MAX_TILE = 96, 320
_HIGHEST = 2**31 - 2**20  # logical pixels: Qt's coordinates and scroll bars have 32 bits, and frames go beyond the ends


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in logical pixels: content coordinates, or relative to a cell."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TileLayout:
    """``width`` is the viewport's, ``tile`` the least width of a picture's box (tiles grow to fill the line),
    ``caption`` the height of the two lines."""

    width: int
    tile: int
    caption: int
    count: int
    # What follows from these is worked out once: painting and hit tests ask for it thousands of times.
    columns: int = field(init=False)
    lines: int = field(init=False)
    cell_width: int = field(init=False)
    cell_height: int = field(init=False)
    box_width: int = field(init=False)
    box_height: int = field(init=False)
    pitch: int = field(init=False)
    """From one line of tiles to the next."""

    def __post_init__(self) -> None:
        room = self.width - 2 * MARGIN + GAP
        columns = max(1, room // (self.tile + 2 * PADDING + GAP))
        while (found := self._measures(room, columns))["lines"] * found["pitch"] > _HIGHEST:
            columns += 1  # millions of large tiles: smaller ones, rather than places that Qt cannot count
        for name, value in found.items():
            object.__setattr__(self, name, value)

    def _measures(self, room: int, columns: int) -> dict[str, int]:
        cell_width = max(MIN_TILE, room // columns - GAP)
        box_width = cell_width - 2 * PADDING
        box_height = round(box_width * BOX_RATIO)
        cell_height = box_height + CAPTION_GAP + self.caption + 2 * PADDING
        return {
            "columns": columns,
            "lines": -(-self.count // columns),
            "cell_width": cell_width,
            "cell_height": cell_height,
            "box_width": box_width,
            "box_height": box_height,
            "pitch": cell_height + GAP,
        }

    @property
    def content_height(self) -> int:
        return self.lines * self.pitch - GAP + 2 * MARGIN if self.count else 0

    def cell(self, row: int) -> Box:
        """The cell of a row, in content coordinates."""
        line, column = divmod(row, self.columns)
        return Box(self._left(column), MARGIN + line * self.pitch, self.cell_width, self.cell_height)

    def row_at(self, x: int, y: int) -> int | None:
        """The row whose cell holds the point, None between the cells."""
        row = self.nearest_row(x, y)
        if row is None:
            return None
        box = self.cell(row)
        inside = box.x <= x < box.x + box.width and box.y <= y < box.y + box.height
        return row if inside else None

    def nearest_row(self, x: int, y: int) -> int | None:
        """The row whose place is nearest in reading order, None without rows."""
        if not self.count:
            return None
        line = min(max(0, (y - MARGIN + GAP // 2) // self.pitch), self.lines - 1)
        return min(line * self.columns + self._column(x), self.count - 1)

    def rows_between(self, top: int, bottom: int) -> tuple[int, int]:
        """The first and last row with a part in that stretch of content; last < first when there is none."""
        first = max(0, (top - MARGIN) // self.pitch) * self.columns
        last = (max(0, (bottom - MARGIN) // self.pitch) + 1) * self.columns - 1
        return min(first, self.count), min(last, self.count - 1)

    def rows_in(self, x: int, y: int, width: int, height: int) -> list[tuple[int, int]]:
        """The runs of rows whose cells a frame touches: one run a line, one in all where it spans every column."""
        columns = [c for c in range(self.columns) if self._left(c) < x + width and self._left(c) + self.cell_width > x]
        first_line = max(0, (y - MARGIN + GAP) // self.pitch)
        last_line = min((y + height - 1 - MARGIN) // self.pitch, self.lines - 1)
        if not columns or last_line < first_line or not self.count:
            return []
        if len(columns) == self.columns:
            return [(first_line * self.columns, min((last_line + 1) * self.columns, self.count) - 1)]
        runs = (
            (line * self.columns + columns[0], min(line * self.columns + columns[-1], self.count - 1))
            for line in range(first_line, last_line + 1)
        )
        return [(first, last) for first, last in runs if first <= last]

    def row_above(self, row: int) -> int:
        """One line up; the row itself in the first line."""
        return row - self.columns if row >= self.columns else row

    def row_below(self, row: int) -> int:
        """One line down; into a shorter last line, to its end; the row itself in the last line."""
        last = self.count - 1
        return row if row // self.columns == last // self.columns else min(row + self.columns, last)

    def _left(self, column: int) -> int:
        return MARGIN + column * (self.cell_width + GAP)

    def _column(self, x: int) -> int:
        return min(max(0, (x - MARGIN + GAP // 2) // (self.cell_width + GAP)), self.columns - 1)
