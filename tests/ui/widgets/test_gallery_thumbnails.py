"""Never the thumbnail of one image on another, however fast one scrolls, filters and resizes while they come late."""

from __future__ import annotations

import random

import pytest
from PySide6.QtGui import QColor, QImage

from imagedesk.core.query import LibraryQuery, Order
from imagedesk.ui.tile_layout import PADDING
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
