"""A menu's entry shows the key that does the same."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

Keys = QKeySequence | QKeySequence.StandardKey | str


def show_key(action: QAction, keys: Keys) -> QAction:
    """The same action. The key itself is the window's: the entry's own acts in the open menu alone, so that the two
    never compete."""
    action.setShortcut(QKeySequence(keys))
    action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.setShortcutVisibleInContextMenu(True)
    return action
