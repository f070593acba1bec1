"""The line at the bottom: whether the library can be reached, where it is, who one is, and when it was last synced."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from imagedesk.catalogue.sync_report import SyncProgress, SyncReport
from imagedesk.core.ownership import Identity
from imagedesk.core.plain_text import plain
from imagedesk.models.text_format import count_text, images_text
from imagedesk.ui.plain_labels import ElidedLabel, plain_label
from imagedesk.ui.theme import ThemeSource

TOLD_MS = 6000  # how long a passing word is shown
AGE_MS = 30_000  # between two looks at how long ago the last sync was


class StatusLine(QWidget):
    """Shows what it is told; has no signals."""

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._color, self._location = "muted", ""
        self._synced_at: float | None = None
        self._is_syncing = False
        self.state = plain_label()
        self.place = ElidedLabel("", "muted", Qt.TextElideMode.ElideMiddle)
        self.who = ElidedLabel("", "muted")
        self.who.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.sync = plain_label("", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 14, 4)
        row.setSpacing(14)
        row.addWidget(self.state)
        row.addWidget(self.place, 3)
        row.addWidget(self.who, 2)
        row.addWidget(self.sync)
        self._told = QTimer(self, singleShot=True, interval=TOLD_MS)
        self._told.timeout.connect(self._on_told_long_enough)
        self._age = QTimer(self, interval=AGE_MS)
        self._age.timeout.connect(self._on_age)
        theme.theme_changed.connect(self._on_theme_changed)

    def set_opening(self, title: str) -> None:
        self._set_state("Opening…", "muted")
        self._set_place(plain(title, 80))
        self.who.set_text("")
        self._forget_sync()

    def set_library(self, location: str, identity: Identity) -> None:
        self._set_state("Connected", "success")
        self._set_place(location)
        if identity.verified:
            self.who.set_text(f"Signed in as {identity.user_id} ({identity.source})")
        else:
            self.who.set_text(f"You are: {identity.user_id} (not verified)")

    def set_offline(self, _title: str = "") -> None:
        """Not reached; the place stays, the catalogue goes on being shown."""
        self._set_state("Offline", "danger")
        if self._is_syncing:
            self._show_age()

    def set_syncing(self, progress: SyncProgress) -> None:
        self._is_syncing = True
        verb = "Loading" if progress.is_first else "Comparing"
        about = progress.about if progress.about is not None and progress.about >= progress.seen else None
        count = (
            images_text(progress.seen)
            if about is None
            else f"{count_text(progress.seen)} of about {images_text(about)}"
        )
        self.sync.setText(f"{verb}… {count}")

    def set_synced(self, report: SyncReport) -> None:
        self._set_state("Connected", "success")
        self._synced_at = time.monotonic()
        self._age.start()
        self._show_age()
        skipped = report.skipped
        self.sync.setToolTip(
            f"{images_text(skipped)} of another client cannot be read and {'was' if skipped == 1 else 'were'} left out."
            if skipped
            else ""
        )

    def tell(self, sentence: str) -> None:
        """A word in passing, in the place of the location."""
        self._show_place(sentence, "")
        self._told.start()

    def _on_age(self) -> None:
        if not self._is_syncing:
            self._show_age()

    def _on_told_long_enough(self) -> None:
        self._show_place(self._location, "muted")

    def _show_place(self, text: str, kind: str) -> None:
        self.place.set_text(text)
        self.place.setProperty("kind", kind)
        self.place.style().unpolish(self.place)
        self.place.style().polish(self.place)

    def _set_state(self, text: str, color: str) -> None:
        self._color = color
        self.state.setText(f"● {text}")
        self.state.setAccessibleName(text)
        self._on_theme_changed()

    def _set_place(self, text: str) -> None:
        self._told.stop()
        self._location = text
        self._show_place(text, "muted")

    def _forget_sync(self) -> None:
        self._age.stop()
        self._synced_at = None
        self.sync.setText("")
        self.sync.setToolTip("")

    def _show_age(self) -> None:
        self._is_syncing = False
        if self._synced_at is None:
            self.sync.setText("")
            return
        minutes = int((time.monotonic() - self._synced_at) // 60)
        self.sync.setText("Synced just now" if minutes < 1 else f"Synced {minutes} min ago")

    def _on_theme_changed(self) -> None:
        self.state.setStyleSheet(f"color: {getattr(self._theme.theme, self._color)};")
