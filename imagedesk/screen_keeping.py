"""Between two starts of the window: the picture that covers it until it lives, and the one that is kept as it closes.

While the picture covers the window, clicks wait in the queue; they are let in when the images that it shows are there.
If others are there instead, what was clicked meanwhile meant something else and is let go.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QEventLoop, QModelIndex, QObject, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from imagedesk.core.query import LibraryQuery
from imagedesk.kept_screen import KeptScreen, circumstances, forget_screen, write_screen
from imagedesk.settings import Preferences
from imagedesk.ui.library_context import LibraryContext
from imagedesk.ui.library_page import LibraryPage
from imagedesk.ui.main_window import MainWindow

WAIT_MS = 700  # a window that takes no clicks for longer feels dead
THUMBNAILS_MS = 400
_POINTED = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.Wheel)
_USED = (*_POINTED, QEvent.Type.KeyPress)


class ScreenKeeping(QObject):
    """``words`` are those of the call that leads here again, None if none does. ``screen`` is the picture that covers
    the window now, if one does."""

    def __init__(self, window: MainWindow, words: Sequence[str] | None, screen: KeptScreen | None = None) -> None:
        super().__init__(window)
        self._window, self._words, self._screen = window, words, screen
        self._tile_size = 0  # of the screen that was found to be right
        self._page: LibraryPage | None = None
        self._context: LibraryContext | None = None
        self._loop = QEventLoop(self)
        self._is_live = window.last_screen is None
        self._has_facets = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look)
        self._patience = QTimer(self, singleShot=True, interval=THUMBNAILS_MS)
        self._patience.timeout.connect(self.uncover)

    # -- the picture that covers the window -------------------------------------------------------------------------

    def wait(self) -> None:
        """Until the window lives, or takes too long: then its bars are shown and take clicks, and the rest stays
        covered, paler, until the library is open."""
        if self._is_live:
            return
        QTimer.singleShot(WAIT_MS, self._loop.quit)
        self._loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        if not self._is_live and self._window.last_screen is not None:
            self._window.last_screen.fade_to(self._window.pages)

    def follow(self, page: LibraryPage | None, context: LibraryContext) -> None:
        """The library is open: uncover the window when its images are there."""
        self._page, self._context = page, context
        if not self._is_live:
            context.gallery.rows_loaded.connect(self._on_arrived)
            context.facets.facets_changed.connect(self._on_facets_changed)
            context.thumbnails.thumbnails_changed.connect(self._on_arrived)

    def forget(self) -> None:
        """Another library comes: where the call led is not where one is any more."""
        self._page = self._context = None
        self._words = None

    def uncover(self) -> None:
        """Show the window as it is."""
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self._is_live = True
        self._loop.quit()
        self._window.uncover()

    def _on_facets_changed(self) -> None:
        self._has_facets = True
        self._on_arrived()

    def _on_arrived(self) -> None:
        if self._window.last_screen is not None:
            self._soon.start()

    def _look(self) -> None:
        """Once rows and facets are there, which decide what is beside the grid, all stands in its place."""
        page = self._page
        if page is None or not self._has_facets or self._window.last_screen is None:
            return
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        if page.gallery.isHidden() or not page.gallery.model().rowCount():
            if page.drop_zone.isVisibleTo(page):
                self.uncover()
            return
        if not self._is_live:
            self._go_live(page)
        if self._window.last_screen is not None and self._has_thumbnails(page):
            self.uncover()

    def _go_live(self, page: LibraryPage) -> None:
        """Clicks reach the grid from now on. The picture stays until the thumbnails are there, too, or it is used."""
        if page.gallery.gallery_model().record(0) is None:  # type: ignore[union-attr]
            return
        self._is_live = True
        self._loop.quit()
        if self._screen is None or images_shown(page) != self._screen.shown:
            self._screen = None
            self.uncover()
            _let_go_of_clicks()
            return
        self._tile_size = page.gallery.tile_size
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self._patience.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _USED:
            self.uncover()
        return False

    def _has_thumbnails(self, page: LibraryPage) -> bool:
        assert self._context is not None
        thumbnails, side = self._context.thumbnails, page.gallery.thumbnail_side()
        first, last = page.gallery.visible_rows()
        records = [self._context.gallery.record(row) for row in range(first, last + 1)]
        return all(
            record is None or thumbnails.pixmap(record.image_id, side) or thumbnails.failure(record.image_id)
            for record in records
        )

    # -- the picture that is kept -----------------------------------------------------------------------------------

    def keep(self, preferences: Preferences) -> None:
        """As the window closes, its settings written: keep what the next start will lead to, or nothing."""
        words, screen = self._words, self._screen_of(preferences)
        if words is None or screen is None:
            forget_screen()
        else:
            write_screen(circumstances(words, os.environ), screen)

    def _screen_of(self, preferences: Preferences) -> KeptScreen | None:
        """What a start leads to. From elsewhere, in a search or the viewer say, it is what this start led to, if the
        window looks the same from the outside."""
        page, window, geometry = self._page, self._window, preferences.window_geometry or ""
        if page is None or window.isMinimized() or window.last_screen is not None:
            return None
        if not self._is_at_the_beginning(page):
            size, last = window.size() * window.devicePixelRatio(), self._screen
            same = last is not None and (last.width, last.height, last.is_dark, self._tile_size) == (
                size.width(), size.height(), window.is_dark, page.gallery.tile_size
            )  # fmt: skip
            return last._replace(geometry=geometry) if last is not None and same else None
        _put_to_rest(page)
        picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        return KeptScreen(
            geometry=geometry,
            width=picture.width(),
            height=picture.height(),
            ratio=picture.devicePixelRatio(),
            is_dark=window.is_dark,
            follows_system=preferences.color_scheme == "system",
            shown=images_shown(page),
            pixels=bytes(picture.constBits()),
        )

    def _is_at_the_beginning(self, page: LibraryPage) -> bool:
        """Where a start leads: every image, the newest at the top, and nothing else asking for attention."""
        window, context = self._window, self._context
        return (
            context is not None
            and context.browse.query == LibraryQuery()
            and page.gallery.verticalOffset() == 0
            and not (window.is_viewing() or window.banner.isVisible() or window.transfer_panel.isVisible())
        )


def images_shown(page: LibraryPage) -> str:
    """Which images are where in the grid, in one word."""
    model, gallery = page.gallery.gallery_model(), page.gallery
    first, last = gallery.visible_rows()
    records = [model.record(row) for row in range(first, last + 1)] if model is not None else []
    names = [record.image_id if record is not None else "" for record in records]
    place = gallery.viewport().geometry()
    text = repr((names, place.x(), place.y(), place.width(), place.height()))
    return f"{len(names)}-{zlib.crc32(text.encode()):08x}"


def _put_to_rest(page: LibraryPage) -> None:
    """Nothing chosen, nothing under the mouse: as a start finds it."""
    page.gallery.selectionModel().clearSelection()
    page.gallery.selectionModel().setCurrentIndex(QModelIndex(), page.gallery.selectionModel().SelectionFlag.NoUpdate)
    page.details.clear()
    page.gallery.setFocus()
    QApplication.sendEvent(page.gallery, QEvent(QEvent.Type.Leave))
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # so that all stands where it will


class _Deaf(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return event.type() in _POINTED


def _let_go_of_clicks() -> None:
    """What was clicked on a picture of other images; keys mean the same as before."""
    qt, deaf = QApplication.instance(), _Deaf()
    if qt is not None:
        qt.installEventFilter(deaf)
        QApplication.processEvents()
        qt.removeEventFilter(deaf)
