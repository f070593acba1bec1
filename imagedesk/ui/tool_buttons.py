"""The buttons of the bars: an icon with a word beside it, or the icon alone where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolButton, QWidget

ICON_SIDE = 16


class ToolButton(QToolButton):
    """Enter presses it, as Space does: some systems leave Enter to whoever holds the button, where it may mean else.
    The arrow key down opens its menu."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._arrow_color = QColor()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() == Qt.Key.Key_Down and self.menu() is not None:
            self.showMenu()
        else:
            super().keyPressEvent(event)

    def set_arrow_color(self, color: str) -> None:
        """Of the arrow beside which the menu opens; a style sheet's picture of it would not follow the theme."""
        self._arrow_color = QColor(color)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.popupMode() != QToolButton.ToolButtonPopupMode.MenuButtonPopup:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._arrow_color, 1.4))
        x, y = self.width() - 11.0, self.height() / 2 + 1.5
        painter.drawPolyline([QPointF(x - 3.5, y - 3), QPointF(x, y + 0.5), QPointF(x + 3.5, y - 3)])
        painter.end()


def tool_button(parent: QWidget, text: str, tip: str, kind: str = "") -> ToolButton:
    """Reached by Tab; named for screen readers even while its icon stands alone."""
    button = ToolButton(parent)
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
