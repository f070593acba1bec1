"""Images dragged out of the real window carry files that are there, bit for bit, and nothing is left of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from platformdirs import user_cache_path
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from imagedesk.core.profiles import EmbeddedProfile, LibraryProfile
from imagedesk.ui import drag_out
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop

Pictures = Callable[..., list[Path]]


class Dropped:
    """Stands for the system's drag: notes the files and their bytes at the moment of the drop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files: list[dict[str, bytes]] = []
        self.actions: list[Qt.DropAction] = []
        self.is_held = True
        monkeypatch.setattr(drag_out, "QDrag", lambda _source: self)
        monkeypatch.setattr(drag_out, "_is_held", lambda: self.is_held)

    def setMimeData(self, data: QMimeData) -> None:
        paths = [Path(url.toLocalFile()) for url in data.urls()]
        self.files.append({path.name: path.read_bytes() for path in paths})

    def setPixmap(self, pixmap: object) -> None: ...

    def setHotSpot(self, spot: object) -> None: ...

    def exec(self, actions: Qt.DropAction) -> Qt.DropAction:
        self.actions.append(actions)
        return actions


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> Dropped:
    return Dropped(monkeypatch)


def with_pictures(desktop: Desktop, paths: list[Path]) -> Desktop:
    desktop.drop(paths)
    desktop.wait_for_rows(len(paths))
    desktop.wait_until_idle()
    desktop.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    return desktop


def pull(desktop: Desktop) -> None:
    """Press the first tile and move."""
    gallery = desktop.page.gallery
    at = gallery.visualRect(gallery.model().index(0, 0)).center()
    desktop.qtbot.mousePress(gallery.viewport(), Qt.MouseButton.LeftButton, pos=at)
    desktop.qtbot.mouseMove(gallery.viewport(), at + QPoint(5, 5))
    gallery.pulled.emit()
    desktop.qtbot.mouseRelease(gallery.viewport(), Qt.MouseButton.LeftButton, pos=at)


def dragged_folder() -> Path:
    return user_cache_path("ImageDesk", appauthor=False) / "dragged"


def test_the_drag_carries_verified_originals_and_nothing_stays(
    open_desktop: OpenDesktop, library: LibraryProfile, pictures: Pictures, dropped: Dropped
) -> None:
    paths = pictures(3)
    desktop = with_pictures(open_desktop(library), paths)
    pull(desktop)
    desktop.wait(lambda: bool(dropped.files))
    assert dropped.files == [{path.name: path.read_bytes() for path in paths}]
    assert dropped.actions == [Qt.DropAction.CopyAction]
    assert any(dragged_folder().rglob("*.jpeg"))
    desktop.app.close()
    assert list(dragged_folder().iterdir()) == []


def test_whoever_lets_go_too_early_drags_once_more(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures, dropped: Dropped
) -> None:
    desktop = with_pictures(open_desktop(folder_library), pictures(2))
    dropped.is_held = False
    pull(desktop)
    desktop.wait(lambda: desktop.window.status.place.text() == "2 images ready: drag them once more.")
    assert dropped.files == []
    dropped.is_held = True
    desktop.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    desktop.page.gallery.pulled.emit()
    assert len(dropped.files) == 1


def test_too_much_for_a_drag_is_told_at_once(
    open_desktop: OpenDesktop,
    folder_library: EmbeddedProfile,
    pictures: Pictures,
    dropped: Dropped,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drag_out, "MOST_FILES", 1)
    desktop = with_pictures(open_desktop(folder_library), pictures(2))
    pull(desktop)
    desktop.wait(lambda: "too much to be dragged" in desktop.window.status.place.text())
    assert dropped.files == []


def test_what_is_dragged_out_of_the_window_is_not_uploaded_by_it(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = with_pictures(open_desktop(folder_library), pictures(1))

    class Own(QDragEnterEvent):
        def source(self) -> object:
            return desktop.page.gallery

    class OwnDrop(QDropEvent):
        def source(self) -> object:
            return desktop.page.gallery

    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in pictures(1, folder="others")])
    buttons, keys, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = Own(QPoint(300, 300), copy, data, buttons, keys)
    QApplication.sendEvent(desktop.window, enter)
    assert not enter.isAccepted()
    QApplication.sendEvent(desktop.window, OwnDrop(QPointF(300, 300), copy, data, buttons, keys))
    assert not desktop.context.transfers.is_taking_in
