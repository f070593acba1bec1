"""The window's frame as it was left: its place, its size, its colours. Light: the first paint waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QApplication

from imagedesk.ui.main_window import MainWindow

if TYPE_CHECKING:
    from imagedesk.kept_screen import KeptScreen
    from imagedesk.settings import Settings
    from imagedesk.ui.theme import ThemeSource


class StartedFrame(NamedTuple):
    """A frame that is on the screen already. ``theme`` is None where ``screen``, the picture of the last time, covers
    it; ``words`` are the call's, None where the same call would lead elsewhere."""

    frame: MainWindow
    theme: ThemeSource | None = None
    words: Sequence[str] | None = None
    screen: KeptScreen | None = None


def make_theme(qt: QApplication, settings: Settings) -> ThemeSource:
    """The chosen colours, in force."""
    from imagedesk.ui.theme import ThemeSource, apply_theme  # a picture needs none

    theme = ThemeSource(qt)
    apply_theme(qt, settings.preferences.color_scheme, theme)
    return theme


def make_frame(geometry: str | None) -> MainWindow:
    """A frame that is yet to be shown, in Qt's ``geometry``, which is in Base64."""
    frame = MainWindow()
    if geometry:
        frame.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
    return frame
