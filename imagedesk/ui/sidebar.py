"""The sidebar: all images and one's own, then the facets of people and types with their counts."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from imagedesk.core.media_types import label_for
from imagedesk.core.query import LibraryQuery
from imagedesk.models.facet_state import FacetSnapshot
from imagedesk.ui.facet_list import CountRow, FacetList
from imagedesk.ui.theme import ThemeSource


class Sidebar(QScrollArea):
    """Signals as they are named."""

    all_requested = Signal()
    mine_requested = Signal()
    person_toggled = Signal(str)
    type_toggled = Signal(str)
    people_cleared = Signal()
    types_cleared = Signal()

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(150)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._snapshot: FacetSnapshot | None = None
        self._query, self._me = LibraryQuery(), ""
        self.all_images = CountRow(theme, checkable_box=False)
        self.mine = CountRow(theme, checkable_box=False)
        self.people = FacetList("People", theme)
        self.types = FacetList("Type", theme)
        body = QWidget()
        body.setObjectName("sidebar")
        column = QVBoxLayout(body)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(0)
        for widget in (self.all_images, self.mine, self.people, self.types):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(body)
        self.all_images.clicked.connect(self.all_requested)
        self.mine.clicked.connect(self.mine_requested)
        self.people.toggled.connect(self.person_toggled)
        self.people.cleared.connect(self.people_cleared)
        self.types.toggled.connect(self.type_toggled)
        self.types.cleared.connect(self.types_cleared)
        self._show()

    def set_snapshot(self, snapshot: FacetSnapshot, me: str) -> None:
        self._snapshot, self._me = snapshot, me
        self._show()

    def set_query(self, query: LibraryQuery, me: str) -> None:
        self._query, self._me = query, me
        self._show()

    def _show(self) -> None:
        snapshot, query = self._snapshot, self._query
        everything = not (query.user_ids or query.content_types)
        only_mine = query.user_ids == {self._me} and not query.content_types
        self.all_images.show_count("All images", snapshot.library_images if snapshot else 0, checked=everything)
        self.mine.show_count("Mine", snapshot.mine if snapshot else 0, checked=only_mine)
        self.people.show_counts(snapshot.people if snapshot else (), query.user_ids, self._person)
        self.types.show_counts(snapshot.types if snapshot else (), query.content_types, label_for)

    def _person(self, user_id: str) -> str:
        return "you" if user_id == self._me else user_id

    def sizeHint(self) -> QSize:
        return QSize(224, 400)
