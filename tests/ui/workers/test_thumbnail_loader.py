from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, StoreUnavailable, UnreadableImage
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.pictures import Pixels
from imagedesk.workers.thumbnail_loader import AGAIN_AFTER, ThumbnailLoader
from tests.fakes.sample_records import sample_record
from tests.ui.library_in_memory import WAIT_MS, Clock

SIDE = 20


class ThumbnailService:
    """Answers with a square of the side asked for, whose first pixel's blue tells the image; ``held`` images wait
    for ``gate`` or their token."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.cancelled: list[int] = []
        self.errors: dict[int, Exception] = {}
        self.held: set[int] = set()
        self.gate = threading.Event()
        self.arrived = threading.Semaphore(0)

    def thumbnail(self, record: ImageRecord, side: int, cancel: CancelToken) -> Pixels:
        number = int(record.image_id[-5:])
        self.asked.append(number)
        self.arrived.release()
        if number in self.held:
            while not self.gate.wait(0.002):
                if cancel.is_cancelled:
                    self.cancelled.append(number)
                    raise Cancelled
        if number in self.errors:
            raise self.errors[number]
        return Pixels(side, side, bytes([number % 256, 0, 0, 255]) * side * side, False, 400, 300)


class Screen(QObject):
    def __init__(self, loader: ThumbnailLoader) -> None:
        super().__init__(loader)
        self.ready: list[tuple[int, int, QImage]] = []
        self.failed: list[tuple[int, str]] = []
        self.signals = 0
        loader.thumbnails_ready.connect(self.on_ready)
        loader.thumbnails_failed.connect(self.on_failed)

    def on_ready(self, results: list[tuple[str, int, QImage]]) -> None:
        self.signals += 1
        self.ready += [(int(image_id[-5:]), side, image) for image_id, side, image in results]

    def on_failed(self, failures: list[tuple[str, str]]) -> None:
        self.failed += [(int(image_id[-5:]), sentence) for image_id, sentence in failures]

    @property
    def numbers(self) -> list[int]:
        return [number for number, _, _ in self.ready]


@pytest.fixture
def service() -> ThumbnailService:
    return ThumbnailService()


@pytest.fixture
def loader(service: ThumbnailService, clock: Clock, owner: QObject) -> Iterator[ThumbnailLoader]:
    loader = ThumbnailLoader(service, 1, clock, owner)
    yield loader
    assert loader.shutdown()


@pytest.fixture
def screen(loader: ThumbnailLoader) -> Screen:
    return Screen(loader)


def records(*numbers: int) -> list[ImageRecord]:
    return [sample_record(number) for number in numbers]


def test_thumbnails_come_in_the_order_of_need_each_on_its_image(
    loader: ThumbnailLoader, screen: Screen, service: ThumbnailService, qtbot: QtBot
) -> None:
    loader.request(records(*range(60, 0, -1)), SIDE)
    qtbot.waitUntil(lambda: len(screen.ready) == 60, timeout=WAIT_MS)
    assert service.asked == screen.numbers == list(range(60, 0, -1))
    assert all(image.pixelColor(0, 0).blue() == number for number, _, image in screen.ready)
    assert {(side, image.width()) for _, side, image in screen.ready} == {(SIDE, SIDE)}


def test_a_new_request_discards_what_waits_and_cancels_what_runs(
    loader: ThumbnailLoader, screen: Screen, service: ThumbnailService, qtbot: QtBot
) -> None:
    service.held = {1}
    loader.request(records(*range(1, 100)), SIDE)
    assert service.arrived.acquire(timeout=WAIT_MS / 1000)
    loader.request(records(200, 201), SIDE)
    qtbot.waitUntil(lambda: screen.numbers == [200, 201], timeout=WAIT_MS)
    assert (service.asked, service.cancelled) == ([1, 200, 201], [1])


def test_one_that_is_under_way_and_still_wanted_goes_on(
    loader: ThumbnailLoader, screen: Screen, service: ThumbnailService, qtbot: QtBot
) -> None:
    service.held = {1}
    loader.request(records(1, 2), SIDE)
    assert service.arrived.acquire(timeout=WAIT_MS / 1000)
    loader.request(records(2, 1), SIDE)
    service.gate.set()
    qtbot.waitUntil(lambda: len(screen.ready) == 2, timeout=WAIT_MS)
    assert service.asked == [1, 2]


def test_a_picture_that_failed_is_not_tried_again(
    loader: ThumbnailLoader, screen: Screen, service: ThumbnailService, clock: Clock, qtbot: QtBot
) -> None:
    service.errors[1] = UnreadableImage("The picture is damaged.")
    loader.request(records(1), SIDE)
    qtbot.waitUntil(lambda: screen.failed == [(1, "The picture is damaged.")], timeout=WAIT_MS)
    clock.now += 10 * AGAIN_AFTER
    loader.request(records(1, 2), SIDE)
    qtbot.waitUntil(lambda: screen.numbers == [2], timeout=WAIT_MS)
    assert service.asked == [1, 2]


def test_one_that_the_network_failed_is_tried_again_after_a_while_or_when_a_person_says_so(
    loader: ThumbnailLoader, screen: Screen, service: ThumbnailService, clock: Clock, qtbot: QtBot
) -> None:
    service.errors[1] = StoreUnavailable("The server cannot be reached.")
    loader.request(records(1), SIDE)
    qtbot.waitUntil(lambda: len(screen.failed) == 1, timeout=WAIT_MS)
    loader.request(records(1, 2), SIDE)  # too early
    qtbot.waitUntil(lambda: screen.numbers == [2], timeout=WAIT_MS)
    clock.now += AGAIN_AFTER
    loader.request(records(1), SIDE)
    qtbot.waitUntil(lambda: len(screen.failed) == 2, timeout=WAIT_MS)
    del service.errors[1]
    loader.forget_failures()
    loader.request(records(1), SIDE)
    qtbot.waitUntil(lambda: screen.numbers == [2, 1], timeout=WAIT_MS)
    assert service.asked == [1, 2, 1, 1]


def test_a_bug_is_told_once_and_its_image_fails_in_words(
    loader: ThumbnailLoader,
    screen: Screen,
    service: ThumbnailService,
    qtbot: QtBot,
    caplog: pytest.LogCaptureFixture,
) -> None:
    service.errors[1] = ZeroDivisionError("oops")
    with qtbot.waitSignal(loader.bug_found, timeout=WAIT_MS) as bug:
        loader.request(records(1), SIDE)
    assert bug.args == ["ZeroDivisionError: oops"]
    assert "oops" not in screen.failed[0][1]
    assert "oops" in caplog.text


def test_results_that_came_while_the_window_was_busy_are_told_together(
    loader: ThumbnailLoader, screen: Screen, service: ThumbnailService, qtbot: QtBot
) -> None:
    loader.request(records(*range(200)), 2)
    for _ in range(200):  # no event is handled meanwhile
        assert service.arrived.acquire(timeout=WAIT_MS / 1000)
    qtbot.waitUntil(lambda: len(screen.ready) == 200, timeout=WAIT_MS)
    assert screen.signals <= 2


def test_shutdown_cancels_what_runs_and_nothing_more_comes(
    loader: ThumbnailLoader, screen: Screen, service: ThumbnailService, qtbot: QtBot
) -> None:
    service.held = {1}
    loader.request(records(1, 2), SIDE)
    assert service.arrived.acquire(timeout=WAIT_MS / 1000)
    assert loader.shutdown()
    loader.request(records(3), SIDE)
    qtbot.wait(10)
    assert (screen.ready, service.asked, service.cancelled) == ([], [1], [1])
