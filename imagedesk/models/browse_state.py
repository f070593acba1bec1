"""What the person is looking at: the one owner of the current query. Sidebar, chips, search and grid all follow it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from imagedesk.core.query import LibraryQuery, Order


class BrowseState(QObject):
    """Signal: ``query_changed(LibraryQuery)``, only when it really changed."""

    query_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._query = LibraryQuery()

    @property
    def query(self) -> LibraryQuery:
        return self._query

    def toggle_person(self, user_id: str) -> None:
        self._set(replace(self._query, user_ids=self._query.user_ids ^ {user_id}))

    def toggle_type(self, mime: str) -> None:
        self._set(replace(self._query, content_types=self._query.content_types ^ {mime}))

    def set_people(self, user_ids: Iterable[str]) -> None:
        self._set(replace(self._query, user_ids=frozenset(user_ids)))

    def set_types(self, mimes: Iterable[str]) -> None:
        self._set(replace(self._query, content_types=frozenset(mimes)))

    def clear_people(self) -> None:
        self.set_people(())

    def clear_types(self) -> None:
        self.set_types(())

    def show_mine(self, me: str) -> None:
        """One's own images, of every type."""
        self._set(replace(self._query, user_ids=frozenset({me}), content_types=frozenset()))

    def show_all(self) -> None:
        """Every image; what is searched for stays."""
        self._set(replace(self._query, user_ids=frozenset(), content_types=frozenset()))

    def clear_all(self) -> None:
        self._set(LibraryQuery(order=self._query.order))

    def set_text(self, text: str) -> None:
        self._set(replace(self._query, text=text.strip()))

    def set_order(self, order: Order) -> None:
        self._set(replace(self._query, order=order))

    def _set(self, query: LibraryQuery) -> None:
        if query != self._query:
            self._query = query
            self.query_changed.emit(query)
