"""Labels show what they are given, whatever it looks like."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from imagedesk.ui.plain_labels import ElidedLabel, as_tip, plain_label
from imagedesk.ui.theme import ThemeSource
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import BIDI, CONTROLS, HOSTILE, LONG, MARKUP, breaches


def pixels(label: QWidget) -> QImage:
    return label.grab().toImage()


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "controls", "long"])
def test_a_label_from_outside_is_plain_text(theme: ThemeSource, show: Show, text: str) -> None:
    label = ElidedLabel(text)
    show(label, 120, 24)
    pixels(label)  # the tool tip is set as it is painted
    assert breaches(label) == []


def test_markup_is_read_and_not_obeyed(theme: ThemeSource, show: Show) -> None:
    label = ElidedLabel("<b>x</b>")
    show(label, 300, 24)
    assert label.text() == "<b>x</b>"
    assert label.toolTip() == ""
    plain = pixels(label)
    label.set_text("x")
    assert pixels(label) != plain


def test_what_does_not_fit_is_shortened_and_whole_in_the_tool_tip(theme: ThemeSource, show: Show) -> None:
    label = ElidedLabel(MARKUP)
    show(label, 60, 24)
    narrow = pixels(label)
    assert label.toolTip() == as_tip(MARKUP)
    assert "&lt;img" in label.toolTip()
    assert label.accessibleName() == MARKUP
    label.resize(2000, 24)
    assert pixels(label).copy(0, 0, 60, 24) != narrow
    assert label.toolTip() == ""


def test_a_label_may_be_narrower_than_its_text(theme: ThemeSource, qtbot: QtBot) -> None:
    label = ElidedLabel(LONG)
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() < 40
    assert label.sizeHint().width() > 1000


def test_a_tool_tip_is_escaped_and_keeps_its_lines() -> None:
    assert as_tip("") == ""
    assert as_tip("a & b\n<i>") == "<span>a &amp; b<br/>&lt;i&gt;</span>"


def test_a_plain_label_has_its_kind_for_the_style_sheet(qtbot: QtBot) -> None:
    label = plain_label(MARKUP, "muted")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.property("kind") == "muted"


def test_the_look_for_breaches_finds_each_kind_of_them(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    column = QVBoxLayout(root)
    label, tipped, raw, long = QLabel(MARKUP), QPushButton("tip"), QToolButton(), plain_label(LONG)
    tipped.setToolTip(MARKUP)
    raw.setText(BIDI)
    raw.setAccessibleDescription(CONTROLS)
    for widget in (label, tipped, raw, long):
        column.addWidget(widget)
    assert len(breaches(root)) == 5
