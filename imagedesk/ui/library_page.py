"""The browsing page: people and types at the left, chips and grid in the middle, details at the right.

It binds widgets to the models of one library; what a person asks for goes out by signals. Shows a drop zone while the
library is empty, and another while no image matches.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from imagedesk.core.image_record import ImageRecord
from imagedesk.models.facet_state import FacetSnapshot
from imagedesk.ui.chip_bar import ChipBar
from imagedesk.ui.details_pane import DetailsPane
from imagedesk.ui.drop_zone import DropZone, NoMatch
from imagedesk.ui.gallery_view import GalleryView
from imagedesk.ui.library_context import LibraryContext
from imagedesk.ui.metadata_editing import MetadataEditing
from imagedesk.ui.sidebar import Sidebar
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.visible_images import VisibleImages
from imagedesk.workers.image_operations import image_facts

WITH_DETAILS = 860  # logical pixels of width below which there is no room for details
SUMMED_SELECTION = 1000  # beyond it the selection's bytes are not added up while one selects


class LibraryPage(QWidget):
    """Signals: ``selection_changed()``; ``image_activated(int row)``; ``choose_files_requested``,
    ``choose_folder_requested``, ``connect_requested``; ``menu_requested(QPoint)``, in global coordinates."""

    selection_changed = Signal()
    image_activated = Signal(int)
    choose_files_requested = Signal()
    choose_folder_requested = Signal()
    connect_requested = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, context: LibraryContext, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._snapshot: FacetSnapshot | None = None
        self.sidebar = Sidebar(theme, self)
        self.chips = ChipBar(theme, self)
        self.gallery = GalleryView(theme, self)
        self.details = DetailsPane(theme, self)
        self.drop_zone = DropZone(theme, self)
        self.no_match = NoMatch(theme, self)
        self._middle = QStackedWidget(self)
        self._details_timer = QTimer(self, singleShot=True, interval=60)  # not for each row that an arrow key passes
        self._lay_out()
        self._wire()
        MetadataEditing(self.details, context, self.gallery, self)
        if context.sync is not None:
            VisibleImages(self.gallery, context.gallery, context.sync, self)
        self.gallery.setModel(context.gallery)
        self.gallery.set_thumbnails(context.thumbnails)
        self.gallery.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.gallery.selectionModel().currentChanged.connect(self._on_selection_changed)
        is_cloud = context.sync is not None
        self.drop_zone.set_place(
            f"Your pictures go to {context.location}." if is_cloud else "Your library is on this computer.",
            offers_connection=not is_cloud,
        )
        self._on_query_changed()

    # -- what is chosen ---------------------------------------------------------------------------------------------

    def chosen_ranges(self) -> list[tuple[int, int]]:
        return self.gallery.selected_ranges()

    def chosen_count(self) -> int:
        return sum(last - first + 1 for first, last in self.chosen_ranges())

    def known_chosen(self) -> list[ImageRecord]:
        """The records at hand of the chosen images, at most SUMMED_SELECTION of them."""
        records: list[ImageRecord] = []
        for first, last in self.chosen_ranges():
            for row in range(first, min(last, first + SUMMED_SELECTION) + 1):
                if (record := self._context.gallery.record(row)) is not None:
                    records.append(record)
            if len(records) >= SUMMED_SELECTION:
                break
        return records[:SUMMED_SELECTION]

    # -- layout and wiring ------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        for page in (self.gallery, self.drop_zone, self.no_match):
            self._middle.addWidget(page)
        column = QWidget(self)
        column.setObjectName("content")
        stack = QVBoxLayout(column)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.chips)
        stack.addWidget(self._middle, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for widget, stretch in ((self.sidebar, 0), (column, 1), (self.details, 0)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)

    def _wire(self) -> None:
        browse, context = self._context.browse, self._context
        self.sidebar.all_requested.connect(browse.show_all)
        self.sidebar.mine_requested.connect(self._on_mine_requested)
        self.sidebar.person_toggled.connect(browse.toggle_person)
        self.sidebar.type_toggled.connect(browse.toggle_type)
        self.sidebar.people_cleared.connect(browse.clear_people)
        self.sidebar.types_cleared.connect(browse.clear_types)
        self.chips.person_removed.connect(browse.toggle_person)
        self.chips.type_removed.connect(browse.toggle_type)
        self.chips.text_removed.connect(self._on_text_removed)
        self.chips.all_cleared.connect(browse.clear_all)
        self.no_match.clear_requested.connect(browse.clear_all)
        self.drop_zone.choose_files_requested.connect(self.choose_files_requested)
        self.drop_zone.choose_folder_requested.connect(self.choose_folder_requested)
        self.drop_zone.connect_requested.connect(self.connect_requested)
        browse.query_changed.connect(self._on_query_changed)
        context.facets.facets_changed.connect(self._on_facets_changed)
        context.thumbnails.thumbnails_changed.connect(self._on_thumbnails_changed)
        self.gallery.row_activated.connect(self.image_activated)
        self.gallery.verticalScrollBar().actionTriggered.connect(context.transfers.give_way)
        self.gallery.customContextMenuRequested.connect(self._on_menu_requested)
        self._details_timer.timeout.connect(self._show_details)

    def _on_mine_requested(self) -> None:
        self._context.browse.show_mine(self._context.me)

    def _on_text_removed(self) -> None:
        self._context.browse.set_text("")

    def _on_menu_requested(self, position: QPoint) -> None:
        self.menu_requested.emit(self.gallery.viewport().mapToGlobal(position))

    # -- following the models ---------------------------------------------------------------------------------------

    def _on_query_changed(self, _query: object = None) -> None:
        self.sidebar.set_query(self._context.browse.query, self._context.me)
        self._update_chips()

    def _on_facets_changed(self, snapshot: FacetSnapshot) -> None:
        self._snapshot = snapshot
        self.sidebar.set_snapshot(snapshot, self._context.me)
        self._show_middle(snapshot)
        self._update_chips()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_details()

    def _fit_details(self) -> None:
        """In a narrow window the images need the room."""
        is_empty = self._snapshot is None or self._snapshot.library_images == 0
        self.details.setVisible(not is_empty and self.width() >= WITH_DETAILS)

    def _show_middle(self, snapshot: FacetSnapshot) -> None:
        empty_library = snapshot.library_images == 0
        self._fit_details()
        self.chips.setVisible(not empty_library)
        page: QWidget = self.gallery
        if empty_library:
            page = self.drop_zone
        elif snapshot.totals.images == 0:
            page = self.no_match
        self._middle.setCurrentWidget(page)

    def _on_selection_changed(self) -> None:
        self._update_chips()
        self._details_timer.start()
        self.selection_changed.emit()

    def _update_chips(self) -> None:
        chosen = self.chosen_count() if self.gallery.model() is not None else 0
        total = self._snapshot.totals.images if self._snapshot else 0
        self.chips.set_state(total, self._context.browse.query, self._context.me)
        if chosen == total and chosen and self._snapshot:
            self.chips.set_selection(chosen, self._snapshot.totals.size)
        elif chosen <= SUMMED_SELECTION:
            self.chips.set_selection(chosen, sum(record.size for record in self.known_chosen()))
        else:
            self.chips.set_selection(chosen, None)

    def _show_details(self) -> None:
        records, chosen = self.known_chosen(), self.chosen_count()
        if chosen == 1 and records:
            record = records[0]
            self.details.show_image(record, self._context.me, self._context.thumbnails.best_pixmap(record.image_id))
            if self._context.service.local_path(record) is not None:
                self._context.operations.start(
                    image_facts(self._context.service, record),
                    partial(self.details.set_facts, record.image_id),
                    self._on_facts_failed,
                )
        elif chosen:
            self.details.show_selection(chosen, sum(r.size for r in records) if len(records) == chosen else None)
        else:
            self.details.clear()

    def _on_thumbnails_changed(self) -> None:
        if self.details.lacks_preview and (record := self.details.record) is not None:
            self.details.set_preview(self._context.thumbnails.best_pixmap(record.image_id))

    def _on_facts_failed(self, _error: object) -> None:
        """The pane keeps what the record says; the viewer tells what is wrong with the picture."""

    def sizeHint(self) -> QSize:
        return QSize(1200, 700)
