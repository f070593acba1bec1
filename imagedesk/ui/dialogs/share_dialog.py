"""Shows a share link that has been copied, and until when it works; or a file's path, where a library has no links."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import PresignedLink
from imagedesk.models.text_format import moment_text
from imagedesk.ui.plain_labels import ElidedLabel, plain_label, plain_lines


class ShareDialog(QDialog):
    """``text`` is on the clipboard once the dialog is made. Built by ``for_link`` and ``for_path``."""

    def __init__(self, parent: QWidget, title: str, record: ImageRecord, text: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle(title)
        self.setMinimumWidth(520)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 18, 20, 16)
        self._column.setSpacing(8)
        self._column.addWidget(ElidedLabel(record.filename, "title", Qt.TextElideMode.ElideMiddle))
        self._text = text
        self.field = QLineEdit(plain(text, len(text) + 1))  # shown plain; what is copied is the text itself
        self.field.setReadOnly(True)
        self.field.setCursorPosition(0)
        self.field.setAccessibleName(title)
        self.copy_button = QPushButton("Copy again")
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self._copy)
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self.copy_button)
        self._column.addLayout(row)
        self.sentences: list[QLabel] = []
        self._copy()

    @classmethod
    def for_link(cls, parent: QWidget, record: ImageRecord, link: PresignedLink) -> ShareDialog:
        dialog = cls(parent, "Share link", record, link.url)
        until = moment_text(link.expires_at.astimezone())
        dialog.say(f"The link is on the clipboard. Whoever has it can open the image until {until}.")
        if link.warning:
            dialog.say(link.warning, "danger")
        dialog.finish()
        return dialog

    @classmethod
    def for_path(cls, parent: QWidget, record: ImageRecord, path: Path) -> ShareDialog:
        dialog = cls(parent, "Path of the file", record, str(path))
        dialog.say("The path is on the clipboard.")
        dialog.say(
            "This library is a folder on this computer and has no links: for links that others can open, connect to "
            "S3 and DynamoDB in the library menu.",
            "muted",
        )
        dialog.finish(path.parent)
        return dialog

    def say(self, sentence: str, kind: str = "") -> None:
        label = plain_label(plain_lines(sentence), kind)
        label.setWordWrap(True)
        self.sentences.append(label)
        self._column.addWidget(label)

    def finish(self, folder: Path | None = None) -> None:
        """Add the buttons; with ``folder``, one that shows it in the file manager."""
        box = QDialogButtonBox()
        close = box.addButton(QDialogButtonBox.StandardButton.Close)
        close.setDefault(True)
        box.rejected.connect(self.reject)
        if folder is not None:
            show = box.addButton("Show folder", QDialogButtonBox.ButtonRole.ActionRole)
            show.setAutoDefault(False)
            show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        self._column.addSpacing(6)
        self._column.addWidget(box)
        close.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
