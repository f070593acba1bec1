"""A theme, and the grid on a stage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from imagedesk.ui.theme import ThemeSource
from tests.ui.widgets.gallery_stage import GalleryStage


@pytest.fixture
def theme(qapp: QApplication) -> ThemeSource:
    return ThemeSource(qapp)


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path, theme: ThemeSource) -> Iterator[GalleryStage]:
    stage = GalleryStage(qtbot, tmp_path, theme)
    yield stage
    stage.close()
