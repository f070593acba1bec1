"""The menu behind the library button: which library, who one is, how it looks."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from imagedesk.core.ownership import Identity
from imagedesk.core.plain_text import plain
from imagedesk.core.profiles import LibraryProfile

SCHEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))


class LibraryMenu(QMenu):
    """Signals: ``library_chosen(LibraryProfile)``; ``scheme_chosen(str)``; the rest as they are named."""

    library_chosen = Signal(object)
    scheme_chosen = Signal(str)
    open_folder_requested = Signal()
    connect_requested = Signal()
    refresh_requested = Signal()
    check_requested = Signal()
    name_change_requested = Signal()
    preferences_requested = Signal()
    about_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._first = self.addSeparator()
        self._libraries = QActionGroup(self)
        self._add("Open a folder as a library…", self.open_folder_requested)
        self._add("Connect to S3 and DynamoDB…", self.connect_requested)
        self.addSeparator()
        self._add("Look for news", self.refresh_requested, QKeySequence(QKeySequence.StandardKey.Refresh))
        self._check = self._add("Check the library…", self.check_requested)
        self._name = self._add("Change your name…", self.name_change_requested)
        self._appearance = self.addMenu("Appearance")
        self._schemes = QActionGroup(self)
        for scheme, label in SCHEMES:
            action = self._appearance.addAction(label)
            action.setCheckable(True)
            action.setData(scheme)
            self._schemes.addAction(action)
        self._schemes.triggered.connect(self._on_scheme_triggered)
        self._libraries.triggered.connect(self._on_library_triggered)
        self.addSeparator()
        preferences = self._add("Preferences…", self.preferences_requested, QKeySequence("Ctrl+,"))
        preferences.setMenuRole(QAction.MenuRole.PreferencesRole)
        self._add("About ImageDesk", self.about_requested)

    def set_libraries(self, profiles: Iterable[LibraryProfile], current: LibraryProfile | None) -> None:
        for action in self._libraries.actions():
            self._libraries.removeAction(action)
            self.removeAction(action)
            action.deleteLater()
        for profile in profiles:
            # "&" would become a shortcut's underline
            action = QAction(plain(f"{profile.title} ({profile.name})", 60).replace("&", "&&"), self)
            action.setCheckable(True)
            action.setChecked(current is not None and profile.name == current.name)
            action.setData(profile)
            self._libraries.addAction(action)
            self.insertAction(self._first, action)

    def set_scheme(self, scheme: str) -> None:
        for action in self._schemes.actions():
            action.setChecked(action.data() == scheme)

    def set_identity(self, identity: Identity | None) -> None:
        """Who one is on the open library, None while none is open."""
        self._check.setEnabled(identity is not None)
        self._check.setToolTip("" if identity is not None else "No library is open.")
        is_verified = identity is not None and identity.verified
        self._name.setEnabled(not is_verified)
        self._name.setToolTip("On AWS you are who your credentials say." if is_verified else "")

    def _add(self, text: str, signal: SignalInstance, shortcut: QKeySequence | None = None) -> QAction:
        action = self.addAction(text)
        action.triggered.connect(signal)
        if shortcut is not None:
            action.setShortcut(shortcut)
        return action

    def _on_scheme_triggered(self, action: QAction) -> None:
        self.scheme_chosen.emit(action.data())

    def _on_library_triggered(self, action: QAction) -> None:
        self.library_chosen.emit(action.data())
