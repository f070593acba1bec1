"""The roles of the models beyond Qt's own."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt

_FIRST = int(Qt.ItemDataRole.UserRole)


class GalleryRole(IntEnum):
    RECORD = _FIRST + 1
    """ImageRecord, or None while the row is being fetched."""
    IMAGE_ID = _FIRST + 2


class TransferRole(IntEnum):
    TRANSFER = _FIRST + 1
