"""Tells the desktop about work in the background: a notification, and progress on the window's icon.

On Linux over D-Bus on a thread of its own; elsewhere by what Qt and the system offer on the GUI thread.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QProcess, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import ImageDeskError
from imagedesk.workers.operation_runner import OperationRunner
from imagedesk.workers.session_bus import SessionBus

if TYPE_CHECKING:
    from imagedesk.workers.windows_taskbar import WindowsTaskbar

MOST_FOLDERS = 3  # windows that one click may open


class DesktopTeller(Protocol):
    """Returns at once; what a desktop cannot show is passed over."""

    def notify(self, title: str, text: str) -> None:
        """Plain text both."""

    def show_progress(self, fraction: float | None, unfinished: int) -> None:
        """0 to 1 and the number of files; None once there is nothing to show."""

    def show_files(self, files: Sequence[Path]) -> None:
        """In the file manager: selected where it can do that, else the folders that hold them."""

    def close(self) -> None:
        """Ends within half a second."""


class LinuxDesktop(QObject):
    """Over the session bus. ``bus`` is used on the teller's thread alone."""

    def __init__(self, parent: QObject, bus: SessionBus | None = None) -> None:
        super().__init__(parent)
        self._bus = bus or SessionBus()
        self._runner = OperationRunner("desktop", parent=self)
        self._fraction: float | None = None
        self._is_asked = False

    def notify(self, title: str, text: str) -> None:
        self._runner.start(lambda _cancel: self._bus.notify(title, text), _ignore, _ignore)

    def show_progress(self, fraction: float | None, unfinished: int) -> None:
        self._fraction = fraction
        if not self._is_asked:  # else the one that waits shows this, too
            self._is_asked = True
            self._runner.start(self._show_latest, _ignore, _ignore)

    def show_files(self, files: Sequence[Path]) -> None:
        wanted = tuple(files)
        self._runner.start(lambda _cancel: self._bus.show_files(wanted), partial(self._on_shown, wanted), _ignore)

    def _on_shown(self, files: Sequence[Path], shown: bool) -> None:
        if not shown:
            open_folders(files)

    def close(self) -> None:
        self._runner.shutdown(500)
        self._bus.close()

    def _show_latest(self, _cancel: CancelToken) -> None:
        self._is_asked = False
        self._bus.show_progress(self._fraction)


class OtherDesktop(QObject):
    """Windows shows progress on the button in the task bar, macOS the number of files on the icon in the dock.
    Notifications need an icon in the tray there: whoever has one shows them."""

    def __init__(self, window_id: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._window_id = window_id  # asking for it makes the native window: not before there is progress to show
        self._taskbar: WindowsTaskbar | None = None

    def notify(self, title: str, text: str) -> None:
        """Left to the tray's icon."""

    def show_progress(self, fraction: float | None, unfinished: int) -> None:
        if sys.platform == "win32":
            if self._taskbar is None:
                from imagedesk.workers.windows_taskbar import WindowsTaskbar

                self._taskbar = WindowsTaskbar(self._window_id())
            self._taskbar.show_progress(fraction)
        elif isinstance(application := QGuiApplication.instance(), QGuiApplication):
            application.setBadgeNumber(unfinished if fraction is not None else 0)

    def show_files(self, files: Sequence[Path]) -> None:
        program, *arguments = ("explorer", "/select,") if sys.platform == "win32" else ("open", "-R")
        if len(files) != 1 or not QProcess.startDetached(program, [*arguments, str(files[0])])[0]:
            open_folders(files)

    def close(self) -> None:
        if self._taskbar is not None:
            self._taskbar.close()


def desktop_teller(window_id: Callable[[], int], parent: QObject) -> DesktopTeller:
    """The one for this system; ``window_id`` answers with the native window's."""
    return LinuxDesktop(parent) if sys.platform == "linux" else OtherDesktop(window_id, parent)


def open_folders(files: Sequence[Path]) -> None:
    """The folders of the files, each once, a few at most."""
    for folder in list(dict.fromkeys(file.parent for file in files))[:MOST_FOLDERS]:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _ignore(_outcome: bool | ImageDeskError | None) -> None:
    """Nobody waits for it."""
