"""Names, people and metadata from outside are data: shown as plain text wherever the window shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from imagedesk.core.changes import LibraryChange
from imagedesk.core.profiles import EmbeddedProfile
from imagedesk.service.uploading import UploadRequest
from imagedesk.ui.details_pane import DetailsPane
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop
from tests.generated_pictures import make_picture

MARKUP = '<img src="file:///etc/passwd"><b>bold</b>.png'
BIDI = "photo\u202egnp.exe"
CONTROLS = "line\nbreak\x1b[31m\x07\u2028.png"
LONG = "x" * 10_000
# What may not reach a widget: controls but for line breaks of our own, and marks that reorder or hide text.
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


def hostile(filename: str) -> UploadRequest:
    metadata = {MARKUP: BIDI, "long": LONG, CONTROLS: MARKUP}
    return UploadRequest(make_picture("png", 40, 30, seed=len(filename)), "alice", filename, metadata)


def every_widget() -> Iterator[QWidget]:
    for top in QApplication.topLevelWidgets():
        yield top
        yield from top.findChildren(QWidget)


def rich_text_of(widget: QWidget) -> list[str]:
    """What Qt would take for markup if it looked like it."""
    tips = [widget.toolTip()]
    tips += [action.toolTip() for action in widget.actions()]
    return tips


def check_every_widget() -> int:
    seen = 0
    for widget in every_widget():
        seen += 1
        if isinstance(widget, QLabel) and widget.text():
            assert widget.textFormat() == Qt.TextFormat.PlainText, f"{widget.text()[:60]!r} may be taken for markup"
        for tip in rich_text_of(widget):
            assert "<img" not in tip, f"{tip[:80]!r} is markup from outside"
        for text in texts_of(widget):
            assert not UNSAFE.search(text), f"{type(widget).__name__} shows {text[:80]!r}"
            assert len(text) < 2000, f"{type(widget).__name__} shows {len(text)} characters"
    return seen


def texts_of(widget: QWidget) -> list[str]:
    texts = [widget.windowTitle(), widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
    typed = isinstance(widget, QLineEdit) and not widget.isReadOnly()  # a person's own text, which they must get back
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit) and not typed:
        texts.append(widget.text())
    texts += [action.text() for action in widget.findChildren(QAction)]
    return texts


def close_dialog(desktop: Desktop) -> None:
    dialog = desktop.dialog()
    assert isinstance(dialog, QDialog)
    check_every_widget()
    dialog.reject()


def test_a_hostile_name_and_metadata_are_plain_text_in_every_widget(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, tmp_path: Path
) -> None:
    desktop = open_desktop(folder_library)
    for name in (MARKUP, BIDI, CONTROLS, LONG):
        record = desktop.context.service.upload(hostile(name))
        desktop.context.apply_change(LibraryChange(added=(record,)))
    desktop.wait_for_rows(4)
    for number, text in enumerate((MARKUP, BIDI)):
        bad = tmp_path / str(number)
        bad.mkdir()
        (bad / text.replace("/", "_")).write_text("no picture")
        desktop.drop([next(bad.iterdir())])
    desktop.wait(lambda: len(desktop.failures()) == 2)
    for row in range(4):
        desktop.page.gallery.reveal(row)
        desktop.wait(partial(shows, desktop.page.details, desktop.records()[row].image_id))
        assert check_every_widget() > 50
        desktop.window.share_chosen()
        close_dialog(desktop)
        desktop.window.delete_chosen()
        close_dialog(desktop)
        desktop.key(Qt.Key.Key_Return)
        check_every_widget()
        desktop.key(Qt.Key.Key_Escape)
    desktop.context.browse.set_text(f"{MARKUP} {BIDI}")
    desktop.wait(lambda: bool(desktop.page.chips.chips()))
    check_every_widget()


def shows(details: DetailsPane, image_id: str) -> bool:
    return details.record is not None and details.record.image_id == image_id


def test_a_widget_that_shows_markup_would_be_found(qtbot: QtBot) -> None:
    label = QLabel(MARKUP)
    qtbot.addWidget(label)
    with pytest.raises(AssertionError, match="markup"):
        check_every_widget()
