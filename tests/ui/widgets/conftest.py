"""A theme, widgets on the screen that get real events, and the grid on a stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from imagedesk.ui.theme import ThemeSource, apply_theme
from tests.ui.widgets.gallery_stage import GalleryStage

Show = Callable[..., None]


@pytest.fixture
def theme(qapp: QApplication) -> ThemeSource:
    """The light theme, applied to the application."""
    source = ThemeSource(qapp)
    apply_theme(qapp, "light", source)
    return source


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path, theme: ThemeSource) -> Iterator[GalleryStage]:
    stage = GalleryStage(qtbot, tmp_path, theme)
    yield stage
    stage.close()


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Puts a widget on the screen at a size in logical pixels, with the keyboard, and takes it away in the end."""

    def on_screen(widget: QWidget, width: int = 600, height: int = 400) -> None:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)

    return on_screen
