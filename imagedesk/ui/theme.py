"""The look: colour tokens for light and dark, the palette and the style sheet that are made of them.

``ThemeSource`` is handed to whoever paints; it follows the system's setting and says when the theme changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from imagedesk.ui.style_sheet import style_sheet


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#rrggbb``, named for their use."""

    is_dark: bool
    window: str  # bars, sidebar, details
    content: str  # behind the grid
    control: str  # buttons and fields
    control_hover: str
    border: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    selection: str  # ground of what is chosen
    chip: str
    tile: str  # behind a thumbnail
    track: str  # what is not yet done of a progress bar
    danger: str
    success: str
    warning_ground: str
    stage: str  # behind a picture in the viewer

    def color(self, name: str) -> QColor:
        return QColor(getattr(self, name))


LIGHT = Theme(
    is_dark=False,
    window="#f6f7f9",
    content="#ffffff",
    control="#ffffff",
    control_hover="#eef1f5",
    border="#dfe2e8",
    text="#1a1d21",
    muted="#5c6675",
    accent="#205ee4",
    accent_hover="#1d4fd0",
    on_accent="#ffffff",
    selection="#e8effd",
    chip="#e3ecfd",
    tile="#f0f1f4",
    track="#e1e4e9",
    danger="#c22626",
    success="#14803c",
    warning_ground="#fdf1f0",
    stage="#17191c",
)
DARK = Theme(
    is_dark=True,
    window="#222529",
    content="#191b1e",
    control="#272b30",
    control_hover="#31363c",
    border="#373c43",
    text="#e8eaed",
    muted="#9aa3ae",
    accent="#6ea0ff",
    accent_hover="#8ab2ff",
    on_accent="#10213f",
    selection="#26344f",
    chip="#253758",
    tile="#24272b",
    track="#34393f",
    danger="#ff7b72",
    success="#4cc38a",
    warning_ground="#3a2526",
    stage="#0c0d0e",
)


class ThemeSource(QObject):
    """Signal: ``theme_changed()``. ``theme`` is what to paint with now."""

    theme_changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self._application = application
        self._scheme = "system"
        self.theme = LIGHT
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    def choose(self, scheme: str) -> None:
        """``system``, ``light`` or ``dark``."""
        self._scheme = scheme
        self._apply()

    def _on_system_changed(self) -> None:
        if self._scheme == "system":
            self._apply()

    def _apply(self) -> None:
        dark = self._scheme == "dark"
        if self._scheme == "system":
            dark = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        self.theme = DARK if dark else LIGHT
        self._application.setPalette(make_palette(self.theme))
        self._application.setStyleSheet(style_sheet(self.theme))
        self.theme_changed.emit()


def apply_theme(application: QApplication, scheme: str, source: ThemeSource) -> None:
    """Fusion paints the same everywhere; colours and metrics come from the tokens."""
    if application.style().name().lower() != "fusion":
        application.setStyle("Fusion")
    source.choose(scheme)


def make_palette(theme: Theme) -> QPalette:
    palette, role = QPalette(), QPalette.ColorRole
    for target, name in (
        (role.Window, "window"),
        (role.WindowText, "text"),
        (role.Base, "content"),
        (role.AlternateBase, "window"),
        (role.Text, "text"),
        (role.Button, "control"),
        (role.ButtonText, "text"),
        (role.BrightText, "danger"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "on_accent"),
        (role.ToolTipBase, "control"),
        (role.ToolTipText, "text"),
        (role.PlaceholderText, "muted"),
        (role.Link, "accent"),
        (role.Mid, "border"),
        (role.Midlight, "border"),
        (role.Light, "control"),
        (role.Dark, "border"),
    ):
        palette.setColor(target, theme.color(name))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, theme.color("muted"))
    return palette
