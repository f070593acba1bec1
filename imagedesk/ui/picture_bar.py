"""The bar below the viewer's picture: the pages of a document, the playing of an animation, or the question whether to
load a large original. Hidden while there is nothing of these."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from imagedesk.models.text_format import count_text, size_text
from imagedesk.ui.icons import icon
from imagedesk.ui.plain_labels import plain_label

_INK, _FAINT = "#c8ccd2", "#44494f"  # on the viewer's stage, which is dark in every theme


class PictureBar(QWidget):
    """Signals: ``page_requested(int)``; ``play_toggled()``; ``load_requested()``."""

    page_requested = Signal(int)
    play_toggled = Signal()
    load_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page, self._pages = 0, 1
        self.previous_page = self._button("chevron-left", "Previous page (↑)")
        self.next_page = self._button("chevron-right", "Next page (↓)")
        self.play_button = self._button("pause", "Pause (P)")
        self.label = plain_label()
        self.label.setStyleSheet(f"color: {_INK}")
        self.load_button = QPushButton("Load anyway")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.addStretch(1)
        for widget in (self.previous_page, self.play_button, self.label, self.next_page, self.load_button):
            row.addWidget(widget)
        row.addStretch(1)
        self.previous_page.clicked.connect(self.turn_back)
        self.next_page.clicked.connect(self.turn_over)
        self.play_button.clicked.connect(self.play_toggled)
        self.load_button.clicked.connect(self.load_requested)
        self.clear()

    def clear(self) -> None:
        self._page, self._pages = 0, 1
        self._show_only()

    def show_pages(self, page: int, pages: int) -> None:
        """``page`` counts from 0."""
        self._page, self._pages = page, pages
        self._show_only(self.previous_page, self.label, self.next_page)
        self.label.setText(f"Page {count_text(page + 1)} of {count_text(pages)}")
        self.previous_page.setEnabled(page > 0)
        self.next_page.setEnabled(page + 1 < pages)

    def show_player(self, frames: int, total: int, *, is_playing: bool) -> None:
        """``frames`` of ``total`` are at hand."""
        self._show_only(self.play_button, self.label)
        words = "Pause (P)" if is_playing else "Play (P)"
        self.play_button.setIcon(icon("pause" if is_playing else "play", _INK, _FAINT))
        self.play_button.setToolTip(words)
        self.play_button.setAccessibleName(words)
        many = count_text(frames) if frames == total else f"The first {count_text(frames)} of {count_text(total)}"
        self.label.setText(f"{many} frames")

    def show_load_offer(self, size: int) -> None:
        """``size`` of the original, in bytes."""
        self._show_only(self.load_button)
        self.load_button.setText(f"{size_text(size).replace('.0 ', ' ')}: load anyway")
        self.load_button.setToolTip(
            "The original is large, so it is not downloaded unasked. What is shown is a preview."
        )

    def turn_back(self) -> None:
        self._turn_to(self._page - 1)

    def turn_over(self) -> None:
        self._turn_to(self._page + 1)

    def _turn_to(self, page: int) -> None:
        if 0 <= page < self._pages:
            self.page_requested.emit(page)

    def _show_only(self, *shown: QWidget) -> None:
        for widget in (self.previous_page, self.play_button, self.label, self.next_page, self.load_button):
            widget.setVisible(widget in shown)
        self.setVisible(bool(shown))

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", "flat")
        button.setIcon(icon(name, _INK, _FAINT))
        button.setIconSize(QSize(16, 16))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button
