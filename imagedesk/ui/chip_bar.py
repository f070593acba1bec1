"""Above the grid: how many images there are, a chip for each filter that can be taken away, and what is chosen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QWidget

from imagedesk.core.media_types import label_for
from imagedesk.core.plain_text import plain
from imagedesk.core.query import LibraryQuery
from imagedesk.models.text_format import count_text, images_text, size_text
from imagedesk.ui.plain_labels import plain_label
from imagedesk.ui.theme import ThemeSource

HEIGHT = 44


class ChipBar(QWidget):
    """Signals as they are named. Many chips scroll sideways."""

    person_removed = Signal(str)
    type_removed = Signal(str)
    text_removed = Signal()
    all_cleared = Signal()

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chips")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._query: LibraryQuery | None = None
        self._total = plain_label("", "muted")
        self._selection = plain_label("", "muted")
        self._chips = QWidget()
        self._row = QHBoxLayout(self._chips)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        area = QScrollArea()
        area.setWidget(self._chips)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(10)
        row.addWidget(self._total)
        row.addWidget(area, 1)
        row.addWidget(self._selection)

    def set_state(self, total: int, query: LibraryQuery, me: str) -> None:
        self._total.setText(images_text(total))
        if query == self._query:
            return
        self._query = query
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for user_id in sorted(query.user_ids):
            self._add("you" if user_id == me else user_id, partial(self.person_removed.emit, user_id))
        for mime in sorted(query.content_types):
            self._add(label_for(mime), partial(self.type_removed.emit, mime))
        if query.text:
            self._add(f"“{query.text}”", self.text_removed.emit)
        if len(query.user_ids) + len(query.content_types) + bool(query.text) > 1:
            self._row.addWidget(self._clear_all())
        self._row.addStretch(1)

    def set_selection(self, count: int, size: int | None) -> None:
        """``size`` in bytes, None where it has not been added up."""
        text = f"{count_text(count)} selected" if count else ""
        if count and size is not None:
            text += f" · {size_text(size)}"
        self._selection.setText(text)

    def chips(self) -> list[QToolButton]:
        """The chips that are shown, from left to right."""
        items = (self._row.itemAt(place) for place in range(self._row.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, QToolButton)]

    def _add(self, text: str, remove: Callable[[], object]) -> None:
        chip = QToolButton()
        shown = plain(text, 32)
        chip.setText(f"{shown.replace('&', '&&')} ×")
        chip.setProperty("kind", "chip")
        chip.setAccessibleName(f"Remove the filter {shown}")
        chip.setToolTip("Remove this filter")
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.clicked.connect(remove)
        self._row.addWidget(chip)

    def _clear_all(self) -> QToolButton:
        button = QToolButton()
        button.setText("Clear all")
        button.setProperty("kind", "link")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self.all_cleared)
        return button
