"""A row of buttons at the right; those for which there is no room are in a menu behind *More*."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

SPACING = 10


class OverflowBar(QWidget):
    """Buttons stand in the order in which they were added; the last ones are the first to go into the menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._buttons: list[QPushButton] = []
        self._wanted: set[QPushButton] = set()
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.more = QPushButton("More", self)
        self.more.setAccessibleDescription("What else can be done with the transfers")
        self.more.setProperty("kind", "flat")
        self.more.setMenu(self.menu)

    def add(self, button: QPushButton) -> None:
        """Wanted until :meth:`want` says otherwise."""
        button.setParent(self)
        self._buttons.append(button)
        self.want(button, wanted=True)

    def want(self, button: QPushButton, *, wanted: bool) -> None:
        """Whether it is offered now, in the row or in the menu."""
        if wanted is (button in self._wanted):
            return
        (self._wanted.add if wanted else self._wanted.discard)(button)
        self.updateGeometry()
        self.fit()

    def hidden_away(self) -> list[QPushButton]:
        """Those in the menu."""
        return [button for button in self._offered() if button.isHidden()]

    def sizeHint(self) -> QSize:
        return QSize(_width(self._offered()), self.more.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.more.sizeHint().width(), self.more.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Give each button its place, from the right; call it when a text has changed."""
        shown = self._offered()
        if _width(shown) > self.width():
            shown = [*shown, self.more]
            while len(shown) > 1 and _width(shown) > self.width():
                del shown[-2]
        for button in (*self._buttons, self.more):
            button.setVisible(button in shown)
        right = self.width()
        for button in reversed(shown):
            size = button.sizeHint()
            right -= size.width()
            button.setGeometry(right, (self.height() - size.height()) // 2, size.width(), size.height())
            right -= SPACING

    def _offered(self) -> list[QPushButton]:
        return [button for button in self._buttons if button in self._wanted]

    def _fill_menu(self) -> None:
        self.menu.clear()
        for button in self.hidden_away():
            action = QAction(button.text(), self.menu)
            action.triggered.connect(button.click)
            self.menu.addAction(action)


def _width(buttons: list[QPushButton]) -> int:
    return sum(button.sizeHint().width() + SPACING for button in buttons) - (SPACING if buttons else 0)
