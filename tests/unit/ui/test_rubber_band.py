"""The frame tells what came under it and what it left, against choosing everything anew at each step."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from imagedesk.ui.rubber_band import EDGE, RubberBand, edge_step
from imagedesk.ui.tile_layout import TileLayout

LAYOUT = TileLayout(900, 120, 34, 300)
points = st.tuples(st.integers(-20, 920), st.integers(-20, 12_000))


@given(points, st.lists(points, min_size=1, max_size=20))
def test_steps_add_up_to_the_tiles_under_the_frame(origin: tuple[int, int], path: Sequence[tuple[int, int]]) -> None:
    band, chosen = RubberBand(*origin), set[tuple[int, int]]()
    for x, y in path:
        step = band.move_to(LAYOUT, x, y)
        assert set(step.gone) <= chosen
        assert not set(step.come) & chosen
        chosen = (chosen - set(step.gone)) | set(step.come)
        frame = band.frame(x, y)
        assert sorted(chosen) == LAYOUT.rows_in(frame.x, frame.y, frame.width, frame.height)


def test_the_frame_grows_as_the_content_moves_below_it() -> None:
    band = RubberBand(50, 500)
    band.move_to(LAYOUT, 60, 520)
    band.shift(1000)
    assert (band.frame(60, 520).y, band.frame(60, 520).height) == (520, 981)
    assert band.move_to(LAYOUT, 60, 520).gone == []


@given(st.integers(100, 2000))
def test_it_scrolls_at_the_edges_only_and_faster_beyond_them(height: int) -> None:
    assert edge_step(height // 2, height) == 0
    assert edge_step(EDGE, height) == 0
    assert edge_step(height - 1 - EDGE, height) == 0
    assert edge_step(0, height) < 0 < edge_step(height - 1, height)
    assert edge_step(-200, height) < edge_step(0, height)
    assert edge_step(height + 200, height) > edge_step(height - 1, height)
    assert edge_step(10**6, height) < 1000
