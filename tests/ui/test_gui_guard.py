"""The guard itself: what it finds and what it leaves alone."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QThread, QTimer
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.gui_guard import GuiTrace


@pytest.fixture
def trace(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> GuiTrace:
    return GuiTrace(monkeypatch)


def test_a_top_level_widget_is_found_until_it_is_deleted(trace: GuiTrace) -> None:
    widget = QLabel()
    widget.setObjectName("forgotten")
    QLabel(widget)
    assert trace.left_behind() == ["the top-level widget QLabel forgotten"]
    widget.deleteLater()
    assert trace.left_behind() == []


def test_a_widget_that_was_there_before_is_left_alone(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    widget = QWidget()
    assert GuiTrace(monkeypatch).left_behind() == []
    widget.deleteLater()


def test_a_widget_in_a_cycle_of_references_is_not_left_behind(trace: GuiTrace) -> None:
    widget = QWidget()
    widget.itself = widget  # type: ignore[attr-defined]
    del widget
    assert trace.left_behind() == []


def test_a_running_thread_is_found_until_it_has_ended(trace: GuiTrace) -> None:
    gate = threading.Event()

    class Waiting(QThread):
        def run(self) -> None:
            gate.wait()

    thread = Waiting()
    thread.setObjectName("endless")
    thread.start()
    assert trace.left_behind() == ["the running thread Waiting endless"]
    gate.set()
    thread.wait()
    assert trace.left_behind() == []


def test_an_active_timer_is_found_by_its_topmost_owner(trace: GuiTrace) -> None:
    owner = QObject()
    owner.setObjectName("lost")
    timer = QTimer(QObject(owner))
    timer.start(100_000)
    assert trace.left_behind() == ["a timer of QObject lost"]
    timer.stop()
    assert trace.left_behind() == []


def test_a_timer_that_ends_with_the_application_is_left_alone(trace: GuiTrace) -> None:
    timer = QTimer(QCoreApplication.instance())
    timer.start(100_000)
    assert trace.left_behind() == []
    timer.stop()
    timer.deleteLater()
