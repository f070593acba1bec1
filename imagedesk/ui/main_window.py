"""The main window: puts the pages together and routes what a person asks for. Holds no library logic.

Without a library (while one opens, or when it cannot be opened) it shows the frame, the banner and the status line;
``show_library`` gives it a LibraryContext, ``drop_library`` takes it away again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from imagedesk.ui.window_frame import WindowFrame

if TYPE_CHECKING:  # what is needed while it runs comes from ``window_parts``, after the frame's first paint
    from imagedesk.core.errors import ImageDeskError
    from imagedesk.core.image_record import ImageRecord
    from imagedesk.core.query import LibraryQuery, Order
    from imagedesk.kept_settings import KeptSettings
    from imagedesk.ui.library_context import LibraryContext
    from imagedesk.ui.theme import ThemeSource
    from imagedesk.ui.window_parts import ChosenImages, LibraryPage, ViewerBinding
    from imagedesk.workers.transfer_intake import IntakeReport


class MainWindow(WindowFrame):
    """Without a theme it is the frame alone, which paints at once; ``furnish`` then makes what stands in it.

    Signals, beside the frame's: ``connect_requested``; ``tile_size_changed(int)``.
    """

    connect_requested = Signal()
    tile_size_changed = Signal(int)

    def __init__(self, theme: ThemeSource | None = None) -> None:
        super().__init__()
        self._context: LibraryContext | None = None
        self._page: LibraryPage | None = None
        self._binding: ViewerBinding | None = None
        self._chosen: ChosenImages | None = None
        if theme is not None:
            self.furnish(theme)

    def furnish(self, theme: ThemeSource) -> None:
        """Make everything that stands in the frame. Once."""
        from imagedesk.ui import window_parts as parts

        self._theme = theme
        self.intake = parts.FileIntake(self)
        self.uploads = parts.UploadStart(self)
        self.library_menu = parts.LibraryMenu(self)
        self.top_bar = parts.TopBar(theme, self)
        self.banner = parts.Banner(theme, self)
        self.pages = QStackedWidget(self)
        self.transfer_panel = parts.TransferPanel(theme, self)
        self.status = parts.StatusLine(theme, self)
        self.viewer = parts.Viewer(theme, self)
        self._browse = QWidget(self)
        self._screens = QStackedWidget(self)
        self._drops = parts.DropTarget(self, self._screens, self.intake, theme)
        self._lay_out()
        self._wire()
        parts.add_shortcuts(self, self.pages)
        self._update_actions()

    # -- the library ------------------------------------------------------------------------------------------------

    @property
    def is_dark(self) -> bool:
        return self._theme.theme.is_dark

    def current_page(self) -> LibraryPage | None:
        """The page of the library that is shown, None while there is none."""
        return self._page

    def show_library(self, context: LibraryContext, settings: KeptSettings) -> None:
        from imagedesk.ui.window_parts import ChosenImages, LibraryPage, ViewerBinding

        self.drop_library()
        self._context = context
        page = LibraryPage(context, self._theme, self)
        self._page = page
        self._binding = ViewerBinding(self.viewer, context, self)
        self._chosen = ChosenImages(page, context, settings, self._viewed, self)
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        self._wire_page(page, context)
        page.gallery.set_tile_size(settings.preferences.tile_size)
        self.top_bar.set_tile_size(page.gallery.tile_size)
        self.top_bar.set_query(context.browse.query)
        self.top_bar.set_library(context.profile.title, is_cloud=context.sync is not None)
        self.transfer_panel.set_source(context.transfer_model, context.transfers)
        self.uploads.set_library(context)
        self.status.set_library(context.location, context.identity)
        self.library_menu.set_identity(context.identity)
        self._update_actions()
        page.gallery.setFocus()

    def drop_library(self) -> None:
        """Let go of the library before its session closes."""
        self._close_viewer()
        self.transfer_panel.set_source(None, None)
        self.uploads.set_library(None)
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
        self.uploads.begin(paths)

    def _on_intake_finished(self, report: IntakeReport) -> None:
        """Say what of a drop was left out, and why."""
        from imagedesk.ui.window_parts import intake_words

        title, sentence = intake_words(report)
        if title:
            self.show_fault(title, sentence)
        elif sentence:
            self.status.tell(sentence)

    # -- actions on images ------------------------------------------------------------------------------------------

    def download_chosen(self) -> None:
        if self._chosen is not None:
            self._chosen.download()

    def download_archive_of_chosen(self) -> None:
        if self._chosen is not None:
            self._chosen.download_archive()

    def share_chosen(self) -> None:
        if self._chosen is not None:
            self._chosen.share()

    def delete_chosen(self) -> None:
        if self._chosen is not None:
            self._chosen.delete()

    def _update_actions(self) -> None:
        from imagedesk.ui.window_parts import OPENING

        states = self._chosen.states() if self._chosen is not None else {}
        for name in ("upload", "download", "share", "delete"):
            state = states.get(name, OPENING)
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
        bar.upload_details_requested.connect(self.intake.choose_files_to_describe)
        bar.text_changed.connect(self._on_text_changed)
        bar.order_changed.connect(self._on_order_changed)
        bar.tile_size_changed.connect(self._on_slider_moved)
        bar.download_archive_requested.connect(self.download_archive_of_chosen)
        viewer.closed.connect(self._close_viewer)
        for source in (bar, viewer):
            source.download_requested.connect(self.download_chosen)
            source.share_requested.connect(self.share_chosen)
            source.delete_requested.connect(self.delete_chosen)
        self.uploads.listen_to(self.intake)
        self.uploads.requested.connect(self._close_viewer)
        self.uploads.refused.connect(self.show_fault)
        self.uploads.told.connect(self.status.tell)
        self.intake.nothing_usable.connect(partial(self.show_fault, "Nothing to upload"))
        self.library_menu.connect_requested.connect(self.connect_requested)

    def _wire_page(self, page: LibraryPage, context: LibraryContext) -> None:
        assert self._chosen is not None
        chosen = self._chosen
        chosen.failed.connect(self.show_fault)
        chosen.told.connect(self.status.tell)
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
        context.transfers.intake_cancelled.connect(partial(self.status.tell, "The search for files was cancelled."))

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
