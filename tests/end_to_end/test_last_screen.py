"""The picture of where one left: kept as the window closes, shown by the next start until the window lives."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from imagedesk.__main__ import main
from imagedesk.app import DesktopApplication
from imagedesk.core.profiles import EmbeddedProfile
from imagedesk.first_paint import show_last_screen
from imagedesk.frame import StartedFrame, make_frame
from imagedesk.kept_screen import KeptScreen, circumstances, read_screen, write_screen
from imagedesk.places import settings_path
from imagedesk.settings import load_settings
from imagedesk.ui.main_window import MainWindow
from tests.end_to_end.desktop import PATIENCE_MS

Pictures = Callable[..., list[Path]]
Start = Callable[[], DesktopApplication]


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Start]:
    """Starts the window as a call without words does, with whatever was kept; closes all in the end."""
    started: list[DesktopApplication] = []
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text('[preferences]\ncamera_data = "keep"\n')  # was answered once

    def run() -> DesktopApplication:
        screen = read_screen(circumstances([], os.environ))
        frame = show_last_screen(screen, []) if screen else StartedFrame(make_frame(None), None, [])
        if screen is None:
            frame.frame.resize(700, 500)  # fits on the screen of the tests
        frame.frame.show()
        app = DesktopApplication(qapp, load_settings(), "alice", frame)
        started.append(app)
        app.start(EmbeddedProfile("local", tmp_path / "library"), [])
        return app

    yield run
    for app in started:
        app.close()
        app.window.deleteLater()
        app.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


def fill(app: DesktopApplication, qtbot: QtBot, pictures: list[Path]) -> None:
    qtbot.waitUntil(lambda: app.window.current_page() is not None, timeout=PATIENCE_MS)
    app.window.add_paths(pictures)
    qtbot.waitUntil(lambda: rows(app.window) == len(pictures), timeout=PATIENCE_MS)
    assert app.session is not None
    app.session.context.transfers.clear_finished()
    qtbot.waitUntil(app.window.transfer_panel.isHidden, timeout=PATIENCE_MS)


def rows(window: MainWindow) -> int:
    page = window.current_page()
    return page.gallery.model().rowCount() if page is not None else 0


def kept() -> KeptScreen | None:
    return read_screen(circumstances([], os.environ))


def test_the_next_start_shows_it_until_the_same_images_are_there(
    start: Start, qtbot: QtBot, pictures: Pictures
) -> None:
    first = start()
    assert first.window.last_screen is None
    fill(first, qtbot, pictures(3))
    first.close()
    assert kept()
    second = start()
    assert second.window.last_screen is not None
    assert second.window.last_screen.isVisible()
    assert second.window.last_screen.geometry() == second.window.rect()
    second.screens.wait()
    qtbot.waitUntil(lambda: second.window.last_screen is None, timeout=PATIENCE_MS)
    assert rows(second.window) == 3


def test_an_empty_library_is_uncovered_too(start: Start, qtbot: QtBot) -> None:
    first = start()
    qtbot.waitUntil(lambda: first.window.current_page() is not None, timeout=PATIENCE_MS)
    first.close()
    second = start()
    second.screens.wait()
    qtbot.waitUntil(lambda: second.window.last_screen is None, timeout=PATIENCE_MS)


def test_using_the_window_shows_it_as_it_is(start: Start, qtbot: QtBot, pictures: Pictures) -> None:
    first = start()
    fill(first, qtbot, pictures(2))
    first.close()
    second = start()
    second.screens.wait()
    press = QMouseEvent(
        QMouseEvent.Type.MouseButtonPress,
        QPointF(5, 5),
        second.window.mapToGlobal(QPoint(5, 5)).toPointF(),
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(second.window, press)
    qtbot.waitUntil(lambda: second.window.last_screen is None, timeout=PATIENCE_MS)


def test_a_window_that_closes_elsewhere_keeps_what_it_opened_on(start: Start, qtbot: QtBot, pictures: Pictures) -> None:
    first = start()
    fill(first, qtbot, pictures(2))
    search(first)
    first.close()
    assert not kept()  # it opened on an empty library, and without a picture
    second = start()
    qtbot.waitUntil(lambda: rows(second.window) == 2, timeout=PATIENCE_MS)
    second.close()
    before = kept()
    assert before is not None
    third = start()
    third.screens.wait()
    qtbot.waitUntil(lambda: third.window.last_screen is None, timeout=PATIENCE_MS)
    search(third)
    third.close()
    after = kept()
    assert after is not None
    assert after.pixels == before.pixels


def test_clicks_on_a_picture_of_other_images_are_let_go(
    start: Start, qtbot: QtBot, pictures: Pictures, tmp_path: Path
) -> None:
    first = start()
    fill(first, qtbot, pictures(2))
    first.close()
    (other,) = pictures(1, folder="other")
    assert main(["upload", str(other), "--library", str(tmp_path / "library"), "--user", "bob"]) == 0
    second = start()
    assert second.window.last_screen is not None
    second.screens.wait()
    assert second.window.last_screen is None
    assert rows(second.window) == 3


@pytest.mark.parametrize(
    "change", [{"ratio": 2.0}, {"width": 350, "height": 1000}, {"follows_system": True, "is_dark": True}]
)
def test_a_picture_that_would_look_wrong_is_not_shown(start: Start, qtbot: QtBot, change: dict[str, object]) -> None:
    first = start()
    qtbot.waitUntil(lambda: first.window.current_page() is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: first.window.last_screen is None, timeout=PATIENCE_MS)
    first.close()
    screen = kept()
    assert screen is not None
    write_screen(circumstances([], os.environ), screen._replace(**change))  # type: ignore[arg-type]
    assert start().window.last_screen is None


def search(app: DesktopApplication) -> None:
    assert app.session is not None
    app.session.context.browse.set_text("nothing is called so")


def test_a_library_that_cannot_be_opened_is_said_at_once(start: Start, qtbot: QtBot, tmp_path: Path) -> None:
    first = start()
    qtbot.waitUntil(lambda: first.window.current_page() is not None, timeout=PATIENCE_MS)
    first.close()
    library = tmp_path / "library"
    library.rename(tmp_path / "away")
    library.write_text("a file where the folder was")
    second = start()
    second.screens.wait()
    qtbot.waitUntil(second.window.banner.isVisible, timeout=PATIENCE_MS)
    assert second.window.last_screen is None


def test_what_takes_too_long_leaves_the_bars_to_the_person(qtbot: QtBot) -> None:
    frame = make_frame(None)
    qtbot.addWidget(frame)
    area = QWidget(frame)
    area.setGeometry(10, 40, 200, 100)
    frame.cover(bytes(4 * 40 * 30), 40, 30, 1.0)
    frame.show()
    assert frame.last_screen is not None
    assert frame.last_screen.geometry() == frame.rect()
    frame.last_screen.fade_to(area)
    assert frame.last_screen.geometry() == area.geometry()
    frame.uncover()
    frame.uncover()
    assert frame.last_screen is None
    frame.close_now()
