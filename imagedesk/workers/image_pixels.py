"""Pixels of the guarded decoder as a QImage of our own. Qt decodes nothing: these are bytes of known shape."""

from __future__ import annotations

from PySide6.QtGui import QImage

from imagedesk.core.pictures import Pixels


def image_of(pixels: Pixels) -> QImage:
    """An image that owns its memory, in the format that the screen takes without conversion."""
    image_format = QImage.Format.Format_ARGB32_Premultiplied if pixels.has_alpha else QImage.Format.Format_RGB32
    return QImage(pixels.data, pixels.width, pixels.height, pixels.width * 4, image_format).copy()
