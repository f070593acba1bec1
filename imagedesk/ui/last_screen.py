"""The picture of where one left, over the whole window, until what it shows is there itself. Light, as the frame is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

_FADED = 150  # of 255


class LastScreen(QWidget):
    """Covers ``window`` and whatever comes into it. Whoever shows it sees to it that no clicks come before what is
    below it is there. ``pixels`` are our own, four bytes each, blue first; ``ratio`` device pixels are a logical one.
    """

    def __init__(self, pixels: bytes, width: int, height: int, ratio: float, window: QWidget) -> None:
        super().__init__(window)
        self._pixels, self._window = pixels, window  # the image reads the bytes where they are
        self._image = QImage(pixels, width, height, width * 4, QImage.Format.Format_RGB32)
        self._image.setDevicePixelRatio(ratio)
        self._ground = self._image.pixelColor(0, 0)
        self._area: QWidget | None = None
        self.setObjectName("last-screen")
        # So that Qt paints nothing below it. Its attribute for that, or a palette made from one colour, would load all
        # of Qt's enumerations: ten milliseconds.
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Window, self._ground)
        self.setPalette(palette)
        self.setAutoFillBackground(True)
        self._cover()
        window.installEventFilter(self)

    def fade_to(self, area: QWidget) -> None:
        """Opening takes longer than it should: only ``area``, which has nothing in it yet, stays covered, paler."""
        self._area = area
        self._cover()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded, QEvent.Type.LayoutRequest):
            self._cover()
        return False

    def _cover(self) -> None:
        area = self._area
        rect = self._window.rect() if area is None else QRect(area.mapTo(self._window, QPoint(0, 0)), area.size())
        self.setGeometry(rect)
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Where the window came up in another size: as much as fits, and the bars' colour beyond it."""
        painter = QPainter(self)
        painter.translate(-self.pos())
        painter.drawImage(0, 0, self._image)
        if self._area is not None:
            painter.fillRect(
                self._window.rect(), QColor(self._ground.red(), self._ground.green(), self._ground.blue(), _FADED)
            )
