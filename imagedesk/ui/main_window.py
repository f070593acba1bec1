"""The main window: puts the pages together and routes what a person asks for. Holds no library logic.

Without a library (while one opens, or when it cannot be opened) it shows the frame, the banner and the status line;
``show_library`` gives it a LibraryContext, ``drop_library`` takes it away again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QImage
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from imagedesk.core.access import Operation
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import LibraryQuery, Order
from imagedesk.ui.action_states import ActionState
from imagedesk.ui.banner import Banner
from imagedesk.ui.chosen_images import ChosenImages
from imagedesk.ui.drop_target import DropTarget
from imagedesk.ui.file_intake import FileIntake, intake_words
from imagedesk.ui.image_actions import ImageActions
from imagedesk.ui.library_context import LibraryContext
from imagedesk.ui.library_menu import LibraryMenu
from imagedesk.ui.library_page import LibraryPage
from imagedesk.ui.status_line import StatusLine
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.top_bar import TopBar
from imagedesk.ui.transfer_panel import TransferPanel
from imagedesk.ui.viewer import Viewer
from imagedesk.ui.viewer_binding import ViewerBinding
from imagedesk.ui.window_shortcuts import add_shortcuts
from imagedesk.workers.image_operations import pack_bitmap
from imagedesk.workers.transfer_worker import IntakeReport

_OPENING = ActionState(False, "The library is being opened.")


class MainWindow(QMainWindow):
    """Signals: ``close_requested``, once the person wants to leave; ``connect_requested``;
    ``tile_size_changed(int)``."""

    close_requested = Signal()
    connect_requested = Signal()
    tile_size_changed = Signal(int)

    def __init__(self, theme: ThemeSource) -> None:
        super().__init__()
        self._theme = theme
        self._context: LibraryContext | None = None
        self._page: LibraryPage | None = None
        self._binding: ViewerBinding | None = None
        self._chosen: ChosenImages | None = None
        self._may_close = False
        self.setWindowTitle("ImageDesk")
        self.setMinimumSize(560, 420)
        self.resize(1440, 900)
        self.intake = FileIntake(self)
        self.library_menu = LibraryMenu(self)
        self.top_bar = TopBar(theme, self)
        self.banner = Banner(theme, self)
        self.pages = QStackedWidget(self)
        self.transfer_panel = TransferPanel(theme, self)
        self.status = StatusLine(theme, self)
        self.viewer = Viewer(theme, self)
        self._browse = QWidget(self)
        self._screens = QStackedWidget(self)
        self._drops = DropTarget(self, self._screens, self.intake, theme)
        self._lay_out()
        self._wire()
        add_shortcuts(self, self.pages)
        self._update_actions()

    # -- the library ------------------------------------------------------------------------------------------------

    def current_page(self) -> LibraryPage | None:
        """The page of the library that is shown, None while there is none."""
        return self._page

    def show_library(self, context: LibraryContext, tile_size: int) -> None:
        self.drop_library()
        self._context = context
        page = LibraryPage(context, self._theme, self)
        actions = ImageActions(self, context)
        actions.failed.connect(self.show_fault)
        actions.told.connect(self.status.tell)
        self._page = page
        self._binding = ViewerBinding(self.viewer, context, self)
        self._chosen = ChosenImages(page, actions, context, self._viewed, page)
        actions.setParent(page)
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        self._wire_page(page, context)
        page.gallery.set_tile_size(tile_size)
        self.top_bar.set_tile_size(page.gallery.tile_size)
        self.top_bar.set_query(context.browse.query)
        self.top_bar.set_library(context.profile.title, is_cloud=context.sync is not None)
        self.transfer_panel.set_source(context.transfer_model, context.transfers)
        self.status.set_library(context.location, context.identity)
        self.library_menu.set_identity(context.identity)
        self._update_actions()
        page.gallery.setFocus()

    def drop_library(self) -> None:
        """Let go of the library before its session closes."""
        self._close_viewer()
        self.transfer_panel.set_source(None, None)
        if self._binding is not None:
            self._binding.deleteLater()
        if self._page is not None:
            self._page.gallery.setModel(None)
            self.pages.removeWidget(self._page)
            self._page.deleteLater()
        self._context = self._page = self._binding = self._chosen = None
        self.library_menu.set_identity(None)
        self._update_actions()

    # -- saying things ----------------------------------------------------------------------------------------------

    def show_fault(self, title: str, sentence: str) -> None:
        self.banner.show_error(title, sentence)

    def show_error(self, error: ImageDeskError) -> None:
        self.banner.show_error(error.title, error.message)

    # -- files in ---------------------------------------------------------------------------------------------------

    def add_paths(self, paths: Sequence[Path]) -> None:
        if self._context is None:
            self.show_fault("No library is open yet", "Drop the files again when the library is open.")
            return
        self._close_viewer()
        if refused := self._context.access.reason_against(Operation.UPLOAD):
            self.show_fault("You cannot upload to this library", refused)
            return
        self._context.transfers.add_paths(list(paths))

    def add_bitmap(self, image: QImage) -> None:
        """Packing a bitmap into PNG takes long for a large one, so a worker does it."""
        if (context := self._context) is not None:
            context.operations.start(pack_bitmap(image), context.transfers.add_bitmap, self.show_error)

    def _on_intake_finished(self, report: IntakeReport) -> None:
        """Say what of a drop was left out, and why."""
        title, sentence = intake_words(report)
        if title:
            self.show_fault(title, sentence)
        elif sentence:
            self.status.tell(sentence)

    # -- actions on images ------------------------------------------------------------------------------------------

    def download_chosen(self) -> None:
        if self._chosen is not None:
            self._chosen.download()

    def share_chosen(self) -> None:
        if self._chosen is not None:
            self._chosen.share()

    def delete_chosen(self) -> None:
        if self._chosen is not None:
            self._chosen.delete()

    def _update_actions(self) -> None:
        states = self._chosen.states() if self._chosen is not None else {}
        for name in ("upload", "download", "share", "delete"):
            state = states.get(name, _OPENING)
            self.top_bar.set_action_state(name, state.enabled, state.reason)

    def _on_access_changed(self) -> None:
        """The credentials permit more or less than before: say what is missing, and offer what is left."""
        self._update_actions()
        if self._context is not None and (missing := self._context.access.missing):
            self.show_fault("Permissions are missing", " ".join(lack.sentence for lack in missing))

    # -- the viewer -------------------------------------------------------------------------------------------------

    def is_viewing(self) -> bool:
        return self._screens.currentWidget() is self.viewer

    def _viewed(self) -> ImageRecord | None:
        return self._binding.record if self.is_viewing() and self._binding is not None else None

    def open_viewer(self, row: int) -> None:
        if self._binding is None:
            return
        self._screens.setCurrentWidget(self.viewer)
        self.viewer.setFocus()
        self._binding.show_row(row)

    def _close_viewer(self) -> None:
        if not self.is_viewing():
            return
        self._screens.setCurrentWidget(self._browse)
        if self._binding is not None and self._page is not None:
            row = self._binding.leave()
            self._page.gallery.reveal(row)
            self._page.gallery.setFocus()

    # -- layout and wiring ------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._browse)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        parts = ((self.top_bar, 0), (self.banner, 0), (self.pages, 1), (self.transfer_panel, 0), (self.status, 0))
        for widget, stretch in parts:
            column.addWidget(widget, stretch)
        self._screens.addWidget(self._browse)
        self._screens.addWidget(self.viewer)
        self.setCentralWidget(self._screens)

    def _wire(self) -> None:
        bar, viewer = self.top_bar, self.viewer
        bar.set_library_menu(self.library_menu)
        bar.upload_requested.connect(self.intake.choose_files)
        bar.upload_folder_requested.connect(self.intake.choose_folder)
        bar.text_changed.connect(self._on_text_changed)
        bar.order_changed.connect(self._on_order_changed)
        bar.tile_size_changed.connect(self._on_slider_moved)
        viewer.closed.connect(self._close_viewer)
        for source in (bar, viewer):
            source.download_requested.connect(self.download_chosen)
            source.share_requested.connect(self.share_chosen)
            source.delete_requested.connect(self.delete_chosen)
        self.intake.paths_chosen.connect(self.add_paths)
        self.intake.bitmap_pasted.connect(self.add_bitmap)
        self.intake.nothing_usable.connect(partial(self.show_fault, "Nothing to upload"))
        self.library_menu.connect_requested.connect(self.connect_requested)

    def _wire_page(self, page: LibraryPage, context: LibraryContext) -> None:
        assert self._chosen is not None
        chosen = self._chosen
        page.selection_changed.connect(self._update_actions)
        self.top_bar.results_requested.connect(page.gallery.setFocus)
        page.image_activated.connect(self.open_viewer)
        page.choose_files_requested.connect(self.intake.choose_files)
        page.choose_folder_requested.connect(self.intake.choose_folder)
        page.connect_requested.connect(self.connect_requested)
        page.menu_requested.connect(lambda position: chosen.show_menu(position, self.open_viewer))
        page.gallery.tile_size_changed.connect(self._on_tile_size_changed)
        context.browse.query_changed.connect(self._on_query_changed)
        context.access.access_changed.connect(self._on_access_changed)
        context.access.failed.connect(self.show_error)
        context.transfers.intake_finished.connect(self._on_intake_finished)
        context.transfers.intake_failed.connect(self.show_error)

    def focus_search(self) -> None:
        self._close_viewer()
        self.top_bar.focus_search()

    def _on_text_changed(self, text: str) -> None:
        if self._context is not None:
            self._context.browse.set_text(text)

    def _on_order_changed(self, order: Order) -> None:
        if self._context is not None:
            self._context.browse.set_order(order)

    def _on_query_changed(self, query: LibraryQuery) -> None:
        self.top_bar.set_query(query)

    def _on_slider_moved(self, size: int) -> None:
        if self._page is not None:
            self._page.gallery.set_tile_size(size)

    def _on_tile_size_changed(self, size: int) -> None:
        self.top_bar.set_tile_size(size)
        self.tile_size_changed.emit(size)

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if (
            event.type() == QEvent.Type.ActivationChange
            and self._context is not None
            and self._context.sync is not None
        ):
            self._context.sync.set_active(self.isActiveWindow())

    def closeEvent(self, event: QCloseEvent) -> None:
        """The composition root decides: it closes the library first, then calls ``close_now``."""
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.close_requested.emit()

    def close_now(self) -> None:
        self._may_close = True
        self.close()
