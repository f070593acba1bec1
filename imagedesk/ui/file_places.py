"""Shows where files are, in the file manager: the folders that hold them, a few at most."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

MOST_FOLDERS = 3  # windows that one click may open


def show_in_folders(files: Sequence[Path], _checked: bool = False) -> None:
    """The folders of the files, each once."""
    for folder in list(dict.fromkeys(file.parent for file in files))[:MOST_FOLDERS]:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
