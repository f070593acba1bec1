"""The buttons of the bars: an icon with a word beside it, or the icon alone where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

ICON_SIDE = 16


class _ToolButton(QToolButton):
    """Enter presses it, as Space does: some systems leave Enter to whoever holds the button, where it may mean else."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


def tool_button(parent: QWidget, text: str, tip: str, kind: str = "") -> QToolButton:
    """Reached by Tab; named for screen readers even while its icon stands alone."""
    button = _ToolButton(parent)
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(text or tip)
    button.setIconSize(QSize(ICON_SIDE, ICON_SIDE))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if kind:
        button.setProperty("kind", kind)
    show_words(button, shown=bool(text))
    return button


def show_words(button: QToolButton, *, shown: bool) -> None:
    """The style sheet makes up for the two spaces that Qt reckons beside a text."""
    style, words = Qt.ToolButtonStyle, "beside" if shown else "none"
    if button.property("words") == words:
        return
    button.setToolButtonStyle(style.ToolButtonTextBesideIcon if shown else style.ToolButtonIconOnly)
    button.setProperty("words", words)
    button.style().unpolish(button)
    button.style().polish(button)
