"""Finding images at the real window: facets, chips, search, order, and what stays when others change the library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from imagedesk.core.profiles import AwsProfile, EmbeddedProfile
from imagedesk.core.query import Order
from imagedesk.ui.facet_list import CountRow, FacetList
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop

Pictures = Callable[..., list[Path]]


def rows_of(facet: FacetList, value: str) -> list[CountRow]:
    """The row of a value as it is on the screen, once it is laid out; rows that go are hidden first."""
    rows = facet.findChildren(CountRow)
    return [row for row in rows if row.property("value") == value and row.isVisible() and row.height() > 1]


def toggle(desktop: Desktop, facet: FacetList, value: str) -> None:
    desktop.wait(lambda: bool(rows_of(facet, value)))
    desktop.qtbot.mouseClick(rows_of(facet, value)[0], Qt.MouseButton.LeftButton)


def shared_library(open_desktop: OpenDesktop, profile: EmbeddedProfile, pictures: Pictures) -> Desktop:
    """Alice has three JPEG and two PNG, Bob has two JPEG; Alice sits at the window."""
    bob = open_desktop(profile, "bob")
    bob.drop(pictures(2, "jpeg", "bobs"))
    bob.wait_for_rows(2)
    bob.wait_until_idle()
    bob.app.close()
    alice = open_desktop(profile, "alice")
    alice.drop([*pictures(3, "jpeg", "mine"), *pictures(2, "png", "mine")])
    alice.wait_for_rows(7)
    alice.wait_until_idle()
    return alice


def test_facets_are_or_within_and_and_across_and_chips_remove_them(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = shared_library(open_desktop, folder_library, pictures)
    sidebar = desktop.page.sidebar
    toggle(desktop, sidebar.people, "bob")
    desktop.wait_for_rows(2)
    toggle(desktop, sidebar.people, "alice")
    desktop.wait_for_rows(7)
    toggle(desktop, sidebar.types, "image/png")
    desktop.wait_for_rows(2)
    chips = [chip for chip in desktop.page.chips.chips() if chip.text().startswith("PNG")]
    desktop.qtbot.mouseClick(chips[0], Qt.MouseButton.LeftButton)
    desktop.wait_for_rows(7)
    desktop.qtbot.mouseClick(sidebar.mine, Qt.MouseButton.LeftButton)
    desktop.wait_for_rows(5)
    desktop.qtbot.mouseClick(sidebar.all_images, Qt.MouseButton.LeftButton)
    desktop.wait_for_rows(7)


def test_each_facet_is_counted_under_the_other_filters_but_not_its_own(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = shared_library(open_desktop, folder_library, pictures)
    toggle(desktop, desktop.page.sidebar.types, "image/png")
    desktop.wait_for_rows(2)

    def counts(which: str) -> dict[str, int]:
        snapshot = desktop.context.facets.snapshot
        return {count.value: count.images for count in getattr(snapshot, which)} if snapshot else {}

    desktop.wait(lambda: counts("people").get("alice") == 2)
    assert counts("types") == {"image/jpeg": 5, "image/png": 2}
    assert counts("people").get("bob", 0) == 0


def test_search_narrows_as_one_types_and_a_search_without_match_offers_a_way_back(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = shared_library(open_desktop, folder_library, pictures)
    search = desktop.window.top_bar.search
    desktop.qtbot.keyClicks(search, "png-00")
    desktop.wait_for_rows(2)
    desktop.qtbot.keyClick(search, Qt.Key.Key_Return)
    assert desktop.page.gallery.hasFocus()
    desktop.qtbot.keyClicks(search, "zzz")
    desktop.wait_for_rows(0)
    desktop.wait(lambda: desktop.page.no_match.isVisible())
    desktop.qtbot.mouseClick(desktop.page.no_match.clear_button, Qt.MouseButton.LeftButton)
    desktop.wait_for_rows(7)
    assert search.text() == ""


def test_order_by_name_and_newest_first(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = shared_library(open_desktop, folder_library, pictures)
    newest = [record.created_at for record in desktop.records()]
    assert newest == sorted(newest, reverse=True)
    desktop.context.browse.set_order(Order.NAME)
    desktop.wait(lambda: desktop.context.gallery.query.order is Order.NAME)
    desktop.wait(lambda: desktop.names() == sorted(desktop.names()))


def test_selection_and_place_survive_what_others_add_and_delete(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = shared_library(open_desktop, folder_library, pictures)
    records = desktop.records()
    chosen = records[3]
    desktop.page.gallery.reveal(3)
    desktop.drop(pictures(3, "bmp", "more"))
    desktop.wait_for_rows(10)
    desktop.wait(lambda: [r.image_id for r in desktop.page.known_chosen()] == [chosen.image_id])
    desktop.context.service.delete(records[0].image_id, "alice")
    desktop.wait_for_rows(9)
    assert [record.image_id for record in desktop.page.known_chosen()] == [chosen.image_id]


def test_select_all_shift_and_ctrl_choose_ranges(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = shared_library(open_desktop, folder_library, pictures)
    gallery = desktop.page.gallery

    def click(row: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        place = gallery.visualRect(gallery.model().index(row, 0)).center()
        desktop.qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, keys, place)

    click(1)
    click(4, Qt.KeyboardModifier.ShiftModifier)
    assert gallery.selected_ranges() == [(1, 4)]
    click(2, Qt.KeyboardModifier.ControlModifier)
    assert gallery.selected_ranges() == [(1, 1), (3, 4)]
    desktop.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert gallery.selected_ranges() == [(0, 6)]
    assert desktop.page.chosen_count() == 7


def test_what_others_delete_goes_from_the_screen_where_one_looks(
    open_desktop: OpenDesktop, aws_profile: Callable[[], AwsProfile], pictures: Pictures
) -> None:
    profile = aws_profile()
    desktop = open_desktop(profile)
    desktop.drop(pictures(3))
    desktop.wait_for_rows(3)
    desktop.wait_until_idle()
    gone = desktop.records()[1]
    desktop.context.service.delete(gone.image_id, "alice")  # another client of hers: this catalogue is not told
    assert desktop.rows() == 3
    desktop.window.activateWindow()
    desktop.wait_for_rows(2)
    assert gone.filename not in desktop.names()
