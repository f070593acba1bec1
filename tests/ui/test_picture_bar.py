"""The bar below the picture says what there is, and nothing where there is nothing."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from imagedesk.ui.picture_bar import PictureBar


@pytest.fixture
def bar(qtbot: QtBot) -> PictureBar:
    bar = PictureBar()
    qtbot.addWidget(bar)
    return bar


@pytest.mark.parametrize(
    ("size", "words"),
    [(48_000_000, "48 MB: load anyway"), (48_200_000, "48.2 MB: load anyway"), (2_100_000_000, "2.1 GB: load anyway")],
)
def test_a_large_original_is_offered_by_its_size(bar: PictureBar, size: int, words: str) -> None:
    bar.show_load_offer(size)
    assert bar.load_button.text() == words
    assert bar.label.isHidden()
    bar.clear()
    assert bar.isHidden()


def test_pages_are_turned_no_further_than_there_are(bar: PictureBar) -> None:
    turned: list[int] = []
    bar.page_requested.connect(turned.append)
    bar.turn_over()
    bar.show_pages(0, 2)
    bar.turn_back()
    bar.turn_over()
    bar.show_pages(1, 2)
    bar.turn_over()
    bar.turn_back()
    assert turned == [1, 0]


def test_an_animation_that_does_not_fit_says_how_much_of_it_plays(bar: PictureBar) -> None:
    bar.show_player(80, 1200, is_playing=False)
    assert bar.label.text() == "The first 80 of 1,200 frames"
    assert bar.play_button.accessibleName() == "Play (P)"
