"""One facet of the sidebar: a heading, rows with a check box and a count, and *Clear* while something is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from imagedesk.catalogue.facets import FacetCount
from imagedesk.core.plain_text import plain
from imagedesk.models.text_format import count_text, images_text
from imagedesk.ui.icons import icon_pixmap
from imagedesk.ui.plain_labels import as_tip, plain_label
from imagedesk.ui.theme import ThemeSource

SHOWN = 6  # rows before "Show all"
MARGIN, CHECK = 8, 14


class CountRow(QAbstractButton):
    """A row with a name and a count at the right; ``checkable_box`` draws a check box before the name."""

    def __init__(self, theme: ThemeSource, *, checkable_box: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._box, self._name, self._count = theme, checkable_box, "", 0
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.theme_changed.connect(self._on_theme_changed)

    def show_count(self, name: str, count: int, *, checked: bool) -> None:
        self._name, self._count = plain(name, 100), count
        self.setChecked(checked)
        self.setAccessibleName(f"{self._name}, {images_text(count)}")
        self.update()

    def nextCheckState(self) -> None:
        """The query decides what is checked, not the click."""

    def sizeHint(self) -> QSize:
        return QSize(120, max(26, QFontMetrics(self.font()).height() + 10))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _on_theme_changed(self) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        frame = self.rect().adjusted(1, 1, -1, -1)
        painter.setPen(QPen(theme.color("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        ground = "selection" if self.isChecked() else "control_hover" if self.underMouse() else None
        painter.setBrush(theme.color(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, 5, 5)
        left = MARGIN
        if self._box:
            self._paint_box(painter, QRect(left, (self.height() - CHECK) // 2, CHECK, CHECK))
            left += CHECK + 8
        count = count_text(self._count)
        room = self.width() - left - MARGIN - metrics.horizontalAdvance(count) - 8
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        self.setToolTip(as_tip(self._name) if name != self._name else "")
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.setPen(theme.color("text"))
        painter.drawText(QRect(left, 0, room, self.height()), middle | Qt.AlignmentFlag.AlignLeft, name)
        painter.setPen(theme.color("muted"))
        painter.drawText(self.rect().adjusted(0, 0, -MARGIN, 0), middle | Qt.AlignmentFlag.AlignRight, count)

    def _paint_box(self, painter: QPainter, box: QRect) -> None:
        theme = self._theme.theme
        checked = self.isChecked()
        painter.setPen(QPen(theme.color("accent" if checked else "muted"), 1.2))
        painter.setBrush(theme.color("accent" if checked else "control"))
        painter.drawRoundedRect(box, 3, 3)
        if checked:
            painter.drawPixmap(box.topLeft(), icon_pixmap("check", theme.on_accent, CHECK, self.devicePixelRatioF()))


class FacetList(QWidget):
    """Signals: ``toggled(str)``, the value; ``cleared()``."""

    toggled = Signal(str)
    cleared = Signal()

    def __init__(self, heading: str, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts: Sequence[FacetCount] = ()
        self._chosen: frozenset[str] = frozenset()
        self._label: Callable[[str], str] = str
        self._open = False
        self._rows: list[CountRow] = []
        self._clear = QPushButton("Clear", self)
        self._clear.setProperty("kind", "link")
        self._clear.setAccessibleName(f"Clear {heading.lower()}")
        self._clear.clicked.connect(self.cleared)
        self._more = QPushButton(self)
        self._more.setProperty("kind", "link")
        self._more.clicked.connect(self._on_more_clicked)
        top = QHBoxLayout()
        top.setContentsMargins(MARGIN, 0, 2, 0)
        top.addWidget(plain_label(heading.upper(), "heading"))
        top.addStretch(1)
        top.addWidget(self._clear)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(top)
        whole.addLayout(self._column)
        whole.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)

    def show_counts(self, counts: Sequence[FacetCount], chosen: frozenset[str], label: Callable[[str], str]) -> None:
        """``label`` turns a value into what people read. What is chosen is always among the rows."""
        self._counts, self._chosen, self._label = counts, chosen, label
        shown = list(counts)
        if not self._open and len(counts) > SHOWN:
            shown = [c for i, c in enumerate(counts) if i < SHOWN or c.value in chosen]
        self._fit_rows(len(shown))
        for row, count in zip(self._rows, shown, strict=True):
            row.setProperty("value", count.value)
            row.show_count(label(count.value), count.images, checked=count.value in chosen)
        self._clear.setVisible(bool(chosen))
        self._more.setVisible(len(counts) > SHOWN)
        self._more.setText("Show fewer" if self._open else f"Show all {count_text(len(counts))}…")
        self.setVisible(bool(counts))

    def _fit_rows(self, number: int) -> None:
        while len(self._rows) < number:
            row = CountRow(self._theme, checkable_box=True, parent=self)
            row.clicked.connect(self._on_row_clicked)
            self._rows.append(row)
            self._column.addWidget(row)
        while len(self._rows) > number:
            row = self._rows.pop()
            self._column.removeWidget(row)
            row.deleteLater()

    def _on_row_clicked(self) -> None:
        row = self.sender()
        if row is not None:
            self.toggled.emit(row.property("value"))

    def _on_more_clicked(self) -> None:
        self._open = not self._open
        self.show_counts(self._counts, self._chosen, self._label)
