"""The details pane: what is told of a picture, as plain text, and what a person must know before sharing it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata
from imagedesk.core.pictures import PictureFacts
from imagedesk.ui.details_pane import DetailsPane
from imagedesk.ui.theme import ThemeSource
from tests.fakes.sample_records import sample_record

HOSTILE = '<img src="file:///etc/passwd">\u202egpj'


@pytest.fixture
def pane(qtbot: QtBot) -> DetailsPane:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    pane = DetailsPane(ThemeSource(application))
    qtbot.addWidget(pane)
    pane.resize(280, 700)
    pane.show()
    return pane


def texts(pane: DetailsPane) -> list[str]:
    QApplication.processEvents()  # what is new in a layout shows then
    return [label.text() for label in pane.findChildren(QLabel) if label.isVisible() and label.text()]


def test_a_name_that_lies_about_the_type_is_told(pane: DetailsPane) -> None:
    pane.show_image(sample_record(1, filename="scan.png"), "ann", None)
    assert "named .png, is a JPEG" in texts(pane)
    pane.show_image(sample_record(2, filename="scan.jpg"), "ann", None)
    assert not any(text.startswith("named") for text in texts(pane))


def test_a_location_is_told_with_who_gets_it(pane: DetailsPane) -> None:
    record = sample_record(1)
    pane.show_image(record, "ann", None)
    where = "59.91390° N, 10.75220° E"
    pane.set_facts(record.image_id, PictureFacts("image/jpeg", 4, 3, exif={"location": f"present: {where}"}))
    assert f"present: shared with everyone who can download ({where})" in texts(pane)


def test_everything_from_outside_is_plain_text(pane: DetailsPane) -> None:
    metadata: Metadata = {HOSTILE: HOSTILE, "long": "x" * 10_000, "list": [HOSTILE]}
    record = replace(sample_record(1, user_id="bo", filename=HOSTILE, metadata=metadata), content_type=HOSTILE)
    pane.show_image(record, "ann", None)
    pane.set_facts(record.image_id, PictureFacts("image/jpeg", 4, 3, exif={"camera": HOSTILE, "location": HOSTILE}))
    labels = [label for label in pane.findChildren(QLabel) if label.text()]
    assert len(labels) > 15
    for label in labels:
        assert label.textFormat().name == "PlainText"
        assert "\u202e" not in label.text()
        assert len(label.text()) <= 500


class TestFields:
    def edits(self, pane: DetailsPane) -> list[tuple[ImageRecord, Metadata]]:
        asked: list[tuple[ImageRecord, Metadata]] = []
        pane.fields.edit_requested.connect(lambda seen, metadata: asked.append((seen, metadata)))
        return asked

    def test_what_is_typed_stays_when_somebody_else_changes_the_image(self, pane: DetailsPane, qtbot: QtBot) -> None:
        record = sample_record(1, metadata={"n": 5, "rights": "CC BY"})
        asked = self.edits(pane)
        pane.show_image(record, "ann", None)
        edit = pane.fields.edits["n"]
        edit.setFocus()
        edit.selectAll()
        qtbot.keyClicks(edit, "6")
        pane.refresh(replace(record, metadata={"n": 7}, updated_at="2026-04-04"))
        assert edit.text() == "6"
        edit._commit(entered=True)
        assert asked == [(record, {"n": 6, "rights": "CC BY"})]

    def test_a_field_that_cannot_be_shown_whole_is_no_field_to_type_in(self, pane: DetailsPane) -> None:
        asked = self.edits(pane)
        record = sample_record(1, metadata={"two": "a\nb", "rights": "CC BY"})
        pane.show_image(record, "ann", None)
        assert set(pane.fields.edits) == {"rights"}
        pane.fields.removers["two"].click()
        assert asked == [(record, {"rights": "CC BY"})]

    def test_nothing_is_asked_for_when_nothing_changed(self, pane: DetailsPane) -> None:
        asked = self.edits(pane)
        pane.show_image(sample_record(1, metadata={"n": 5}), "ann", None)
        pane.fields.edits["n"]._commit(entered=True)
        assert asked == []

    def test_a_name_that_is_taken_is_refused_in_words(self, pane: DetailsPane) -> None:
        asked = self.edits(pane)
        pane.show_image(sample_record(1, metadata={"n": 5}), "ann", None)
        pane.fields.open_new_row()
        pane.fields.new_name.setText("n")
        pane.fields.new_value.setText("6")
        pane.fields.new_value._commit(entered=True)
        assert asked == []
        assert "a field of that name" in pane.fields.message.text()

    def test_credentials_that_do_not_permit_it_say_so(self, pane: DetailsPane) -> None:
        pane.show_image(sample_record(1, metadata={"n": 5}), "ann", None)
        pane.set_edit_refusal("Editing needs a permission that is refused.")
        assert pane.fields.edits == {}
        assert "Editing needs a permission that is refused." in texts(pane)
        pane.set_edit_refusal(None)
        assert set(pane.fields.edits) == {"n"}


def test_a_document_has_pages_and_an_animation_frames(pane: DetailsPane) -> None:
    record = sample_record(1)
    pane.show_image(record, "ann", None)
    pane.set_facts(record.image_id, PictureFacts("image/tiff", 4, 3, frames=7))
    assert "Pages" in texts(pane)
    pane.set_facts(record.image_id, PictureFacts("image/gif", 4, 3, frames=7))
    assert "Pages" not in texts(pane)
    assert "Frames" in texts(pane)


def test_a_preview_that_was_not_at_hand_can_come_later(pane: DetailsPane) -> None:
    assert not pane.lacks_preview
    pane.show_image(sample_record(1), "ann", None)
    assert pane.lacks_preview
    pane.set_preview(QPixmap(4, 3))
    assert not pane.lacks_preview
