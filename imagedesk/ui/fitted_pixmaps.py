"""Pixmaps scaled to the size at which tiles show them: scaled once, since smooth scaling costs twenty times a copy."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap

MAX_BYTES = 64_000_000
_BYTES_A_PIXEL = 4


class FittedPixmaps:
    """The least recently used go first. Keyed by what a pixmap holds, so never the one of another image."""

    def __init__(self, ratio: float, max_bytes: int = MAX_BYTES) -> None:
        self._ratio, self._max_bytes, self._bytes = ratio, max_bytes, 0
        self._fitted: OrderedDict[tuple[int, int, int], QPixmap] = OrderedDict()

    def get(self, pixmap: QPixmap, size: QSize) -> QPixmap:
        """The pixmap at ``size`` logical pixels, whose shape it has."""
        wanted = (size.toSizeF() * self._ratio).toSize().expandedTo(QSize(1, 1))
        key = (pixmap.cacheKey(), wanted.width(), wanted.height())
        found = self._fitted.get(key)
        if found is not None:
            self._fitted.move_to_end(key)
            return found
        aspect, mode = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        found = pixmap.scaled(wanted, aspect, mode)  # one of that size already is shared, not scaled
        found.setDevicePixelRatio(self._ratio)
        self._fitted[key] = found
        self._bytes += _size(found)
        while self._bytes > self._max_bytes and len(self._fitted) > 1:
            self._bytes -= _size(self._fitted.popitem(last=False)[1])
        return found


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * _BYTES_A_PIXEL
