"""Preferences from the window: the dialog, what it changed written to the settings, and in use at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from imagedesk.kept_settings import KeptSettings
from imagedesk.session import LibrarySession
from imagedesk.settings import Preferences
from imagedesk.ui.tray_icon import has_tray

if TYPE_CHECKING:
    from imagedesk.ui.dialogs.preferences_dialog import PreferencesDialog

OpenSession = Callable[[], LibrarySession | None]


class Preferring(QObject):
    """``session`` answers with the library that is open, if one is."""

    def __init__(self, settings: KeptSettings, session: OpenSession, window: QWidget) -> None:
        super().__init__(window)
        self._settings, self._session, self._window = settings, session, window
        self._dialog: PreferencesDialog | None = None

    def begin(self) -> None:
        """Open the dialog; a second call while it is open does nothing."""
        if self._dialog is not None:
            return
        from imagedesk.ui.dialogs.preferences_dialog import PreferencesDialog  # the first paint need not wait for it

        self._dialog = PreferencesDialog(self._window, self._settings.preferences, has_tray=has_tray())
        self._dialog.saved.connect(self._on_saved)
        self._dialog.finished.connect(self._on_finished)
        if (session := self._session()) is not None:
            session.measure_thumbnails(self._show_cache)
        self._dialog.open()

    def _show_cache(self, used: int | None) -> None:
        if self._dialog is not None:
            self._dialog.show_cache(used)

    def _on_saved(self, chosen: Preferences) -> None:
        """Of what the dialog shows alone: something else may have changed while it was open."""
        before = asdict(self._settings.preferences)
        self._settings.prefer(**{name: value for name, value in asdict(chosen).items() if value != before[name]})
        if (session := self._session()) is not None:
            session.use(self._settings.preferences)
            session.measure_thumbnails(self._show_cache)

    def _on_finished(self) -> None:
        self._dialog = None
