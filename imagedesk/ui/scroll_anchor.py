"""Keeps the grid's place by an image and not by a row number: what is at the top, what is chosen, what is current."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from imagedesk.models.gallery_model import GalleryModel
from imagedesk.ui.tile_layout import TileLayout

MAX_REMEMBERED = 2000  # chosen images that survive a reset


class ScrollAnchor:
    """At the very top the place is the top itself, so that new images are seen to arrive."""

    def __init__(self) -> None:
        self._row = 0
        self._beyond = 0  # pixels of the anchor's line that are scrolled away
        self._at_top = True
        self._top_id: str | None = None
        self.current_id: str | None = None
        self.selected: tuple[str, ...] = ()

    def note(self, layout: TileLayout, offset: int) -> None:
        """The view stands at ``offset`` now."""
        first, last = layout.rows_between(offset, offset)
        self._at_top = offset <= 0
        self._row = first if first <= last else 0
        self._beyond = offset - layout.cell(self._row).y

    def offset(self, layout: TileLayout) -> int:
        """Where the view should stand in a new layout."""
        if self._at_top or not layout.count:
            return 0
        return layout.cell(min(self._row, layout.count - 1)).y + self._beyond

    def rows_inserted(self, start: int, count: int) -> None:
        if start <= self._row:
            self._row += count

    def rows_removed(self, start: int, count: int) -> None:
        if start < self._row:
            self._row -= min(count, self._row - start)

    def remembered(self, model: GalleryModel, spans: Sequence[tuple[int, int]], current: int) -> list[str]:
        """The ids to look up if the rows are reset."""
        rows = [row for first, last in spans for row in range(first, min(last, first + MAX_REMEMBERED) + 1)]
        chosen = [record.image_id for row in rows[:MAX_REMEMBERED] if (record := model.record(row)) is not None]
        top, at = model.record(self._row), model.record(current)
        self._top_id = top.image_id if top else None
        self.current_id = at.image_id if at else None
        self.selected = tuple(chosen)
        return [image_id for image_id in {*chosen, self._top_id, self.current_id} if image_id is not None]

    def relocate(self, found: Mapping[str, int], layout: TileLayout) -> None:
        """After a reset: stand at the image that was at the top, if it is still there; else at the top."""
        row = found.get(self._top_id or "")
        if row is None:
            self._row, self._beyond, self._at_top = 0, 0, True
        else:
            self._row = row
