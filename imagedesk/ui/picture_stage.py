"""Where the viewer's picture stands: the view, the bar below it, and what plays or turns pages in it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QVBoxLayout, QWidget

from imagedesk.core.pictures import PictureFacts
from imagedesk.ui.animation_player import AnimationPlayer
from imagedesk.ui.picture_bar import PictureBar
from imagedesk.ui.picture_view import PictureView
from imagedesk.ui.theme import ThemeSource
from imagedesk.workers.image_operations import LoadedAnimation


class PictureStage(QWidget):
    """``page`` counts from 0. Signals: ``pixels_wanted(int)``, the long side in device pixels, of ``page``;
    ``load_requested()``, of a large original that was not loaded unasked."""

    pixels_wanted = Signal(int)
    load_requested = Signal()

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page, self._pages, self._frames = 0, 1, 0
        self.picture = PictureView(theme, self)
        self.bar = PictureBar(self)
        self.player = AnimationPlayer(self.picture)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.picture, 1)
        column.addWidget(self.bar)
        self.picture.sharper_wanted.connect(self._on_sharper_wanted)
        self.bar.page_requested.connect(self._on_page_requested)
        self.bar.play_toggled.connect(self.player.toggle)
        self.bar.load_requested.connect(self.load_requested)
        self.player.frame_changed.connect(self.picture.show_frame)
        self.player.state_changed.connect(self._on_player_changed)

    def clear(self) -> None:
        """Nothing of the picture before is left but its pixels."""
        self.page, self._pages = 0, 1
        self.player.end()
        self.bar.clear()

    def begin(self, full: QSize, preview: QPixmap | None) -> None:
        """Another picture, of ``full`` size in pixels, empty if unknown: then it shows with the pixels."""
        self.clear()
        self.picture.begin(full, preview)
        if full.isEmpty():
            self.pixels_wanted.emit(self.screen_side())

    def set_image(self, image: QImage, full: QSize) -> None:
        self.picture.set_image(image, full)
        self.player.show_frame()

    def set_facts(self, facts: PictureFacts) -> None:
        if facts.pages > 1:
            self._pages = facts.pages
            self.bar.show_pages(self.page, self._pages)

    def set_animation(self, animation: LoadedAnimation) -> None:
        if len(animation.images) > 1:
            self._frames = animation.total
            self.player.begin(animation.images, animation.durations)

    def offer_load(self, size: int) -> None:
        """The original is large: show its preview, and load it when the person says so."""
        self.picture.wait_for_consent()
        self.bar.show_load_offer(size)

    def load(self) -> None:
        """The original may be loaded now."""
        self.bar.clear()
        self.picture.ask_again()

    def screen_side(self) -> int:
        """The long side that fills the view; asked for at least, so that a small zoom needs no second load."""
        return round(max(self.picture.width(), self.picture.height()) * self.devicePixelRatioF())

    def _on_sharper_wanted(self, side: int) -> None:
        if not self.player.has_frames:  # one sharp frame would stand among the others
            self.pixels_wanted.emit(max(side, self.screen_side()))

    def _on_page_requested(self, page: int) -> None:
        self.page = page
        self.bar.show_pages(page, self._pages)
        self.pixels_wanted.emit(self.screen_side())

    def _on_player_changed(self) -> None:
        if self.player.has_frames:
            self.bar.show_player(self.player.frame_count, self._frames, is_playing=self.player.is_playing)
