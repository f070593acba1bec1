"""A person at the real window: drops, clicks and keys on a DesktopApplication, and waiting for what they see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from imagedesk.app import DesktopApplication
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.profiles import LibraryProfile
from imagedesk.settings import load_settings
from imagedesk.transfers.transfer import TransferState
from imagedesk.ui.library_context import LibraryContext
from imagedesk.ui.library_page import LibraryPage

PATIENCE_MS = 60_000  # an upper bound for a busy machine; nothing waits this long in a passing test


class Desktop:
    """Wraps the application for scenarios. ``close`` must be called; the fixture does."""

    def __init__(self, qtbot: QtBot, profile: LibraryProfile, user: str, camera_data: str | None = "keep") -> None:
        """``camera_data`` is what the person answered once; None leaves the settings as they are."""
        self.qtbot = qtbot
        qt = QApplication.instance()
        assert isinstance(qt, QApplication)
        settings = load_settings()
        if camera_data is not None:
            settings = replace(settings, preferences=replace(settings.preferences, camera_data=camera_data))
        self.app = DesktopApplication(qt, settings, user)
        self.window = self.app.window
        self.app.start(profile, [])

    def wait_until_open(self) -> None:
        self.wait(lambda: self.window.current_page() is not None)

    @property
    def context(self) -> LibraryContext:
        assert self.app.session is not None
        return self.app.session.context

    @property
    def page(self) -> LibraryPage:
        page = self.window.current_page()
        assert page is not None
        return page

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def drop(self, paths: Sequence[Path]) -> None:
        """Drag the paths over the window and let go, as a file manager does."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(300, 300), Qt.DropAction.CopyAction, data, buttons, keys)
        QApplication.sendEvent(self.window, enter)
        assert enter.isAccepted()
        drop = QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, data, buttons, keys)
        QApplication.sendEvent(self.window, drop)

    def rows(self) -> int:
        return self.page.gallery.model().rowCount()

    def wait_for_rows(self, count: int) -> None:
        self.wait(lambda: self.rows() == count)

    def wait_until_idle(self) -> None:
        """Every transfer has ended, one way or another."""
        summary = self.context.transfers.summary
        self.wait(lambda: summary().waiting == 0 and summary().running == 0)

    def names(self) -> list[str]:
        """The file names in the grid, in its order, all pages fetched."""
        return [record.filename for record in self.records()]

    def records(self) -> list[ImageRecord]:
        got: list[ImageRecord] = []
        done: list[bool] = []

        def take(records: Sequence[ImageRecord]) -> None:
            got.extend(records)
            done.append(True)

        self.context.gallery.fetch_records([(0, self.rows() - 1)], take)
        self.wait(lambda: bool(done))
        return got

    def choose(self, name: str) -> None:
        """Click the tile of the image with this file name."""
        row = self.names().index(name)
        gallery = self.page.gallery
        gallery.reveal(row)
        index = gallery.model().index(row, 0)
        self.wait(lambda: gallery.viewport().rect().intersects(gallery.visualRect(index)))
        self.qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, pos=gallery.visualRect(index).center())

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        self.qtbot.keyClick(self.window.viewer if self.window.is_viewing() else self.page.gallery, key, modifiers)

    def banner(self) -> str:
        """What the banner says; waits for it."""
        self.wait(self.window.banner.isVisible)
        return f"{self.window.banner.title.text()}: {self.window.banner.sentence.text()}"

    def failures(self) -> dict[str, str]:
        """Name and sentence of the transfers that failed."""
        model = self.context.transfer_model
        rows = [model.transfer(row) for row in range(model.rowCount())]
        return {row.name: row.reason for row in rows if row.state is TransferState.FAILED}

    def dialog(self) -> QDialog:
        """The dialog that is open; waits for it."""
        self.wait(lambda: self._open_dialog() is not None)
        dialog = self._open_dialog()
        assert dialog is not None
        return dialog

    def _open_dialog(self) -> QDialog | None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                return widget
        return None

    def close(self) -> None:
        self.app.close()
        self.window.deleteLater()
        self.app.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
