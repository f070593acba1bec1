"""The banner: one message at a time, with ways out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from imagedesk.ui.banner import Banner
from imagedesk.ui.theme import ThemeSource
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import HOSTILE, MARKUP, breaches

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def banner(theme: ThemeSource, show: Show) -> Banner:
    banner = Banner(theme)
    show(banner, 700, 80)
    return banner


def offered(banner: Banner) -> list[str]:
    return [button.text() for button in banner.findChildren(QPushButton) if button.isVisible()]


def test_it_is_hidden_until_there_is_something_to_say(theme: ThemeSource, qtbot: QtBot) -> None:
    banner = Banner(theme)
    qtbot.addWidget(banner)
    assert banner.isHidden()


def test_a_message_is_said_to_eyes_and_to_screen_readers_until_dismissed(qtbot: QtBot, banner: Banner) -> None:
    banner.show_error("No access", "Ask the owner.")
    assert (banner.title.text(), banner.sentence.text()) == ("No access", "Ask the owner.")
    assert banner.accessibleDescription() == "No access. Ask the owner."
    banner._dismiss.setFocus()
    qtbot.keyClick(banner._dismiss, Qt.Key.Key_Space)
    assert banner.isHidden()


def test_a_way_out_does_what_it_says_and_goes_with_its_message(qtbot: QtBot, banner: Banner) -> None:
    taken: list[bool] = []
    banner.show_error("Offline", "No network.", [("Try again", lambda: taken.append(True))], about_connection=True)
    qtbot.waitUntil(lambda: offered(banner) == ["Try again"])
    qtbot.mouseClick(banner.findChildren(QPushButton)[0], LEFT)
    assert taken == [True]
    banner.show_error("Not set up", "No bucket.", about_connection=True)
    assert offered(banner) == []


def test_a_plain_message_joins_one_about_the_connection_and_keeps_its_way_out(qtbot: QtBot, banner: Banner) -> None:
    banner.show_error("Offline", "No network.", [("Try again", banner.clear)], about_connection=True)
    banner.show_error("Not deleted", "It stayed.")
    banner.show_error("Not shared", "No link.")
    assert banner.title.text() == "Offline"
    assert banner.sentence.text() == "No network.\nNot shared: No link."
    assert "Not shared" in banner.accessibleDescription()
    qtbot.waitUntil(lambda: offered(banner) == ["Try again"])


def test_the_same_sentence_is_said_once(banner: Banner) -> None:
    banner.show_error("Offline", "No network.", [("Try again", banner.clear)], about_connection=True)
    banner.show_error("Offline", "No network.")
    assert banner.sentence.text() == "No network."


def test_a_connection_fault_without_a_sentence_can_be_joined_as_well(banner: Banner) -> None:
    banner.show_error("Offline", "", [("Try again", banner.clear)], about_connection=True)
    banner.show_error("Not deleted", "It stayed.")
    assert "Not deleted: It stayed." in banner.sentence.text()


def test_when_the_connection_works_again_only_what_was_said_of_it_goes(banner: Banner) -> None:
    banner.show_error("Not deleted", "It stayed.")
    banner.clear_fault()
    assert banner.isVisible()
    banner.show_error("Offline", "No network.", about_connection=True)
    banner.clear_fault()
    assert banner.isHidden()


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "controls", "long"])
def test_what_a_message_quotes_is_plain_text(banner: Banner, text: str) -> None:
    banner.show_error(text, text)
    assert breaches(banner) == []


def test_lines_stay_lines(banner: Banner) -> None:
    banner.show_error("Two", f"one\n{MARKUP}")
    assert banner.sentence.text() == f"one\n{MARKUP}"
