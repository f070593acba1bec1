"""The window's frame as it was left: its place, its size, its colours. Light: the first paint waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QApplication

from imagedesk.ui.main_window import MainWindow
from imagedesk.ui.theme import ThemeSource, apply_theme

if TYPE_CHECKING:
    from imagedesk.settings import Settings


def make_frame(qt: QApplication, settings: Settings) -> MainWindow:
    """The window's frame in the chosen colours, where and as large as it was left."""
    theme = ThemeSource(qt)
    apply_theme(qt, settings.preferences.color_scheme, theme)
    frame = MainWindow(theme, is_furnished=False)
    if geometry := settings.preferences.window_geometry:
        frame.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
    return frame
