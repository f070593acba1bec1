"""Metadata edited at the real window: by its owner, by keyboard, found by search, with clashes asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from imagedesk.core.metadata_merge import Choice
from imagedesk.core.profiles import EmbeddedProfile, LibraryProfile
from imagedesk.ui.details_pane import DetailsPane
from imagedesk.ui.dialogs.clash_dialog import ClashDialog
from imagedesk.ui.field_edit import FieldEdit
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop

Pictures = Callable[..., list[Path]]


def open_with_one(open_desktop: OpenDesktop, profile: LibraryProfile, pictures: Pictures) -> Desktop:
    desktop = open_desktop(profile)
    desktop.drop(pictures(1))
    desktop.wait_for_rows(1)
    desktop.wait_until_idle()
    desktop.choose("jpeg-000.jpeg")
    desktop.wait(lambda: desktop.page.details.record is not None)
    return desktop


def metadata(desktop: Desktop) -> object:
    return desktop.records()[0].metadata


def retype(desktop: Desktop, edit: FieldEdit, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
    edit.setFocus()
    edit.selectAll()
    desktop.qtbot.keyClicks(edit, text)
    desktop.qtbot.keyClick(edit, end)


def add_field(desktop: Desktop, pane: DetailsPane, name: str, value: str) -> None:
    desktop.qtbot.mouseClick(pane.fields.add_button, Qt.MouseButton.LeftButton)
    retype(desktop, pane.fields.new_name, name)
    retype(desktop, pane.fields.new_value, value)
    desktop.wait(lambda: name in pane.fields.edits)


def test_fields_are_added_changed_and_removed_and_search_follows(
    open_desktop: OpenDesktop, library: LibraryProfile, pictures: Pictures
) -> None:
    desktop = open_with_one(open_desktop, library, pictures)
    pane = desktop.page.details
    add_field(desktop, pane, "campaign", "autumn-26")
    add_field(desktop, pane, "rights", "CC BY-SA")
    desktop.wait(lambda: metadata(desktop) == {"campaign": "autumn-26", "rights": "CC BY-SA"})
    retype(desktop, pane.fields.edits["campaign"], "winter-27")
    desktop.qtbot.mouseClick(pane.fields.removers["rights"], Qt.MouseButton.LeftButton)
    desktop.wait(lambda: metadata(desktop) == {"campaign": "winter-27"})
    stored = desktop.context.service.show(desktop.records()[0].image_id)
    assert stored.metadata == {"campaign": "winter-27"}
    assert stored.updated_at
    desktop.context.browse.set_text("winter-27")
    desktop.wait(lambda: desktop.context.gallery.query.text == "winter-27")
    desktop.wait_for_rows(1)
    assert not desktop.window.banner.isVisible()


def test_in_the_viewer_enter_saves_and_escape_takes_the_typing_back_and_neither_closes_it(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = open_with_one(open_desktop, folder_library, pictures)
    desktop.window.open_viewer(0)
    pane = desktop.window.viewer.details
    add_field(desktop, pane, "place", "Oslo")
    desktop.wait(lambda: metadata(desktop) == {"place": "Oslo"})
    retype(desktop, pane.fields.edits["place"], "Bergen", Qt.Key.Key_Escape)
    assert pane.fields.edits["place"].text() == "Oslo"
    assert desktop.window.is_viewing()
    assert QApplication.focusWidget() in {desktop.window.viewer, None}
    assert metadata(desktop) == {"place": "Oslo"}
    retype(desktop, pane.fields.edits["place"], "a b ")  # Space goes back only where nobody types
    desktop.wait(lambda: metadata(desktop) == {"place": "a b "})
    assert desktop.window.is_viewing()


def test_others_see_why_they_cannot_edit(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    alice = open_with_one(open_desktop, folder_library, pictures)
    add_field(alice, alice.page.details, "rights", "CC <b>BY</b>")
    alice.wait(lambda: metadata(alice) is not None)
    alice.app.close()
    bob = open_desktop(folder_library, "bob")
    bob.wait_for_rows(1)
    bob.choose("jpeg-000.jpeg")
    fields = bob.page.details.fields
    bob.wait(lambda: bob.page.details.record is not None)
    assert fields.reason.text() == "Only alice can change these: the image is theirs."
    assert (fields.edits, fields.removers) == ({}, {})
    assert not fields.add_button.isVisible()


def test_a_clash_is_shown_and_both_values_can_be_kept(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = open_with_one(open_desktop, folder_library, pictures)
    pane = desktop.page.details
    add_field(desktop, pane, "campaign", "autumn")
    add_field(desktop, pane, "rights", "CC BY")
    desktop.wait(lambda: metadata(desktop) == {"campaign": "autumn", "rights": "CC BY"})
    desktop.wait(lambda: pane.record is not None and pane.record.metadata == metadata(desktop))
    edit = pane.fields.edits["campaign"]
    edit.setFocus()
    desktop.qtbot.keyClicks(edit, "late ")
    seen = desktop.records()[0]
    desktop.context.service.edit(seen, {"campaign": "spring", "rights": "CC0"}, "alice")  # from another computer
    desktop.wait(lambda: metadata(desktop) == {"campaign": "spring", "rights": "CC0"})
    assert edit.text() == "late autumn"
    desktop.qtbot.keyClick(edit, Qt.Key.Key_Return)
    dialog = desktop.dialog()
    assert isinstance(dialog, ClashDialog)
    assert list(dialog.options) == ["campaign"]
    dialog.options["campaign"][Choice.BOTH].click()
    desktop.qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    kept = {"campaign": "late autumn", "campaign 2": "spring", "rights": "CC0"}
    desktop.wait(lambda: metadata(desktop) == kept)
    desktop.wait(lambda: set(pane.fields.edits) == set(kept))


def test_an_edit_of_what_was_deleted_meanwhile_is_told(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = open_with_one(open_desktop, folder_library, pictures)
    pane = desktop.page.details
    add_field(desktop, pane, "rights", "CC BY")
    desktop.wait(lambda: metadata(desktop) == {"rights": "CC BY"})
    seen = desktop.records()[0]
    desktop.context.service.delete(seen.image_id, "alice")
    desktop.context.edits.start(seen, {"rights": "CC0"})
    assert "No such image" in desktop.banner()
