"""The banner above the pages: one message at a time, with what a person can do about it.

A message about the connection goes when the connection works again (``clear_fault``); others stay until dismissed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from imagedesk.core.plain_text import plain
from imagedesk.ui.icons import icon, icon_pixmap
from imagedesk.ui.plain_labels import plain_label, plain_lines
from imagedesk.ui.theme import ThemeSource

WayOut = tuple[str, Callable[[], object]]
"""A button's text and what it does."""


class Banner(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Message")
        self._theme = theme
        self._about_connection = False
        self._sign = QLabel()
        self.title = plain_label("", "title")
        self.sentence = plain_label()
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._ways = QHBoxLayout()
        self._ways.setSpacing(8)
        self._dismiss = QToolButton()
        self._dismiss.setProperty("kind", "flat")
        self._dismiss.setAccessibleName("Dismiss")
        self._dismiss.setToolTip("Dismiss")
        self._dismiss.clicked.connect(self.clear)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.sentence)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 10, 8)
        row.setSpacing(12)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addLayout(self._ways)
        row.addWidget(self._dismiss, 0, Qt.AlignmentFlag.AlignTop)
        theme.theme_changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def show_error(
        self, title: str, sentence: str, ways: Sequence[WayOut] = (), *, about_connection: bool = False
    ) -> None:
        """Replaces what is there, but a plain message never hides one about the connection that offers a way out."""
        if self.isVisible() and self._about_connection and not about_connection and self._ways.count():
            first = self.sentence.text().partition("\n")[0]
            if plain_lines(sentence) != first:
                self._say(self.title.text(), f"{first}\n{title}: {sentence}")
            return
        self._about_connection = about_connection
        self._say(title, sentence)
        self._offer(ways)
        self.show()

    def clear(self) -> None:
        self._about_connection = False
        self._offer(())
        self.hide()

    def _say(self, title: str, sentence: str) -> None:
        self.title.setText(plain(title))
        self.sentence.setText(plain_lines(sentence))
        self.setAccessibleDescription(f"{self.title.text()}. {self.sentence.text()}")

    def clear_fault(self, _report: object = None) -> None:
        """The connection works: take back what was said of it."""
        if self._about_connection:
            self.clear()

    def _offer(self, ways: Sequence[WayOut]) -> None:
        while (item := self._ways.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for text, act in ways:
            button = QPushButton(text)
            button.clicked.connect(act)
            self._ways.addWidget(button)

    def _on_theme_changed(self) -> None:
        theme = self._theme.theme
        self._sign.setPixmap(icon_pixmap("warning", theme.danger, 18, self.devicePixelRatioF()))
        self._dismiss.setIcon(icon("close", theme.muted))
        self._dismiss.setIconSize(QSize(14, 14))
