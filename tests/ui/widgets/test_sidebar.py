"""The sidebar: what it counts, and that a click or a key chooses."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from imagedesk.catalogue.facets import FacetCount, Totals
from imagedesk.core.query import LibraryQuery
from imagedesk.models.facet_state import FacetSnapshot
from imagedesk.ui.facet_list import SHOWN, CountRow, FacetList
from imagedesk.ui.sidebar import Sidebar
from imagedesk.ui.theme import DARK, LIGHT, ThemeSource
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import HOSTILE, breaches

LEFT, SPACE = Qt.MouseButton.LeftButton, Qt.Key.Key_Space
PEOPLE = (FacetCount("alice", 1200), FacetCount("bob", 30), FacetCount("carol", 0))
TYPES = (FacetCount("image/jpeg", 1000), FacetCount("image/png", 230))


def snapshot(
    people: tuple[FacetCount, ...] = PEOPLE, types: tuple[FacetCount, ...] = TYPES, images: int = 1230
) -> FacetSnapshot:
    return FacetSnapshot(people, types, library_images=images, mine=1200, totals=Totals(images, 0))


@pytest.fixture
def sidebar(theme: ThemeSource, show: Show) -> Sidebar:
    """Of a library with three people and two types, to Alice."""
    sidebar = Sidebar(theme)
    sidebar.set_query(LibraryQuery(), "alice")
    sidebar.set_snapshot(snapshot(), "alice")
    show(sidebar, 224, 640)
    return sidebar


def rows(facet: FacetList) -> list[CountRow]:
    return facet.findChildren(CountRow)


def names(facet: FacetList) -> list[str]:
    return [row.accessibleName() for row in rows(facet)]


def test_people_and_types_are_listed_with_their_counts(sidebar: Sidebar) -> None:
    assert sidebar.all_images.accessibleName() == "All images, 1,230 images"
    assert sidebar.mine.accessibleName() == "Mine, 1,200 images"
    assert names(sidebar.people) == ["you, 1,200 images", "bob, 30 images", "carol, 0 images"]
    assert names(sidebar.types) == ["JPEG, 1,000 images", "PNG, 230 images"]


def test_one_image_is_one(sidebar: Sidebar) -> None:
    sidebar.set_snapshot(snapshot(people=(FacetCount("bob", 1),)), "alice")
    assert "bob, 1 image" in names(sidebar.people)


@pytest.mark.parametrize("by", ["mouse", "key"])
def test_a_row_asks_for_its_value_and_the_query_decides_what_is_checked(
    qtbot: QtBot, sidebar: Sidebar, by: str
) -> None:
    def act(row: CountRow) -> None:
        if by == "mouse":
            qtbot.mouseClick(row, LEFT)
        else:
            row.setFocus()
            qtbot.keyClick(row, SPACE)

    for facet, signal, value in (
        (sidebar.people, sidebar.person_toggled, "bob"),
        (sidebar.types, sidebar.type_toggled, "image/png"),
    ):
        row = next(row for row in rows(facet) if row.property("value") == value)
        with qtbot.waitSignal(signal) as told:
            act(row)
        assert told.args == [value]
        assert not row.isChecked()
    with qtbot.waitSignal(sidebar.mine_requested):
        act(sidebar.mine)
    with qtbot.waitSignal(sidebar.all_requested):
        act(sidebar.all_images)


def test_what_the_query_says_is_checked_and_can_be_cleared(qtbot: QtBot, sidebar: Sidebar) -> None:
    sidebar.set_query(LibraryQuery(frozenset({"bob"}), frozenset({"image/png"})), "alice")
    assert [row.isChecked() for row in rows(sidebar.people)] == [False, True, False]
    assert [row.isChecked() for row in rows(sidebar.types)] == [False, True]
    assert not sidebar.all_images.isChecked()
    clear = {b.accessibleName(): b for b in sidebar.findChildren(QPushButton) if b.isVisible()}
    with qtbot.waitSignal(sidebar.people_cleared):
        qtbot.keyClick(clear["Clear people"], SPACE)
    with qtbot.waitSignal(sidebar.types_cleared):
        qtbot.mouseClick(clear["Clear type"], LEFT)
    sidebar.set_query(LibraryQuery(), "alice")
    assert sidebar.all_images.isChecked()
    assert not [b for b in sidebar.findChildren(QPushButton) if b.isVisible()]


def test_mine_is_checked_only_while_it_is_all_that_is_chosen(sidebar: Sidebar) -> None:
    sidebar.set_query(LibraryQuery(frozenset({"alice"})), "alice")
    assert sidebar.mine.isChecked()
    sidebar.set_query(LibraryQuery(frozenset({"alice", "bob"})), "alice")
    assert not sidebar.mine.isChecked()
    sidebar.set_query(LibraryQuery(frozenset({"alice"}), frozenset({"image/png"})), "alice")
    assert not sidebar.mine.isChecked()


def test_many_people_are_folded_but_for_those_who_are_chosen(qtbot: QtBot, sidebar: Sidebar) -> None:
    many = tuple(FacetCount(f"person-{n:02}", 50 - n) for n in range(40))
    sidebar.set_snapshot(snapshot(people=many), "alice")
    assert len(rows(sidebar.people)) == SHOWN
    sidebar.set_query(LibraryQuery(frozenset({"person-33"})), "alice")
    assert rows(sidebar.people)[-1].property("value") == "person-33"
    more = next(b for b in sidebar.people.findChildren(QPushButton) if b.text().startswith("Show all"))
    assert more.text() == "Show all 40…"
    more.setFocus()
    qtbot.keyClick(more, SPACE)
    assert len(rows(sidebar.people)) == 40
    assert more.text() == "Show fewer"
    qtbot.keyClick(more, SPACE)
    qtbot.waitUntil(lambda: len(rows(sidebar.people)) == SHOWN + 1)


def test_rows_are_kept_and_not_made_anew_while_counts_change(sidebar: Sidebar) -> None:
    before = rows(sidebar.people)
    sidebar.set_snapshot(snapshot(people=(FacetCount("alice", 1), *PEOPLE[1:])), "alice")
    assert rows(sidebar.people) == before


def test_a_library_without_images_shows_no_facets(sidebar: Sidebar) -> None:
    sidebar.set_snapshot(snapshot(people=(), types=(), images=0), "alice")
    assert sidebar.people.isHidden()
    assert sidebar.types.isHidden()


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "controls", "long"])
def test_strange_people_and_types_are_plain_text(sidebar: Sidebar, text: str) -> None:
    sidebar.set_snapshot(snapshot(people=(FacetCount(text, 3),), types=(FacetCount(f"image/{text}", 3),)), "alice")
    sidebar.grab()
    assert breaches(sidebar) == []
    assert len(rows(sidebar.people)) >= 1


def test_a_name_that_does_not_fit_is_whole_in_its_tip(sidebar: Sidebar) -> None:
    sidebar.set_snapshot(snapshot(people=(FacetCount("somebody.with.a.very.long.name@example.org", 3),)), "alice")
    sidebar.grab()
    assert "somebody.with.a.very.long.name@example.org" in rows(sidebar.people)[0].toolTip()


def test_the_chosen_row_and_the_focus_are_seen_in_both_themes(sidebar: Sidebar, theme: ThemeSource) -> None:
    row = sidebar.all_images
    for look, scheme in ((LIGHT, "light"), (DARK, "dark")):
        theme.choose(scheme)
        row.clearFocus()
        image = row.grab().toImage()
        middle = image.height() // 2
        assert image.pixelColor(image.width() // 2, middle).name() == look.selection
        row.setFocus()
        framed = row.grab().toImage()
        assert framed != image
