"""Asks under which name one uploads, where nothing verifies who one is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QInputDialog, QWidget

from imagedesk.core.errors import ImageDeskError
from imagedesk.core.ownership import checked_user_id


def asked_name(window: QWidget, current: str, refused: Callable[[ImageDeskError], object]) -> str | None:
    """Another name than ``current``, None if there is none to be had; ``refused`` is told why one cannot be."""
    name, accepted = QInputDialog.getText(
        window, "Change your name", "Your images are uploaded under this name:", text=current
    )
    if not accepted or name == current:
        return None
    try:
        return checked_user_id(name.strip())
    except ImageDeskError as error:
        refused(error)
        return None
