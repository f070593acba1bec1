"""The viewer: one picture large, by keyboard; details where there is room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from imagedesk.core.pictures import PictureFacts
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.viewer import NARROW, Viewer
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import BIDI, HOSTILE, MARKUP, breaches
from tests.ui.widgets.records import image, pixmap

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def viewer(theme: ThemeSource, show: Show) -> Viewer:
    """Shows Alice's image in row 2 of 5, to Alice."""
    viewer = Viewer(theme)
    show(viewer, 1200, 700)
    viewer.setFocus()
    viewer.show_image(image(2), 2, 5, "alice", pixmap())
    return viewer


def words(viewer: Viewer) -> list[str]:
    return [label.text() for label in viewer.findChildren(QLabel) if label.isVisible()]


@pytest.mark.parametrize(
    ("key", "row"),
    [
        (KEY.Key_Left, 1),
        (KEY.Key_PageUp, 1),
        (KEY.Key_Right, 3),
        (KEY.Key_PageDown, 3),
        (KEY.Key_Home, 0),
        (KEY.Key_End, 4),
    ],
)
def test_a_key_asks_for_another_row(qtbot: QtBot, viewer: Viewer, key: Qt.Key, row: int) -> None:
    with qtbot.waitSignal(viewer.row_requested) as asked:
        qtbot.keyClick(viewer, key)
    assert asked.args == [row]


def test_the_ends_of_the_list_are_the_ends(qtbot: QtBot, viewer: Viewer) -> None:
    asked: list[int] = []
    viewer.row_requested.connect(asked.append)
    viewer.show_image(image(0), 0, 1, "alice", None)
    for key in (KEY.Key_Left, KEY.Key_Right, KEY.Key_Home, KEY.Key_End):
        qtbot.keyClick(viewer, key)
    assert asked == []
    assert not viewer._previous.isEnabled()
    assert viewer._previous.toolTip() == "This is the first image"
    assert not viewer._next.isEnabled()
    assert viewer._next.toolTip() == "This is the last image"


def test_the_arrows_beside_the_picture_go_on_and_back(qtbot: QtBot, viewer: Viewer) -> None:
    for button, row in ((viewer._previous, 1), (viewer._next, 3)):
        assert button.isEnabled()
        with qtbot.waitSignal(viewer.row_requested) as asked:
            qtbot.mouseClick(button, LEFT)
        assert asked.args == [row]


@pytest.mark.parametrize("key", [KEY.Key_Escape, KEY.Key_Space, KEY.Key_Return])
def test_a_key_goes_back_to_the_library(qtbot: QtBot, viewer: Viewer, key: Qt.Key) -> None:
    with qtbot.waitSignal(viewer.closed):
        qtbot.keyClick(viewer, key)


def test_keys_zoom(qtbot: QtBot, viewer: Viewer) -> None:
    fitted = viewer.picture.zoom
    qtbot.keyClick(viewer, KEY.Key_1)
    assert viewer.picture.zoom == 1.0
    assert viewer.buttons["zoom"].text() == "100%"
    qtbot.keyClick(viewer, KEY.Key_Plus)
    assert viewer.picture.zoom == 1.25
    assert viewer.buttons["zoom"].text() == "125%"
    assert "125%" in viewer.buttons["zoom"].accessibleName()
    qtbot.keyClick(viewer, KEY.Key_Minus)
    assert viewer.picture.zoom == 1.0
    qtbot.keyClick(viewer, KEY.Key_0)
    assert viewer.picture.zoom == fitted


