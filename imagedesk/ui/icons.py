"""Our own SVG icons, tinted to a colour and crisp at every scale."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from imagedesk.ui.resource_files import resources_folder

_STROKE = b"#000"


class _TintedEngine(QIconEngine):
    """Draws the vectors at whatever size and scale is asked for."""

    def __init__(self, svg: bytes, color: str, disabled: str) -> None:
        super().__init__()
        self._svg, self._colors = svg, (color, disabled)

    def paint(self, painter: QPainter, rect: object, mode: QIcon.Mode, state: QIcon.State) -> None:
        color = self._colors[1] if mode == QIcon.Mode.Disabled else self._colors[0]
        renderer = QSvgRenderer(QByteArray(self._svg.replace(_STROKE, color.encode())))
        renderer.render(painter, QRectF(rect))  # type: ignore[call-overload]

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, pixmap.rect(), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _TintedEngine(self._svg, *self._colors)


def icon(name: str, color: str, disabled: str | None = None) -> QIcon:
    """``resources/icons/NAME.svg`` in ``color``; ``disabled`` is its colour on a disabled control."""
    svg = (resources_folder() / "icons" / f"{name}.svg").read_bytes()
    return QIcon(_TintedEngine(svg, color, disabled or color))


def icon_pixmap(name: str, color: str, side: int, ratio: float) -> QPixmap:
    """The icon as a pixmap of ``side`` logical pixels for a screen of that device pixel ratio."""
    key, pixmap = f"imagedesk/{name}/{color}/{side}/{ratio}", QPixmap()
    if not QPixmapCache.find(key, pixmap):
        pixmap = icon(name, color).pixmap(QSize(side, side), ratio)
        pixmap.setDevicePixelRatio(ratio)
        QPixmapCache.insert(key, pixmap)
    return pixmap


def application_icon() -> QIcon:
    svg = (resources_folder() / "icons" / "imagedesk.svg").read_bytes()
    return QIcon(_TintedEngine(svg, "#000000", "#000000"))
