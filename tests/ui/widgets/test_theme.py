"""Colours: legible in both themes, following the system, changed while the window is open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from imagedesk.ui.style_sheet import style_sheet
from imagedesk.ui.theme import DARK, LIGHT, Theme, ThemeSource, apply_theme, make_palette
from tests.ui.widgets.conftest import Show

LEGIBLE = 4.5  # WCAG 2.2, success criterion 1.4.3, "Contrast (Minimum)"
DISCERNIBLE = 3.0  # 1.4.11, "Non-text Contrast": the frame of the focus, icons

GROUNDS = ("window", "content", "control", "control_hover", "selection", "warning_ground")
# Where each colour of text lies in the window: style sheet, tiles, rows of facets and of transfers, drop zone, chips.
WORDS = {
    "text": (*GROUNDS, "chip", "track"),
    "muted": (*GROUNDS, "track"),
    "accent": ("window", "content", "control", "control_hover", "selection", "chip"),
    "danger": ("window", "content", "control", "control_hover", "selection", "track"),
    "success": ("window",),
    "on_accent": ("accent", "accent_hover"),
}
PAIRS = [(front, ground) for front, grounds in WORDS.items() for ground in grounds]
THEMES = pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [channel / 255 for channel in QColor(color).getRgb()[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(front: str, ground: str) -> float:
    light, dark = sorted((luminance(front), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@THEMES
@pytest.mark.parametrize(("front", "ground"), PAIRS, ids=["-on-".join(pair) for pair in PAIRS])
def test_words_are_legible(look: Theme, front: str, ground: str) -> None:
    assert contrast(getattr(look, front), getattr(look, ground)) >= LEGIBLE


@THEMES
def test_the_frame_of_the_focus_and_signs_are_discernible(look: Theme) -> None:
    for ground in ("window", "content", "control", "tile", "selection"):
        assert contrast(look.accent, getattr(look, ground)) >= DISCERNIBLE
    assert contrast(look.success, look.window) >= DISCERNIBLE
    assert contrast(look.danger, look.warning_ground) >= DISCERNIBLE


@THEMES
def test_every_token_is_a_colour_and_the_sheet_uses_no_other(look: Theme) -> None:
    tokens = {getattr(look, name) for name in Theme.__slots__ if name != "is_dark"}
    assert all(QColor(token).isValid() for token in tokens)
    sheet = style_sheet(look)
    assert "{" + "window}" not in sheet
    used = {part[:7] for part in sheet.split("background: ")[1:] if part.startswith("#")}
    assert used <= tokens


@THEMES
def test_the_palette_has_the_tokens_for_what_no_sheet_paints(look: Theme) -> None:
    palette, role = make_palette(look), QPalette.ColorRole
    assert palette.color(role.Window).name() == look.window
    assert palette.color(role.PlaceholderText).name() == look.muted
    assert palette.color(QPalette.ColorGroup.Disabled, role.ButtonText).name() == look.muted
    assert contrast(palette.color(role.HighlightedText).name(), palette.color(role.Highlight).name()) >= LEGIBLE


class _StyleHints(QObject):
    """The system's setting, as the test wants it. Signal: ``colorSchemeChanged``, as QStyleHints has it."""

    colorSchemeChanged = Signal()  # noqa: N815 - Qt's name

    def __init__(self) -> None:
        super().__init__()
        self.scheme = Qt.ColorScheme.Light

    def colorScheme(self) -> Qt.ColorScheme:
        return self.scheme

    def change(self, scheme: Qt.ColorScheme) -> None:
        self.scheme = scheme
        self.colorSchemeChanged.emit()


class _Application:
    """The application, on a system whose setting the test changes."""

    def __init__(self, application: QApplication) -> None:
        self._application, self.hints = application, _StyleHints()
        self.setPalette, self.setStyleSheet = application.setPalette, application.setStyleSheet

    def styleHints(self) -> _StyleHints:
        return self.hints


@pytest.fixture
def system(qapp: QApplication) -> Iterator[_Application]:
    yield _Application(qapp)
    apply_theme(qapp, "light", ThemeSource(qapp))


def test_the_theme_follows_the_system_while_that_is_the_choice(system: _Application, qtbot: QtBot) -> None:
    source = ThemeSource(system)  # type: ignore[arg-type]
    source.choose("system")
    assert source.theme is LIGHT
    with qtbot.waitSignal(source.theme_changed):
        system.hints.change(Qt.ColorScheme.Dark)
    assert source.theme is DARK
    system.hints.change(Qt.ColorScheme.Unknown)
    assert source.theme is LIGHT


def test_a_chosen_theme_stays_whatever_the_system_does(system: _Application) -> None:
    source = ThemeSource(system)  # type: ignore[arg-type]
    source.choose("dark")
    system.hints.change(Qt.ColorScheme.Light)
    assert source.theme is DARK
    source.choose("system")
    assert source.theme is LIGHT


def test_colours_change_while_the_window_is_open(theme: ThemeSource, show: Show, qapp: QApplication) -> None:
    window, button = QWidget(), QPushButton("Connect")
    button.setParent(window)
    button.setProperty("kind", "primary")
    button.setGeometry(10, 10, 120, 40)
    show(window, 200, 100)

    def ground() -> str:
        return button.grab().toImage().pixelColor(12, 8).name()

    assert ground() == LIGHT.accent
    apply_theme(qapp, "dark", theme)
    assert ground() == DARK.accent
    assert window.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    apply_theme(qapp, "light", theme)
    assert ground() == LIGHT.accent
