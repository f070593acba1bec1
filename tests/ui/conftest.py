"""What holds for every test of models, workers and widgets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.gui_guard import nothing_is_left_behind
from tests.ui.library_in_memory import Clock, Stores

__all__ = ["nothing_is_left_behind"]


@pytest.fixture
def stores() -> Stores:
    return Stores()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def owner(qtbot: QtBot) -> Iterator[QObject]:
    """The parent of what a test makes; goes with it."""
    owner = QObject()
    yield owner
    del owner