def test_buttons_do_what_they_say(qtbot: QtBot, viewer: Viewer) -> None:
    for name, signal in (
        ("back", viewer.closed),
        ("download", viewer.download_requested),
        ("share", viewer.share_requested),
        ("delete", viewer.delete_requested),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(viewer.buttons[name], LEFT)
    fitted = viewer.picture.zoom
    qtbot.mouseClick(viewer.buttons["plus"], LEFT)
    assert viewer.picture.zoom > fitted
    qtbot.mouseClick(viewer.buttons["minus"], LEFT)
    assert viewer.picture.zoom == pytest.approx(fitted)
    qtbot.mouseClick(viewer.buttons["zoom"], LEFT)
    assert viewer.picture.zoom == 1.0
    qtbot.mouseClick(viewer.buttons["fit"], LEFT)
    assert viewer.picture.is_fitted


@pytest.mark.parametrize("key", [KEY.Key_Space, KEY.Key_Return])
def test_a_button_with_the_focus_keeps_its_keys_to_itself(qtbot: QtBot, viewer: Viewer, key: Qt.Key) -> None:
    closed: list[bool] = []
    viewer.closed.connect(lambda: closed.append(True))
    share = viewer.buttons["share"]
    share.setFocus()
    with qtbot.waitSignal(viewer.share_requested):
        qtbot.keyClick(share, key)
    assert not closed


def test_delete_by_key_asks_as_the_button_does_and_not_while_that_is_disabled(qtbot: QtBot, viewer: Viewer) -> None:
    with qtbot.waitSignal(viewer.delete_requested):
        qtbot.keyClick(viewer, KEY.Key_Delete)
    viewer.buttons["delete"].setEnabled(False)
    with qtbot.assertNotEmitted(viewer.delete_requested):
        qtbot.keyClick(viewer, KEY.Key_Delete)


def test_details_come_and_go_with_a_key(qtbot: QtBot, viewer: Viewer) -> None:
    assert viewer.details.isVisible()
    qtbot.keyClick(viewer, KEY.Key_I)
    assert not viewer.details.isVisible()
    viewer.resize(1300, 700)
    assert not viewer.details.isVisible()
    qtbot.mouseClick(viewer.buttons["details"], LEFT)
    assert viewer.details.isVisible()


def test_a_narrow_window_has_no_room_for_details_nor_for_words(viewer: Viewer) -> None:
    beside = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert viewer.buttons["download"].toolButtonStyle() == beside
    viewer.resize(NARROW - 100, 600)
    assert not viewer.details.isVisible()
    assert viewer.buttons["download"].toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    assert viewer.buttons["download"].accessibleName() == "Download"
    viewer.resize(1200, 700)
    assert viewer.details.isVisible()
    assert viewer.buttons["download"].toolButtonStyle() == beside


def test_it_says_which_image_this_is_of_how_many(viewer: Viewer) -> None:
    viewer.show_image(image(7), 1233, 27118, "alice", None)
    assert "photo-7.jpg" in words(viewer)
    assert "1,234 of 27,118" in words(viewer)


def test_the_same_image_at_another_row_keeps_zoom_and_pixels(viewer: Viewer) -> None:
    full = QImage(4000, 3000, QImage.Format.Format_RGB32)
    full.fill(QColor("red"))
    viewer.set_picture(image(2).image_id, full, 4000, 3000)
    viewer.picture.show_actual_size()
    viewer.show_image(image(2), 3, 6, "alice", pixmap())
    assert viewer.picture.zoom == 1.0
    assert viewer.picture.is_sharp
    viewer.show_image(image(3), 4, 6, "alice", pixmap())
    assert viewer.picture.is_fitted
    assert not viewer.picture.is_sharp


def test_what_comes_for_an_image_that_is_no_longer_shown_is_dropped(viewer: Viewer) -> None:
    late = image(99).image_id
    viewer.set_failed(late, "Damaged.")
    viewer.set_picture(late, QImage(QSize(9, 9), QImage.Format.Format_RGB32), 9, 9)
    viewer.set_facts(late, PictureFacts("image/jpeg", 9, 9, exif={"camera": "Late"}))
    assert viewer.picture.accessibleDescription() == ""
    assert not viewer.picture.is_sharp
    assert "Late" not in words(viewer)


def test_pixels_are_asked_for_in_the_size_of_the_view(qtbot: QtBot, viewer: Viewer) -> None:
    with qtbot.waitSignal(viewer.picture_requested) as asked:
        viewer.show_image(image(3), 3, 5, "alice", None)
    row, side = asked.args
    assert row == 3
    assert side >= viewer.picture.width()
    with qtbot.waitSignal(viewer.picture_requested) as asked:
        viewer.show_image(image(4, width=None, height=None), 4, 5, "alice", None)
    assert asked.args[0] == 4


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "controls", "long"])
def test_a_stranger_s_names_are_plain_text(viewer: Viewer, text: str) -> None:
    viewer.show_image(image(3, user_id=text, filename=text, sha256=text, content_type=text), 2, 5, "alice", None)
    viewer.grab()
    assert breaches(viewer) == []


def test_a_failure_told_in_strange_words_is_plain_text(viewer: Viewer) -> None:
    viewer.set_failed(image(2).image_id, f"{MARKUP} {BIDI} cannot be read.")
    assert breaches(viewer) == []


def test_a_click_on_the_strip_asks_for_that_row(qtbot: QtBot, viewer: Viewer) -> None:
    with qtbot.waitSignal(viewer.row_requested) as asked:
        qtbot.mouseClick(viewer.filmstrip, LEFT, pos=QPoint(20, 40))
    assert asked.args == [0]


def test_a_dark_theme_reaches_an_open_viewer(viewer: Viewer, theme: ThemeSource) -> None:
    light = viewer.buttons["share"].icon().pixmap(16).toImage()
    theme.choose("dark")
    assert viewer.buttons["share"].icon().pixmap(16).toImage() != light
