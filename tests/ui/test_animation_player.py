"""Frames in turn, paused by a person or by being hidden, and no sooner than a frame's time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from imagedesk.ui import reduced_motion
from imagedesk.ui.animation_player import AnimationPlayer
from tests.ui.library_in_memory import WAIT_MS

LONG = 600_000  # milliseconds: a frame that does not end in a test


def frames(count: int) -> list[QImage]:
    images = [QImage(4, 3, QImage.Format.Format_RGB32) for _ in range(count)]
    for number, image in enumerate(images):
        image.fill(QColor(number, 0, 0))
    return images


class Screen:
    def __init__(self, qtbot: QtBot, *, autoplay: bool | None = True) -> None:
        self.widget = QWidget()
        qtbot.addWidget(self.widget)
        self.widget.show()
        self.player = AnimationPlayer(self.widget, autoplay=autoplay)
        self.shown: list[int] = []
        self.player.frame_changed.connect(lambda image: self.shown.append(image.pixelColor(0, 0).red()))


@pytest.fixture
def screen(qtbot: QtBot) -> Iterator[Screen]:
    screen = Screen(qtbot)
    yield screen
    screen.player.end()


def test_frames_come_in_turn_and_begin_again(screen: Screen, qtbot: QtBot) -> None:
    screen.player.begin(frames(3), [10, 10, 10])
    assert screen.shown == [0]
    qtbot.waitUntil(lambda: len(screen.shown) >= 7, timeout=WAIT_MS)
    assert screen.shown[:7] == [0, 1, 2, 0, 1, 2, 0]


def test_a_frame_stays_for_its_time(screen: Screen, qtbot: QtBot) -> None:
    screen.player.begin(frames(2), [10, LONG])
    qtbot.waitUntil(lambda: screen.shown == [0, 1], timeout=WAIT_MS)
    assert screen.player._timer.isActive()
    assert screen.player._timer.interval() == LONG


def test_what_is_hidden_does_not_move_and_goes_on_when_it_is_shown(screen: Screen, qtbot: QtBot) -> None:
    screen.player.begin(frames(2), [10, 10])
    screen.widget.hide()
    assert not screen.player._timer.isActive()
    assert screen.player.is_playing
    seen = len(screen.shown)
    screen.widget.show()
    qtbot.waitUntil(lambda: len(screen.shown) > seen, timeout=WAIT_MS)


def test_nothing_moves_that_begins_while_hidden(screen: Screen) -> None:
    screen.widget.hide()
    screen.player.begin(frames(2), [10, 10])
    assert screen.shown == [0]
    assert not screen.player._timer.isActive()


def test_a_pause_holds_for_the_animations_that_follow(screen: Screen, qtbot: QtBot) -> None:
    states: list[bool] = []
    screen.player.state_changed.connect(lambda: states.append(screen.player.is_playing))
    screen.player.begin(frames(2), [LONG, LONG])
    screen.player.toggle()
    screen.player.begin(frames(2), [10, 10])
    assert not screen.player._timer.isActive()
    assert states == [True, False, False]
    screen.player.toggle()
    qtbot.waitUntil(lambda: len(screen.shown) > 4, timeout=WAIT_MS)


def test_without_a_wish_for_motion_the_first_frame_stays(qtbot: QtBot) -> None:
    screen = Screen(qtbot, autoplay=False)
    screen.player.begin(frames(2), [10, 10])
    assert (screen.shown, screen.player.is_playing) == ([0], False)
    assert not screen.player._timer.isActive()


def test_an_end_forgets_the_frames(screen: Screen) -> None:
    screen.player.begin(frames(2), [10, 10])
    screen.player.end()
    assert not screen.player.has_frames
    screen.player.toggle()
    screen.player.show_frame()
    assert screen.shown == [0]
    assert not screen.player._timer.isActive()


@pytest.mark.parametrize(("reduces", "plays"), [(True, False), (False, True)])
def test_the_system_is_asked_when_something_first_moves(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, reduces: bool, plays: bool
) -> None:
    monkeypatch.setattr(reduced_motion, "system_reduces_motion", lambda: reduces)
    screen = Screen(qtbot, autoplay=None)
    screen.player.begin(frames(2), [LONG, LONG])
    assert screen.player.is_playing is plays
    screen.player.toggle()
    screen.player.end()
    screen.player.begin(frames(2), [LONG, LONG])
    assert screen.player.is_playing is not plays  # what a person chose holds for those that follow
    screen.player.end()
