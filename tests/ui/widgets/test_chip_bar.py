"""Above the grid: the count, the chips, what is chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from imagedesk.core.query import LibraryQuery
from imagedesk.ui.chip_bar import ChipBar
from imagedesk.ui.theme import ThemeSource
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import HOSTILE, breaches

BUSY = LibraryQuery(frozenset({"bob", "alice"}), frozenset({"image/png"}), "dunes & sand")


@pytest.fixture
def bar(theme: ThemeSource, show: Show) -> ChipBar:
    bar = ChipBar(theme)
    show(bar, 900, 44)
    return bar


def texts(bar: ChipBar) -> list[str]:
    return [chip.text() for chip in bar.chips()]


def chip(bar: ChipBar, start: str) -> QToolButton:
    return next(chip for chip in bar.chips() if chip.text().startswith(start))


def test_a_chip_for_each_filter_and_one_to_clear_them_all(bar: ChipBar) -> None:
    bar.set_state(42, BUSY, "alice")
    assert texts(bar) == ["you ×", "bob ×", "PNG ×", "“dunes && sand” ×", "Clear all"]
    assert bar.findChildren(QLabel)[0].text() == "42 images"
    bar.set_state(1, LibraryQuery(text="x"), "alice")
    assert texts(bar) == ["“x” ×"]
    bar.set_state(0, LibraryQuery(), "alice")
    assert texts(bar) == []


@pytest.mark.parametrize(
    ("start", "signal", "arguments"),
    [
        ("bob", "person_removed", ["bob"]),
        ("you", "person_removed", ["alice"]),
        ("PNG", "type_removed", ["image/png"]),
        ("“dunes", "text_removed", []),
        ("Clear", "all_cleared", []),
    ],
)
@pytest.mark.parametrize("by", ["mouse", "key"])
def test_a_chip_takes_its_filter_away(
    qtbot: QtBot, bar: ChipBar, start: str, signal: str, arguments: list[str], by: str
) -> None:
    bar.set_state(42, BUSY, "alice")
    with qtbot.waitSignal(getattr(bar, signal)) as told:
        if by == "mouse":
            qtbot.mouseClick(chip(bar, start), Qt.MouseButton.LeftButton)
        else:
            qtbot.keyClick(chip(bar, start), Qt.Key.Key_Space)
    assert told.args == arguments


def test_chips_stay_the_same_while_only_the_count_changes(bar: ChipBar) -> None:
    bar.set_state(42, BUSY, "alice")
    before = bar.chips()
    bar.set_state(43, BUSY, "alice")
    assert bar.chips() == before
    assert bar.findChildren(QLabel)[0].text() == "43 images"


def test_what_is_chosen_is_counted_and_summed_as_far_as_it_is_known(bar: ChipBar) -> None:
    def last() -> str:
        return str(bar._selection.text())

    bar.set_selection(3, 2_500_000)
    assert last() == "3 selected · 2.5 MB"
    bar.set_selection(12_345, None)
    assert last() == "12,345 selected"
    bar.set_selection(0, 0)
    assert last() == ""


def test_a_chip_says_to_a_screen_reader_what_it_does(bar: ChipBar) -> None:
    bar.set_state(42, BUSY, "alice")
    assert chip(bar, "bob").accessibleName() == "Remove the filter bob"
    assert all(chip.focusPolicy() & Qt.FocusPolicy.TabFocus for chip in bar.chips())


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "controls", "long"])
def test_a_filter_for_a_strange_name_is_plain_text(bar: ChipBar, text: str) -> None:
    bar.set_state(1, LibraryQuery(frozenset({text}), frozenset({text}), text), "alice")
    assert len(bar.chips()) == 4
    assert breaches(bar) == []


def test_many_chips_do_not_widen_the_window(bar: ChipBar) -> None:
    bar.set_state(1, LibraryQuery(), "alice")
    before = bar.minimumSizeHint().width()
    bar.set_state(1, LibraryQuery(frozenset(f"person-{n}" for n in range(50))), "alice")
    assert bar.minimumSizeHint().width() == before
    assert bar.height() == 44
