"""The places that invite: an empty library, a search without a match, and the window while files hang over it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from imagedesk.core.media_types import ACCEPTED_LABELS
from imagedesk.core.pictures import MAX_FILE_BYTES
from imagedesk.core.plain_text import plain
from imagedesk.ui.icons import icon_pixmap
from imagedesk.ui.plain_labels import plain_label
from imagedesk.ui.theme import ThemeSource

MARGIN = 18
_CENTRE = Qt.AlignmentFlag.AlignHCenter


class DropZone(QWidget):
    """Signals as they are named. Files are dropped on the window, not on this."""

    choose_files_requested = Signal()
    choose_folder_requested = Signal()
    connect_requested = Signal()

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._arrow = QLabel()
        self._title = plain_label("Drop images or folders here")
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self._title.setFont(font)
        limit = MAX_FILE_BYTES // 1_000_000_000
        hint = plain_label(f"{ACCEPTED_LABELS} · up to {limit} GB each · or paste with Ctrl+V", "muted")
        hint.setWordWrap(True)
        hint.setAlignment(_CENTRE)
        files, folder = QPushButton("Choose files…"), QPushButton("Choose folder…")
        files.setProperty("kind", "primary")
        self.where = plain_label("Your library is on this computer.", "muted")
        self.connect_link = QPushButton("Connect to S3 and DynamoDB…")
        self.connect_link.setProperty("kind", "link")
        files.clicked.connect(self.choose_files_requested)
        folder.clicked.connect(self.choose_folder_requested)
        self.connect_link.clicked.connect(self.connect_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * MARGIN, 2 * MARGIN, 2 * MARGIN, 2 * MARGIN)
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(self._arrow, 0, _CENTRE)
        column.addWidget(self._title, 0, _CENTRE)
        column.addWidget(hint)
        column.addLayout(_centred(files, folder))
        column.addSpacing(20)
        self.where.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._place = _centred(self.where, self.connect_link)
        column.addLayout(self._place)
        column.addStretch(1)
        theme.theme_changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_place(self, text: str, *, offers_connection: bool) -> None:
        """Where the library is, in a sentence."""
        self.where.setText(plain(text))
        self.connect_link.setVisible(offers_connection)
        self._fit_place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_place()

    def _fit_place(self) -> None:
        """The place and the link beside each other where there is room, else the link below and the place wrapped."""
        wide = self.where.fontMetrics().horizontalAdvance(self.where.text())
        wide += self._place.spacing() + (0 if self.connect_link.isHidden() else self.connect_link.sizeHint().width())
        fits = wide <= self.width() - 4 * MARGIN
        self.where.setWordWrap(not fits)
        ways = QBoxLayout.Direction
        self._place.setDirection(ways.LeftToRight if fits else ways.TopToBottom)
        self._place.setAlignment(self.connect_link, Qt.AlignmentFlag.AlignCenter)

    def _on_theme_changed(self) -> None:
        self._arrow.setPixmap(icon_pixmap("upload", self._theme.theme.accent, 48, self.devicePixelRatioF()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint_dashed(self, self._theme, opacity=1.0)


class NoMatch(QWidget):
    """Signal: ``clear_requested``."""

    clear_requested = Signal()

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = plain_label("No image matches", "title")
        self.clear_button = QPushButton("Clear filters")
        self.clear_button.clicked.connect(self.clear_requested)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(title, 0, _CENTRE)
        column.addWidget(plain_label("Take a filter away, or search for something else.", "muted"), 0, _CENTRE)
        column.addWidget(self.clear_button, 0, _CENTRE)
        column.addStretch(2)


class DropOverlay(QWidget):
    """Lies over the window while files are dragged across it; lets every event through."""

    def __init__(self, theme: ThemeSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def cover(self, area: QRect) -> None:
        self.setGeometry(area)
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint_dashed(self, self._theme, opacity=0.9)
        painter = QPainter(self)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self._theme.theme.color("text"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Drop to upload")


def _centred(*widgets: QWidget) -> QBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def _paint_dashed(widget: QWidget, theme: ThemeSource, opacity: float) -> None:
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = theme.theme.color("selection")
    ground.setAlphaF(opacity)
    pen = QPen(theme.theme.color("accent"), 2, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN), 14, 14)
