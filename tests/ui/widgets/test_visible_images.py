"""What is on screen is looked at anew once the grid rests, and only while somebody looks."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from PySide6.QtCore import QObject

from imagedesk.ui import visible_images
from imagedesk.ui.visible_images import VisibleImages
from tests.ui.widgets.gallery_stage import GalleryStage


class FakeSync(QObject):
    """Keeps what it was asked to verify."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []

    def verify(self, image_ids: Iterable[str]) -> None:
        self.asked.append(list(image_ids))


@pytest.fixture
def sync(stage: GalleryStage, monkeypatch: pytest.MonkeyPatch) -> FakeSync:
    monkeypatch.setattr(visible_images, "REST_MS", 20)
    monkeypatch.setattr(visible_images, "AGAIN_MS", 60)
    sync = FakeSync()
    VisibleImages(stage.view, stage.model, sync, stage.view)  # type: ignore[arg-type]
    stage.view.activateWindow()
    stage.qtbot.waitUntil(stage.view.isActiveWindow)
    return sync


def on_screen(stage: GalleryStage) -> list[str]:
    first, last = stage.view.visible_rows()
    return [stage.name(row) for row in range(first, last + 1)]


def test_what_is_on_screen_is_verified_once_the_grid_rests(stage: GalleryStage, sync: FakeSync) -> None:
    for row in range(0, 500, 50):
        stage.view.scrollTo(stage.model.index(row, 0), stage.view.ScrollHint.PositionAtTop)
    stage.settle()
    stage.qtbot.waitUntil(lambda: bool(sync.asked))
    assert sync.asked[-1] == on_screen(stage)


def test_while_it_stays_on_screen_it_is_verified_again(stage: GalleryStage, sync: FakeSync) -> None:
    stage.scroll_to(100)
    stage.qtbot.waitUntil(lambda: len(sync.asked) >= 3)
    assert sync.asked[-1] == sync.asked[-2] == on_screen(stage)


def test_nobody_looks_so_nothing_is_asked(stage: GalleryStage, sync: FakeSync, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(stage.view), "isActiveWindow", lambda _view: False)
    stage.scroll_to(100)
    sync.asked.clear()
    stage.qtbot.wait(100)
    assert sync.asked == []
