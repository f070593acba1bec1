"""The start of the window: its frame is on the screen before what stands in it is loaded.

``run_window`` → ``frame`` → first paint → ``running``, and with it the rest of the program. Keys and clicks meanwhile
wait in the queue: they reach what they were meant for once it is there.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from imagedesk.frame import make_frame

if TYPE_CHECKING:
    from imagedesk.core.profiles import LibraryProfile
    from imagedesk.settings import Settings

PAINT_MS = 250  # a window that is minimized from the start, say, is never painted


class FirstPaint(QObject):
    """Waits until a window has been painted; what a person does meanwhile stays in the queue."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._loop = QEventLoop(self)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self._loop.quit()  # takes effect once what is painted has been sent to the screen
        return False

    def wait(self) -> None:
        QTimer.singleShot(PAINT_MS, self._loop.quit)
        self._loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


def run_window(profile: LibraryProfile, settings: Settings, typed_user: str | None, files: Sequence[Path] = ()) -> int:
    """Open the window on a library and run until it is closed. Returns the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in the terminal; the journal keeps what was under way
    qt = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("ImageDesk")
    qt.setDesktopFileName("imagedesk")
    qt.setQuitOnLastWindowClosed(False)  # it may go on without one
    frame = make_frame(qt, settings)
    paint = FirstPaint(frame)
    frame.show()
    paint.wait()
    from imagedesk.running import run_desktop

    return run_desktop(qt, frame, settings, profile, typed_user, files)
