"""The place in the grid follows its image, against a list of images that is searched for it."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from imagedesk.ui.scroll_anchor import ScrollAnchor
from imagedesk.ui.tile_layout import TileLayout

CAPTION = 34

steps = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.integers(0, 400), st.integers(1, 30)),
        st.tuples(st.just("remove"), st.integers(0, 400), st.integers(1, 30)),
        st.tuples(st.just("width"), st.integers(200, 1500), st.just(0)),
        st.tuples(st.just("tile"), st.integers(96, 320), st.just(0)),
    ),
    max_size=12,
)


def layout_of(count: int, width: int = 1000, tile: int = 160) -> TileLayout:
    return TileLayout(width, tile, CAPTION, count)


def line_of(layout: TileLayout, row: int) -> int:
    return layout.cell(row).y


@given(st.integers(1, 3000), steps)
def test_the_image_at_the_top_stays_in_the_top_line(offset: int, changes: Sequence[tuple[str, int, int]]) -> None:
    images = list(range(400))
    width, tile, fresh = 1000, 160, 1000
    layout = layout_of(len(images))
    anchor = ScrollAnchor()
    anchor.note(layout, offset)
    image = images[anchor.row]
    for kind, number, count in changes:
        if kind == "insert":
            start = number % (len(images) + 1)
            images[start:start] = range(fresh, fresh + count)
            fresh += count
            anchor.rows_inserted(start, count)
        elif kind == "remove":
            start = number % len(images)
            gone = images[start : min(start + count, len(images) - 1)]
            if image in gone or not gone:
                continue
            del images[start : start + len(gone)]
            anchor.rows_removed(start, len(gone))
        elif kind == "width":
            width = number
        else:
            tile = number
        layout = layout_of(len(images), width, tile)
        assert anchor.row == images.index(image)
        top = line_of(layout, images.index(image))
        assert top - layout.pitch < anchor.offset(layout) < top + layout.pitch


@given(st.integers(1, 20_000))
def test_the_same_layout_gives_the_same_place(offset: int) -> None:
    layout, anchor = layout_of(1000), ScrollAnchor()
    offset = min(offset, layout.content_height - 600)
    anchor.note(layout, offset)
    assert anchor.offset(layout) == offset


@given(st.lists(st.integers(150, 2500), min_size=1, max_size=30), st.integers(1, 5000))
def test_a_window_resized_there_and_back_does_not_creep(widths: Sequence[int], offset: int) -> None:
    anchor, layout = ScrollAnchor(), layout_of(1000)
    anchor.note(layout, offset)
    for width in widths:
        anchor.offset(layout_of(1000, width))
    assert anchor.offset(layout) == offset


def test_at_the_very_top_new_images_are_seen_to_arrive() -> None:
    anchor = ScrollAnchor()
    anchor.note(layout_of(100), 0)
    anchor.rows_inserted(0, 50)
    assert anchor.offset(layout_of(150)) == 0


def test_a_removed_image_gives_its_place_to_the_next() -> None:
    anchor, layout = ScrollAnchor(), layout_of(100)
    anchor.note(layout, line_of(layout, 30))
    row = anchor.row
    anchor.rows_removed(row, 3)
    assert anchor.row == row
    anchor.rows_removed(0, row + 1)
    assert anchor.row == 0


def test_after_a_reset_the_place_is_that_of_the_same_image() -> None:
    anchor, layout = ScrollAnchor(), layout_of(1000)
    anchor.note(layout, 4000)
    anchor.image_id = "ann!1"
    beyond = 4000 - line_of(layout, anchor.row)
    anchor.relocate({"ann!1": 700})
    assert anchor.offset(layout) == line_of(layout, 700) + beyond


def test_after_a_reset_without_the_image_the_place_is_the_top() -> None:
    anchor, layout = ScrollAnchor(), layout_of(1000)
    anchor.note(layout, 4000)
    anchor.image_id = "ann!1"
    anchor.relocate({"bob!2": 700})
    assert anchor.offset(layout) == 0


def test_at_the_very_top_no_image_holds_the_place() -> None:
    anchor = ScrollAnchor()
    anchor.image_id = "ann!1"
    assert anchor.place is None
    anchor.relocate({"ann!1": 700})
    assert anchor.offset(layout_of(1000)) == 0


def test_an_empty_grid_stands_at_its_top() -> None:
    anchor = ScrollAnchor()
    anchor.note(layout_of(100), 900)
    assert anchor.offset(layout_of(0)) == 0
