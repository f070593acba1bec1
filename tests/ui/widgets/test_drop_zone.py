"""The places that invite: an empty library, a search without a match, files over the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from imagedesk.ui.drop_zone import DropOverlay, DropZone, NoMatch
from imagedesk.ui.theme import LIGHT, ThemeSource
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import HOSTILE, breaches


@pytest.fixture
def zone(theme: ThemeSource, show: Show) -> DropZone:
    zone = DropZone(theme)
    show(zone, 900, 600)
    return zone


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Choose files…", "choose_files_requested"),
        ("Choose folder…", "choose_folder_requested"),
        ("Connect to S3 and DynamoDB…", "connect_requested"),
    ],
)
@pytest.mark.parametrize("by", ["mouse", "key"])
def test_a_button_asks_for_what_it_says(qtbot: QtBot, zone: DropZone, text: str, signal: str, by: str) -> None:
    button = next(button for button in zone.findChildren(QPushButton) if button.text() == text)
    with qtbot.waitSignal(getattr(zone, signal)):
        if by == "mouse":
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        else:
            button.setFocus()
            qtbot.keyClick(button, Qt.Key.Key_Space)


def test_tab_goes_through_the_buttons_from_left_to_right(qtbot: QtBot, zone: DropZone) -> None:
    zone.setFocus()
    seen = []
    for _ in range(3):
        qtbot.keyClick(zone.focusWidget() or zone, Qt.Key.Key_Tab)
        focused = zone.focusWidget()
        assert isinstance(focused, QPushButton)
        seen.append(focused.text())
    assert seen == ["Choose files…", "Choose folder…", "Connect to S3 and DynamoDB…"]


def test_it_says_what_is_taken_and_where_it_goes(zone: DropZone) -> None:
    words = " ".join(label.text() for label in zone.findChildren(QLabel))
    for part in ("JPEG", "HEIC", "5 GB", "Ctrl+V", "on this computer"):
        assert part in words
    zone.set_place("Your library is Team.", offers_connection=False)
    assert zone.where.text() == "Your library is Team."
    assert zone.connect_link.isHidden()


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "controls", "long"])
def test_the_name_of_a_place_is_plain_text(zone: DropZone, text: str) -> None:
    zone.set_place(text, offers_connection=True)
    assert breaches(zone) == []


def test_a_search_without_a_match_offers_a_way_back(theme: ThemeSource, show: Show, qtbot: QtBot) -> None:
    page = NoMatch(theme)
    show(page, 600, 400)
    page.clear_button.setFocus()
    with qtbot.waitSignal(page.clear_requested):
        qtbot.keyClick(page.clear_button, Qt.Key.Key_Space)


def test_the_overlay_covers_its_area_and_lets_the_mouse_through(theme: ThemeSource, show: Show, qtbot: QtBot) -> None:
    window = QWidget()
    button = QPushButton("below", window)
    button.setGeometry(50, 50, 100, 40)
    overlay = DropOverlay(theme, window)
    overlay.hide()
    show(window, 400, 300)
    plain = window.grab().toImage()
    overlay.cover(QRect(0, 0, 400, 300))
    assert overlay.isVisible()
    covered = window.grab().toImage()
    assert covered.pixelColor(200, 250) != plain.pixelColor(200, 250)
    assert overlay.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert window.childAt(100, 70) is button


def test_the_drop_zone_is_painted_in_the_theme(zone: DropZone, theme: ThemeSource) -> None:
    assert zone.grab().toImage().pixelColor(100, 100).name() == LIGHT.selection
    theme.choose("dark")
    assert zone.grab().toImage().pixelColor(100, 100).name() == theme.theme.selection != LIGHT.selection


@pytest.mark.parametrize("width", [380, 500, 900])
def test_where_the_pictures_go_is_never_cut_off(qtbot: QtBot, theme: ThemeSource, width: int) -> None:
    zone = DropZone(theme)
    qtbot.addWidget(zone)
    zone.resize(width, 600)
    zone.set_place("Your pictures go to s3://the-pictures-of-our-team and its table.", offers_connection=True)
    zone.show()
    for part in (zone.where, zone.connect_link):
        assert zone.rect().contains(part.geometry())
    needed = zone.where.heightForWidth(zone.where.width()) if zone.where.wordWrap() else zone.where.sizeHint().height()
    assert zone.where.height() >= needed
