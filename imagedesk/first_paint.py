"""The start of the window: something is on the screen before the program is loaded.

``show_last_screen`` paints the picture of where one left, if this call leads there again; else ``run_window`` paints
the frame alone. Then ``running`` loads the rest. Keys and clicks meanwhile wait in the queue: they reach what they were
meant for once it is there.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget

from imagedesk.frame import StartedFrame, make_frame, make_theme
from imagedesk.kept_screen import KeptScreen

if TYPE_CHECKING:
    from imagedesk.core.profiles import LibraryProfile
    from imagedesk.settings import Settings
    from imagedesk.ui.main_window import MainWindow

PAINT_MS = 250  # a window that is minimized from the start, say, is never painted
_DARK_BELOW = 128


class FirstPaint(QObject):
    """Waits until a widget has been painted; what a person does meanwhile stays in the queue."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._loop = QEventLoop(self)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self._loop.quit()  # takes effect once what is painted has been sent to the screen
        return False

    def wait(self) -> None:
        QTimer.singleShot(PAINT_MS, self._loop.quit)
        self._loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


def show_last_screen(screen: KeptScreen, words: Sequence[str]) -> StartedFrame:
    """The frame, painted, covered by the picture if that looks right on this screen."""
    qt = _application()
    frame = make_frame(screen.geometry)
    looks_right = _looks_right(screen, frame, qt)
    if looks_right:
        frame.cover(screen.pixels, screen.width, screen.height, screen.ratio)
    _show(frame)
    return StartedFrame(frame, None, words, screen if looks_right else None)


def run_window(
    profile: LibraryProfile,
    settings: Settings,
    typed_user: str | None,
    files: Sequence[Path] = (),
    *,
    words: Sequence[str] = (),
    started: StartedFrame | None = None,
) -> int:
    """Open the window, in the frame that is there or in a new one, on a library and run until it is closed.

    ``words`` are those of the call. Returns the exit status.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in the terminal; the journal keeps what was under way
    qt = _application()
    if started is None:
        theme = make_theme(qt, settings)
        started = StartedFrame(make_frame(settings.preferences.window_geometry), theme, None if files else words)
        _show(started.frame)
    from imagedesk.running import run_desktop

    return run_desktop(qt, started, settings, profile, typed_user, files)


def _looks_right(screen: KeptScreen, frame: MainWindow, qt: QApplication) -> bool:
    """In scale, colours and size; a maximized window gets its size only when it is shown."""
    is_dark = qt.palette().color(QPalette.ColorRole.Window).lightness() < _DARK_BELOW
    size = frame.size() * frame.devicePixelRatioF()
    fits = frame.isMaximized() or frame.isFullScreen() or (size.width(), size.height()) == (screen.width, screen.height)
    return (
        fits and screen.ratio == frame.devicePixelRatioF() and not (screen.follows_system and screen.is_dark != is_dark)
    )


def _application() -> QApplication:
    qt = QApplication.instance()
    if qt is None:
        qt = QApplication(sys.argv[:1])
        qt.setApplicationName("ImageDesk")
        qt.setDesktopFileName("imagedesk")
        qt.setQuitOnLastWindowClosed(False)  # it may go on without one
    assert isinstance(qt, QApplication)
    return qt


def _show(frame: MainWindow) -> None:
    paint = FirstPaint(frame.last_screen or frame)
    frame.show()
    paint.wait()
