"""The arithmetic of the tiles, against a layout that places every tile by walking over all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagedesk.ui.tile_layout import GAP, MARGIN, MAX_TILE, MIN_TILE, Box, TileLayout

LARGEST_INT = 2**31 - 1  # what a scroll bar can hold

layouts = st.builds(
    TileLayout,
    width=st.integers(1, 2000),
    tile=st.integers(MIN_TILE, MAX_TILE),
    caption=st.integers(20, 60),
    count=st.integers(0, 120),
)
some_layouts = layouts.filter(lambda layout: layout.count > 0)


def walked(layout: TileLayout) -> list[Box]:
    """Each tile beside the one before while it fits, else at the beginning of the next line."""
    boxes: list[Box] = []
    x, y = MARGIN, MARGIN
    for _ in range(layout.count):
        if boxes and x + layout.cell_width > layout.width - MARGIN:
            x, y = MARGIN, y + layout.cell_height + GAP
        boxes.append(Box(x, y, layout.cell_width, layout.cell_height))
        x += layout.cell_width + GAP
    return boxes


def touches(box: Box, x: int, y: int, width: int, height: int) -> bool:
    return box.x < x + width and x < box.x + box.width and box.y < y + height and y < box.y + box.height


@given(layouts)
def test_every_tile_is_where_walking_would_put_it(layout: TileLayout) -> None:
    assert [layout.cell(row) for row in range(layout.count)] == walked(layout)


@given(layouts)
def test_the_content_ends_below_the_last_tile(layout: TileLayout) -> None:
    bottom = max((box.y + box.height for box in walked(layout)), default=-MARGIN)
    assert layout.content_height == bottom + MARGIN


@given(layouts.filter(lambda layout: layout.width >= MAX_TILE + 60))
def test_tiles_fill_the_line_without_room_for_another_column(layout: TileLayout) -> None:
    used = layout.columns * (layout.cell_width + GAP) - GAP + 2 * MARGIN
    assert layout.width - layout.columns < used <= layout.width
    assert layout.box_width >= layout.tile


@given(layouts, st.integers(-50, 2050), st.integers(-50, 40_000))
def test_a_point_hits_the_tile_that_holds_it(layout: TileLayout, x: int, y: int) -> None:
    hit = [row for row, box in enumerate(walked(layout)) if touches(box, x, y, 1, 1)]
    assert layout.row_at(x, y) == (hit[0] if hit else None)


@given(some_layouts, st.integers(0, 119))
def test_the_nearest_row_of_a_tiles_middle_is_its_own(layout: TileLayout, row: int) -> None:
    row %= layout.count
    box = layout.cell(row)
    assert layout.nearest_row(box.x + box.width // 2, box.y + box.height // 2) == row


@given(layouts, st.integers(-500, 40_000), st.integers(0, 2000))
def test_the_rows_of_a_stretch_hold_every_tile_that_touches_it(layout: TileLayout, top: int, height: int) -> None:
    first, last = layout.rows_between(top, top + height)
    seen = [row for row, box in enumerate(walked(layout)) if touches(box, 0, top, 10_000, height + 1)]
    assert set(seen) <= set(range(first, last + 1))
    assert last - first + 1 <= len(seen) + 2 * layout.columns
    assert 0 <= first <= layout.count
    assert last < layout.count


@given(layouts, st.integers(-50, 2050), st.integers(-50, 20_000), st.integers(1, 2000), st.integers(1, 20_000))
def test_a_frame_chooses_exactly_the_tiles_that_it_touches(
    layout: TileLayout, x: int, y: int, width: int, height: int
) -> None:
    runs = layout.rows_in(x, y, width, height)
    rows = [row for first, last in runs for row in range(first, last + 1)]
    assert rows == [row for row, box in enumerate(walked(layout)) if touches(box, x, y, width, height)]


def test_a_frame_that_ends_above_a_line_leaves_it_alone() -> None:
    layout = TileLayout(900, 120, 34, 60)
    assert layout.rows_in(0, 0, 900, layout.cell(layout.columns).y) == [(0, layout.columns - 1)]


@given(some_layouts, st.integers(0, 119))
def test_a_line_up_and_a_line_down_stay_in_their_column(layout: TileLayout, row: int) -> None:
    row %= layout.count
    below, above = layout.row_below(row), layout.row_above(row)
    assert above in (row, row - layout.columns)
    assert above >= 0
    assert below < layout.count
    assert below in (row, row + layout.columns, layout.count - 1)
    assert (below == row) == (row // layout.columns == (layout.count - 1) // layout.columns)


@pytest.mark.parametrize("count", [1_000_000, 5_000_000, 9_000_000])
def test_millions_of_rows_fit_a_scroll_bar_at_any_width_and_size(count: int) -> None:
    for tile in (MIN_TILE, 160, MAX_TILE):
        for width in range(1, 3 * MAX_TILE):
            layout = TileLayout(width, tile, 60, count)
            assert layout.content_height < LARGEST_INT - 2**19
            lowest = layout.cell(count - 1)
            assert layout.row_at(lowest.x, lowest.y) == count - 1
            assert layout.rows_between(lowest.y, lowest.y)[1] == count - 1


def test_tiles_become_smaller_only_where_they_must() -> None:
    wide, many = TileLayout(640, MAX_TILE, 60, 1_000_000), TileLayout(640, MAX_TILE, 60, 5_000_000)
    assert (wide.columns, many.columns) == (1, 2)
    assert many.cell_width < wide.cell_width
