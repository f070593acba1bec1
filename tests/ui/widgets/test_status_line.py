"""The line at the bottom."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from imagedesk.catalogue.sync_report import SyncProgress, SyncReport
from imagedesk.core.ownership import Identity
from imagedesk.ui import status_line
from imagedesk.ui.status_line import StatusLine
from imagedesk.ui.theme import DARK, LIGHT, ThemeSource
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import HOSTILE, breaches

ALICE = Identity("alice", verified=False, source="typed")


@pytest.fixture
def line(theme: ThemeSource, show: Show) -> StatusLine:
    line = StatusLine(theme)
    show(line, 900, 30)
    line.set_library("/home/alice/Pictures", ALICE)
    return line


def test_it_tells_where_the_library_is_and_who_one_is(line: StatusLine) -> None:
    assert line.state.text() == "● Connected"
    assert line.state.accessibleName() == "Connected"
    assert line.place.text() == "/home/alice/Pictures"
    assert line.who.text() == "You are: alice (not verified)"
    line.set_library("s3://team", Identity("arn-alice", verified=True, source="IAM user"))
    assert line.who.text() == "Signed in as arn-alice (IAM user)"


def test_a_word_in_passing_takes_the_place_of_the_location_for_a_while(line: StatusLine, qtbot: QtBot) -> None:
    line._told.setInterval(20)
    muted = line.place.palette().color(line.place.foregroundRole())
    line.tell("Share link copied.")
    assert line.place.text() == "Share link copied."
    assert line.place.palette().color(line.place.foregroundRole()).name() == LIGHT.text
    qtbot.waitUntil(lambda: line.place.text() == "/home/alice/Pictures")
    assert line.place.palette().color(line.place.foregroundRole()) == muted


def test_another_library_takes_back_the_word_in_passing(line: StatusLine) -> None:
    line.tell("3 images deleted.")
    line.set_opening("Team")
    assert (line.state.text(), line.place.text(), line.who.text()) == ("● Opening…", "Team", "")
    assert not line._told.isActive()


def test_offline_is_said_and_the_place_stays(line: StatusLine) -> None:
    line.set_syncing(SyncProgress(120))
    assert line.sync.text() == "Comparing… 120 images"
    line.set_offline()
    assert line.state.text() == "● Offline"
    assert line.sync.text() == ""
    assert line.place.text() == "/home/alice/Pictures"


def test_a_first_load_tells_how_many_there_are_about(line: StatusLine) -> None:
    line.set_syncing(SyncProgress(12_000, 100_000, is_first=True))
    assert line.sync.text() == "Loading… 12,000 of about 100,000 images"
    line.set_syncing(SyncProgress(100_200, 100_000, is_first=True))  # the count was of six hours ago
    assert line.sync.text() == "Loading… 100,200 images"


def test_the_age_of_the_last_sync_grows(line: StatusLine, monkeypatch: pytest.MonkeyPatch) -> None:
    line.set_synced(SyncReport(seen=10))
    assert line.sync.text() == "Synced just now"
    now = status_line.time.monotonic()
    monkeypatch.setattr(status_line.time, "monotonic", lambda: now + 5 * 60)
    line._age.timeout.emit()
    assert line.sync.text() == "Synced 5 min ago"


@pytest.mark.parametrize(("skipped", "words"), [(0, ""), (1, "1 image of another client cannot be read and was left")])
def test_items_that_cannot_be_read_are_counted_in_the_tip(line: StatusLine, skipped: int, words: str) -> None:
    line.set_synced(SyncReport(skipped=skipped))
    assert line.sync.toolTip().startswith(words)
    line.set_synced(SyncReport(skipped=2))
    assert "2 images of another client cannot be read and were left out" in line.sync.toolTip()
    line.set_opening("other")
    assert line.sync.toolTip() == ""


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "controls", "long"])
def test_names_and_places_are_plain_text(line: StatusLine, text: str) -> None:
    line.set_library(text, Identity(text, verified=True, source=text))
    line.tell(text)
    line.grab()
    assert breaches(line) == []
    line.set_opening(text)
    line.grab()
    assert breaches(line) == []


def test_the_state_is_coloured_by_the_theme_as_it_changes(line: StatusLine, theme: ThemeSource) -> None:
    assert LIGHT.success in line.state.styleSheet()
    theme.choose("dark")
    assert DARK.success in line.state.styleSheet()
