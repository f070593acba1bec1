"""What the window's process does around the window: the log, the socket for a second start, the event loop."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from imagedesk.app import DesktopApplication
from imagedesk.core.profiles import LibraryProfile
from imagedesk.frame import StartedFrame
from imagedesk.log_file import log_unexpected, start_logging
from imagedesk.settings import Settings
from imagedesk.single_instance import WindowServer


def run_desktop(
    qt: QApplication,
    started: StartedFrame,
    settings: Settings,
    profile: LibraryProfile,
    typed_user: str | None,
    files: Sequence[Path],
) -> int:
    """Furnish the frame, open the library and run until the window is closed. Returns the exit status."""
    start_logging()
    sys.excepthook = log_unexpected
    # The file dialog remembers its size and places in a file of Qt's; it belongs among our own.
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(settings.path.parent))
    desktop = DesktopApplication(qt, settings, typed_user, started)
    desktop.start(profile, files)
    desktop.screens.wait()
    if desktop.is_closed:
        return 0
    server = WindowServer(desktop.library_name, desktop)
    server.files_arrived.connect(desktop.take_files)
    qt.aboutToQuit.connect(server.close)
    if sys.platform == "darwin":  # elsewhere the filter would cost every event something, for nothing
        qt.installEventFilter(server)
    QTimer.singleShot(0, server.listen)  # it loads QtNetwork
    return qt.exec()
