"""Keeps the grid's place by an image and not by a row number, whatever comes, goes or changes its size. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from imagedesk.ui.tile_layout import TileLayout


class ScrollAnchor:
    """The image at the beginning of the top line. At the very top the place is the top itself, so that new images are
    seen to arrive. Told only of scrolling that somebody meant: fitting the layout must not move it."""

    def __init__(self) -> None:
        self.row = 0
        self.image_id: str | None = None  # of that row, where it is known
        self._beyond = 0.0  # how much of the anchor's line is scrolled away, in lines
        self._at_top = True

    @property
    def place(self) -> str | None:
        """The image to find again when the rows are read anew; None at the very top, which stays the top."""
        return None if self._at_top else self.image_id

    def note(self, layout: TileLayout, offset: int) -> None:
        """The view stands at ``offset`` now."""
        first, last = layout.rows_between(offset, offset)
        row = first if first <= last else 0
        if row != self.row:
            self.row, self.image_id = row, None
        self._at_top = offset <= 0
        self._beyond = (offset - layout.cell(row).y) / layout.pitch

    def offset(self, layout: TileLayout) -> int:
        """Where the view should stand in a new layout."""
        if self._at_top or not layout.count:
            return 0
        return layout.cell(min(self.row, layout.count - 1)).y + round(self._beyond * layout.pitch)

    def rows_inserted(self, start: int, count: int) -> None:
        if start <= self.row:
            self.row += count

    def rows_removed(self, start: int, count: int) -> None:
        if start <= self.row < start + count:
            self.image_id = None  # the next one takes its place
        if start < self.row:
            self.row -= min(count, self.row - start)

    def relocate(self, found: Mapping[str, int]) -> None:
        """After a reset: stand at the image that was at the top, if it is still there; else at the top."""
        row = found.get(self.place or "")
        if row is None:
            self.row, self.image_id, self._beyond, self._at_top = 0, None, 0.0, True
        else:
            self.row = row
