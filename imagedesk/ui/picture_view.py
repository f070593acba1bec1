"""Shows one picture: fitted, at 100 %, or zoomed at the pointer; panned by dragging. It is given images, decodes none.

A scaled-down image stands in for the whole until a sharper one comes; the place and the zoom stay when it does.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from imagedesk.core.plain_text import plain
from imagedesk.ui.theme import ThemeSource

MAX_ZOOM = 8.0  # device pixels an image pixel
STEP = 1.25
QUIET_MS = 300  # what is quicker needs no sign of life
_SQUARE = 8


class PictureView(QWidget):
    """``zoom`` is device pixels per image pixel. Signals: ``zoom_changed(float, bool fitted)``;
    ``sharper_wanted(int)``, the long side in device pixels that the view could show."""

    zoom_changed = Signal(float, bool)
    sharper_wanted = Signal(int)

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pixmap: QPixmap | None = None
        self._full = QSize()
        self._fitted, self._zoom, self._centre = True, 1.0, QPointF(0.5, 0.5)
        self._message, self._drag = "", QPointF()
        self._is_loading = False
        self._is_own = False  # pixels of the picture, not of its thumbnail
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self.update)
        self._fraction: float | None = None
        self.setMinimumSize(120, 90)
        self.setAccessibleName("Picture")
        self.setCursor(Qt.CursorShape.ArrowCursor)

    # -- what it shows ----------------------------------------------------------------------------------------------

    def begin(self, full: QSize, preview: QPixmap | None) -> None:
        """Another picture, of ``full`` size in pixels (empty if unknown), shown by its thumbnail until it comes."""
        self._pixmap, self._full = preview, full
        if self._full.isEmpty() and preview is not None:
            self._full = preview.size()
        self._message, self._is_loading, self._fraction, self._is_own = "", True, None, False
        self.setAccessibleDescription("")
        self._quiet.start()
        self.fit()

    def set_image(self, image: QImage, full: QSize) -> None:
        """Sharper pixels of the same picture."""
        self._pixmap, self._full = QPixmap.fromImage(image), full
        self._is_loading, self._message, self._is_own = False, "", True
        self._quiet.stop()
        if self._fitted:
            self._zoom = self._fit_zoom()
        self._tell()

    def show_frame(self, image: QImage) -> None:
        """Another moment of the same picture; zoom and place stay."""
        if not self._message:
            self._pixmap = QPixmap.fromImage(image)
            self.update()

    def wait_for_consent(self) -> None:
        """Nothing is under way: the preview stays until somebody asks for more."""
        self._is_loading = False
        self._quiet.stop()
        self.update()

    def ask_again(self) -> None:
        """Ask for the pixels that were asked for before."""
        self._is_loading = True
        self._quiet.start()
        self._tell()

    def set_failed(self, sentence: str) -> None:
        self._message, self._is_loading = plain(sentence, 500), False
        self.setAccessibleDescription(self._message)
        self.update()

    def set_progress(self, done: int, total: int) -> None:
        self._fraction = done / total if total else None
        if not self._quiet.isActive():
            self.update()

    # -- zoom -------------------------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        return self._zoom

    @property
    def is_sharp(self) -> bool:
        """Whether pixels of the picture itself are shown, and not its thumbnail."""
        return self._is_own and not self._message

    @property
    def is_fitted(self) -> bool:
        return self._fitted

    def fit(self) -> None:
        self._fitted, self._centre = True, QPointF(0.5, 0.5)
        self._zoom = self._fit_zoom()
        self._tell()

    def show_actual_size(self) -> None:
        """One image pixel on one device pixel."""
        self._zoom_to(1.0, self._middle())

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """What lies under ``at`` stays there; the middle of the view by default."""
        self._zoom_to(self._zoom * factor, self._middle() if at is None else at)  # the corner (0, 0) is falsy

    def _zoom_to(self, zoom: float, at: QPointF) -> None:
        if self._full.isEmpty():
            return
        smallest = min(self._fit_zoom(), 1.0)
        zoom = min(max(smallest, zoom), max(MAX_ZOOM, smallest))
        frame = self._exact_frame()  # from the rounded one, the point would drift with every step
        part = QPointF((at.x() - frame.x()) / frame.width(), (at.y() - frame.y()) / frame.height())
        self._zoom, self._fitted = zoom, abs(zoom - self._fit_zoom()) < 1e-9
        size = self._shown_size()
        middle = self._middle()
        self._centre = QPointF(
            part.x() + (middle.x() - at.x()) / size.width(), part.y() + (middle.y() - at.y()) / size.height()
        )
        self._hold_inside()
        self._tell()

    def _middle(self) -> QPointF:
        """Of the view; QRect's own is a pixel short for an even size, and the last column would stay bare."""
        return QRectF(self.rect()).center()

    def _fit_zoom(self) -> float:
        """Fits the view; a picture smaller than it is not enlarged."""
        if self._full.isEmpty():
            return 1.0
        ratio = self.devicePixelRatioF()
        width, height = self.width() * ratio / self._full.width(), self.height() * ratio / self._full.height()
        return min(width, height, 1.0)

    def _shown_size(self) -> QSizeF:
        scale = self._zoom / self.devicePixelRatioF()
        return QSizeF(max(1.0, self._full.width() * scale), max(1.0, self._full.height() * scale))

    def _exact_frame(self) -> QRectF:
        """Where the whole picture lies, in the widget's coordinates."""
        size, middle = self._shown_size(), self._middle()
        return QRectF(
            QPointF(middle.x() - self._centre.x() * size.width(), middle.y() - self._centre.y() * size.height()), size
        )

    def _frame(self) -> QRectF:
        """Where it is painted: on whole device pixels, so that 100 % is sharp."""
        frame, ratio = self._exact_frame(), self.devicePixelRatioF()
        return QRectF(QPointF(round(frame.x() * ratio) / ratio, round(frame.y() * ratio) / ratio), frame.size())

    def _hold_inside(self) -> None:
        """A picture smaller than the view stays in the middle; a larger one covers it."""
        size = self._shown_size()
        for axis, view in (("X", self.width()), ("Y", self.height())):
            length = size.width() if axis == "X" else size.height()
            half = view / (2 * length)
            value = self._centre.x() if axis == "X" else self._centre.y()
            value = 0.5 if half >= 0.5 else min(max(half, value), 1 - half)
            self._centre = QPointF(value, self._centre.y()) if axis == "X" else QPointF(self._centre.x(), value)

    def _tell(self) -> None:
        self.update()
        self.zoom_changed.emit(self._zoom, self._fitted)
        long_side = max(self._full.width(), self._full.height())
        wanted = min(long_side, round(long_side * self._zoom))
        # However small the picture, its stored thumbnail is a lossy copy: the pixels themselves are wanted.
        has = max(self._pixmap.width(), self._pixmap.height()) if self._pixmap is not None and self._is_own else 0
        if not self._message and long_side and wanted > has:
            self.sharper_wanted.emit(wanted)

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._fitted:
            self._zoom = self._fit_zoom()
        self._hold_inside()
        self._tell()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        self.zoom_by(STEP**steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = event.position()
            if not self._fitted:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and not self._fitted:
            moved, size = event.position() - self._drag, self._shown_size()
            self._drag = event.position()
            self._centre -= QPointF(moved.x() / size.width(), moved.y() / size.height())
            self._hold_inside()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._fitted:
            self._zoom_to(1.0, event.position())
        else:
            self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.theme.color("stage"))
        if self._pixmap is not None and not self._message:
            frame = self._frame()
            painter.setClipRect(self.rect())
            if self._pixmap.hasAlphaChannel():
                self._paint_squares(painter, frame)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._zoom < 2.0)
            painter.drawPixmap(frame, self._pixmap, QRectF(self._pixmap.rect()))
        if self._message:
            self._paint_message(painter, self._message)
        elif self._is_loading and not self._quiet.isActive():
            self._paint_progress(painter)

    def _paint_squares(self, painter: QPainter, frame: QRectF) -> None:
        visible = frame.intersected(QRectF(self.rect())).toAlignedRect()
        painter.fillRect(visible, QColor("#d9dbde"))
        for top in range(visible.top(), visible.bottom() + 1, _SQUARE):
            odd = (top - visible.top()) // _SQUARE % 2
            for left in range(visible.left() + odd * _SQUARE, visible.right() + 1, 2 * _SQUARE):
                painter.fillRect(
                    left, top, min(_SQUARE, visible.right() + 1 - left), min(_SQUARE, visible.bottom() + 1 - top),
                    QColor("#c6c9cd"),
                )  # fmt: skip

    def _paint_message(self, painter: QPainter, text: str) -> None:
        painter.setPen(QColor("#d5d9de"))
        area = self.rect().adjusted(40, 20, -40, -20)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    def _paint_progress(self, painter: QPainter) -> None:
        """A thin line at the bottom: how much has come, or that something is under way."""
        accent = self._theme.theme.color("accent")
        width = self.width() if self._fraction is None else round(self.width() * self._fraction)
        accent.setAlphaF(0.35 if self._fraction is None else 1.0)
        painter.fillRect(0, self.height() - 3, width, 3, accent)
