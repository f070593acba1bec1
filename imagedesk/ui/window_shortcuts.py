"""The window's keys beyond those of the widget that has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from imagedesk.ui.main_window import MainWindow


def add_shortcuts(window: MainWindow, pages: QWidget) -> None:
    """``pages`` is where Delete deletes images: in the search field it edits text."""
    standard = QKeySequence.StandardKey
    for keys, slot in (
        (QKeySequence(standard.Open), window.intake.choose_files),
        (QKeySequence("Ctrl+Shift+O"), window.intake.choose_folder),
        (QKeySequence(standard.Paste), window.intake.paste),
        (QKeySequence(standard.Find), window.focus_search),
        (QKeySequence(standard.Save), window.download_chosen),
        (QKeySequence("Ctrl+Shift+S"), window.download_archive_of_chosen),
        (QKeySequence("Ctrl+L"), window.share_chosen),
        (QKeySequence(standard.Quit), window.close),
    ):
        QShortcut(keys, window, slot)
    delete = QShortcut(QKeySequence(standard.Delete), pages, window.delete_chosen)
    delete.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
