"""What the program says of itself, compared with what it says in ``pyproject.toml`` and what is installed."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

import imagedesk
from imagedesk.ui.dialogs.about_dialog import LIBRARIES, AboutDialog
from imagedesk.ui.theme import ThemeSource
from tests.ui.widgets.conftest import Show

PROJECT = tomllib.loads((Path(imagedesk.__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
DEPENDENCIES = [re.split("[^A-Za-z0-9_.-]", line)[0] for line in PROJECT["project"]["dependencies"]]


@pytest.fixture
def window(theme: ThemeSource, show: Show) -> QWidget:
    window = QWidget()
    show(window)
    return window


def declared_licences(name: str) -> str:
    """All that the installed package says of its licence."""
    about = metadata.metadata(name)
    return " ".join(
        [about.get("License-Expression") or "", about.get("License") or "", *about.get_all("Classifier", [])]
    )


def test_every_dependency_is_listed_once() -> None:
    assert sorted(name for name, _ in LIBRARIES) == sorted(DEPENDENCIES)


@pytest.mark.parametrize(("name", "licence"), LIBRARIES)
def test_a_dependency_is_listed_with_the_licence_that_it_declares(name: str, licence: str) -> None:
    assert re.search(rf"\b{re.escape(licence)}\b", declared_licences(name))


def test_the_dialog_shows_versions_and_closes_by_key(qtbot: QtBot, window: QWidget) -> None:
    dialog = AboutDialog("1.2.3", window)
    words = [label.text() for label in dialog.findChildren(QLabel)]
    assert "ImageDesk 1.2.3" in words
    for name, licence in LIBRARIES:
        assert f"{name} {metadata.version(name)} · {licence}" in words
    with qtbot.waitExposed(dialog):
        dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Return)
