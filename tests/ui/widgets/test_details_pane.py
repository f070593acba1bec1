"""The pane at the right: what is known of one image."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from imagedesk.core.pictures import PictureFacts
from imagedesk.ui.details_pane import PREVIEW_MAX_HEIGHT, DetailsPane
from imagedesk.ui.metadata_fields import MAX_FIELDS
from imagedesk.ui.theme import ThemeSource
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import BIDI, CONTROLS, HOSTILE, LONG, MARKUP, breaches
from tests.ui.widgets.records import image, pixmap

DIGEST = "ab12" + 28 * "00" + "cd34"


@pytest.fixture
def pane(theme: ThemeSource, show: Show) -> DetailsPane:
    pane = DetailsPane(theme)
    show(pane, 280, 600)
    return pane


def texts(pane: DetailsPane) -> list[str]:
    return [label.text() for label in pane.findChildren(QLabel) if not label.isHidden() or label.parent() is not None]


def told(pane: DetailsPane) -> list[str]:
    """The rows, as a screen reader says them."""
    labels = [label for label in pane.findChildren(QLabel) if ": " in label.accessibleName()]
    return [label.accessibleName() for label in labels]


def test_nothing_chosen_and_several_chosen_are_told(pane: DetailsPane) -> None:
    assert "Nothing selected" in texts(pane)
    pane.show_selection(12, 3_400_000)
    assert {"12 images selected", "3.4 MB"} <= set(texts(pane))
    pane.show_selection(12_000, None)
    assert "12,000 images selected" in texts(pane)
    assert pane.record is None


def test_an_image_is_told_with_its_owner_and_digest(pane: DetailsPane) -> None:
    pane.show_image(image(1, sha256=DIGEST, metadata={"campaign": "autumn", "shots": [1, 2]}), "alice", pixmap())
    assert told(pane) == [
        "Type: JPEG",
        "Dimensions: 4000 × 3000",
        "Size: 2.5 MB",
        f"SHA-256: {DIGEST}",
    ]
    assert "ONLY YOU CAN DELETE THIS IMAGE" in texts(pane)
    pane.show_image(image(2, "bob", metadata={"campaign": "autumn", "shots": [1, 2]}), "alice", None)
    assert {"campaign: autumn", "shots: [1, 2]"} <= set(told(pane))  # one's own are fields to type in
    assert "ONLY bob CAN DELETE THIS IMAGE" in texts(pane)
    assert any(text.startswith("Uploaded by bob · 1 May 2026") for text in texts(pane))


def test_facts_of_the_picture_join_when_they_come_and_late_ones_are_dropped(pane: DetailsPane) -> None:
    pane.show_image(image(1), "alice", None)
    pane.set_facts(image(1).image_id, PictureFacts("image/jpeg", 9, 9, frames=3, exif={"camera": "Canon EOS 5D"}))
    assert {"Camera: Canon EOS 5D", "Frames: 3"} <= set(told(pane))
    pane.set_facts(image(9).image_id, PictureFacts("image/jpeg", 9, 9, exif={"camera": "Late"}))
    assert "Camera: Canon EOS 5D" in told(pane)
    pane.show_image(image(1), "alice", pixmap())
    assert "Camera: Canon EOS 5D" in told(pane)


def test_another_image_does_not_wear_the_facts_of_the_one_before(qtbot: QtBot, pane: DetailsPane) -> None:
    pane.show_image(image(1), "alice", None)
    pane.set_facts(image(1).image_id, PictureFacts("image/jpeg", 9, 9, exif={"camera": "Canon"}))
    pane.show_image(image(2), "alice", None)
    qtbot.waitUntil(lambda: "Camera: Canon" not in told(pane))


def test_a_digest_that_is_none_is_not_shown(pane: DetailsPane) -> None:
    pane.show_image(image(1, sha256=MARKUP), "alice", None)
    assert not [row for row in told(pane) if row.startswith("SHA-256")]


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "controls", "long"])
def test_whatever_strangers_wrote_is_plain_text(pane: DetailsPane, text: str) -> None:
    record = image(1, text, text, content_type=text, sha256=text, metadata={text: text, "nested": {text: [text]}})
    pane.show_image(record, "alice", None)
    names = ("camera", "lens", "exposure", "taken", "location", "colour profile")
    pane.set_facts(record.image_id, PictureFacts(text, 9, 9, exif=dict.fromkeys(names, text)))
    pane.grab()
    assert len(told(pane)) >= 10
    assert breaches(pane) == []


def test_many_fields_are_bounded(pane: DetailsPane) -> None:
    pane.show_image(image(1, metadata={f"field-{n:03}": LONG for n in range(500)}), "alice", None)
    assert len([row for row in told(pane) if row.startswith("field-")]) == MAX_FIELDS


def test_long_text_does_not_widen_the_pane(pane: DetailsPane) -> None:
    before = pane.widget().minimumSizeHint().width()
    pane.show_image(image(1, filename=LONG, metadata={LONG: LONG}), "alice", None)
    assert pane.widget().minimumSizeHint().width() <= max(before, 200)


def test_the_preview_is_as_high_as_the_picture_within_bounds(pane: DetailsPane) -> None:
    pane.show_image(image(1), "alice", pixmap(400, 300))
    wide = pane._preview.height()
    pane.show_image(image(2), "alice", pixmap(100, 2000))
    assert pane._preview.height() == PREVIEW_MAX_HEIGHT
    assert 100 < wide < PREVIEW_MAX_HEIGHT


def test_long_details_are_scrolled_by_keyboard(qtbot: QtBot, pane: DetailsPane) -> None:
    pane.show_image(image(1, metadata={f"field-{n:03}": "x" for n in range(50)}), "alice", None)
    bar = pane.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert pane.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert pane.accessibleName() == "Details"
    pane.setFocus()
    qtbot.keyClick(pane, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    framed = pane.grab().toImage()
    pane.clearFocus()
    assert pane.grab().toImage() != framed


def test_text_can_be_read_where_it_was_replaced(pane: DetailsPane) -> None:
    pane.show_image(image(1, filename=f"{BIDI}{CONTROLS}"), "alice", None)
    assert "photo\N{REPLACEMENT CHARACTER}gnp.exeline" in " ".join(texts(pane))
    assert pane.childAt(QPoint(20, 20)) is not None
