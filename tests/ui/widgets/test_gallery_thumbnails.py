"""Never the thumbnail of one image on another, however fast one scrolls, filters and resizes while they come late."""

from __future__ import annotations

import itertools
import random

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPixmap

from imagedesk.core.query import LibraryQuery, Order
from imagedesk.ui.gallery_view import SIDE_STEP, STORED_SIDE, GalleryView
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.tile_layout import PADDING, TileLayout
from imagedesk.ui.tile_painter import TilePainter, TileState
from tests.ui.widgets.gallery_stage import PEOPLE, GalleryStage, colour_of


def picture_colour(stage: GalleryStage, screen: QImage, row: int) -> QColor | None:
    """What stands in the middle of the row's picture, None where that is outside of the viewport."""
    layout = stage.view._layout
    middle = stage.place(row).topLeft()
    middle.setX(middle.x() + layout.cell_width // 2)
    middle.setY(middle.y() + PADDING + layout.box_height // 2)
    return screen.pixelColor(middle) if stage.view.viewport().rect().contains(middle) else None


def shown(stage: GalleryStage) -> tuple[int, int]:
    """How many visible tiles have a thumbnail and how many wait for theirs; fails for any that has another's."""
    screen, waiting, right = stage.painted(), stage.view._theme.theme.color("tile"), 0
    first, last = stage.view.visible_rows()
    missing = 0
    for row in range(first, last + 1):
        colour, record = picture_colour(stage, screen, row), stage.model.record(row)
        if colour is None or colour == waiting:
            missing += colour is not None
            continue
        assert record is not None, "a thumbnail where nobody knows the image"
        if record.placeholder is not None and colour == QColor(record.placeholder):
            missing += 1
            continue
        assert colour == colour_of(record.image_id), f"row {row} shows the thumbnail of another image"
        right += 1
    return right, missing


def test_the_thumbnails_of_what_is_visible_are_shown(stage: GalleryStage) -> None:
    assert shown(stage) == (0, 6)
    stage.loader.deliver()
    assert shown(stage) == (6, 0)


def test_a_thumbnail_that_comes_when_its_image_has_left_is_not_shown(stage: GalleryStage) -> None:
    late = list(stage.loader.asked)
    stage.scroll_to(450)
    stage.loader.asked = late
    stage.loader.deliver()
    assert shown(stage)[0] == 0


def wander(stage: GalleryStage, chance: random.Random, fresh: int) -> None:
    """One thing that a person or somebody else does."""
    bar = stage.view.verticalScrollBar()
    step = chance.randrange(8)
    if step == 0:
        bar.setValue(chance.randrange(bar.maximum() + 1))
    elif step == 1:
        for _ in range(chance.randrange(1, 6)):
            stage.wheel(chance.choice((-3, -1, 1, 2)))
    elif step == 2:
        people = frozenset(chance.sample(PEOPLE, chance.randrange(3)))
        stage.model.set_query(LibraryQuery(user_ids=people, order=chance.choice(list(Order))))
    elif step == 3:
        stage.add(*range(fresh, fresh + chance.randrange(1, 4)))
        stage.model.refresh()
    elif step == 4:
        stage.remove(*chance.sample(range(600), 5))
        stage.model.refresh()
    elif step == 5:
        stage.view.resize(chance.randrange(350, 900), chance.randrange(300, 600))
    elif step == 6:
        stage.view.set_tile_size(chance.randrange(96, 321))
    else:
        stage.view.selectAll() if chance.random() < 0.5 else stage.view.clearSelection()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_thumbnail_ever_stands_on_the_wrong_image(stage: GalleryStage, seed: int) -> None:
    chance, right = random.Random(seed), 0
    for number in range(80):
        wander(stage, chance, 1000 + 4 * number)
        if chance.random() < 0.3:
            stage.settle()
        stage.loader.deliver(chance, share=chance.random())
        right += shown(stage)[0]
    assert right > 100  # thumbnails were there to be wrong
    stage.settle()
    stage.loader.deliver()
    assert shown(stage)[1] == 0


def box_pixels(stage: GalleryStage, screen: QImage, row: int) -> set[str]:
    """The colours in the lower half of the row's picture, where a reason stands."""
    layout, corner = stage.view._layout, stage.place(row).topLeft()
    left, top = corner.x() + PADDING + 4, corner.y() + PADDING + layout.box_height // 2 + 8
    across, down = layout.box_width - 8, layout.box_height // 2 - 12
    return {screen.pixelColor(left + x, top + y).name() for x in range(across) for y in range(down)}


def test_a_tile_without_a_thumbnail_says_why(stage: GalleryStage) -> None:
    reason = "Damaged image: it ended the decoder. Export or download it again."
    stage.loader.thumbnails_failed.emit([(stage.name(0), reason), (stage.name(1), "")])
    screen = stage.painted()
    ground = {stage.view._theme.theme.color("tile").name()}
    assert len(box_pixels(stage, screen, 0)) > 5
    assert box_pixels(stage, screen, 1) <= ground
    assert stage.view._thumbnails is not None
    assert stage.view._thumbnails.failure(stage.name(0)) == reason


def test_what_failed_is_shown_once_it_comes(stage: GalleryStage) -> None:
    stage.loader.thumbnails_failed.emit([(stage.name(row), "No network.") for row in range(6)])
    assert shown(stage)[0] == 0
    stage.loader.deliver()
    assert shown(stage) == (6, 0)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_dense_screen_gets_thumbnails_of_its_own_pixels(
    stage: GalleryStage, monkeypatch: pytest.MonkeyPatch, ratio: float
) -> None:
    monkeypatch.setattr(GalleryView, "devicePixelRatioF", lambda _view: ratio)
    stage.view._on_look_changed()
    stage.settle()
    box = stage.view._layout.box_width
    assert {side for _, side in stage.loader.asked[-6:]} == {stage.view.thumbnail_side()}
    assert min(STORED_SIDE, box * ratio) <= stage.view.thumbnail_side() <= box * ratio + SIDE_STEP


def test_a_thumbnail_is_drawn_pixel_by_pixel_on_a_dense_screen(theme: ThemeSource) -> None:
    """Stripes one device pixel wide stay stripes."""
    layout = TileLayout(400, 160, 30, 1)
    stripes = QImage(2 * layout.box_width, 2 * layout.box_height, QImage.Format.Format_RGB32)
    for x in range(stripes.width()):
        for y in range(stripes.height()):
            stripes.setPixelColor(x, y, QColor("#ff0000" if x % 2 else "#0000ff"))
    cell = layout.cell(0)
    screen = QImage(2 * cell.width, 2 * cell.height, QImage.Format.Format_RGB32)
    screen.setDevicePixelRatio(2)
    painter = QPainter(screen)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    tiles = TilePainter(theme.theme, QFont(), 2.0, "ann")
    state = TileState(None, QPixmap.fromImage(stripes), None, is_selected=False, has_focus=False, is_hovered=False)
    tiles.paint(painter, QRect(0, 0, cell.width, cell.height), layout.box_height, state)
    painter.end()
    line = [screen.pixelColor(2 * PADDING + x, 2 * PADDING + 40).name() for x in range(2 * layout.box_width)]
    assert set(line) == {"#ff0000", "#0000ff"}
    assert all(left != right for left, right in itertools.pairwise(line))
