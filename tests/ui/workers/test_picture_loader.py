from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.pictures import Pixels
from imagedesk.workers.picture_loader import PROGRESS_MS, PictureLoader
from tests.fakes.sample_records import sample_record
from tests.ui.library_in_memory import WAIT_MS

SIDE = 100


class PictureService:
    """Answers with a square as large as asked for, 200 pixels at full size; ``held`` images wait for ``gate`` or their
    token, halfway."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int | None]] = []
        self.pages: list[int] = []
        self.cancelled: list[int] = []
        self.errors: dict[int, Exception] = {}
        self.held: set[int] = set()
        self.gate = threading.Event()
        self.arrived = threading.Semaphore(0)

    def picture(
        self,
        record: ImageRecord,
        max_side: int | None,
        progress: Callable[[int], None],
        cancel: CancelToken,
        page: int = 0,
    ) -> Pixels:
        number = int(record.image_id[-5:])
        self.asked.append((number, max_side))
        self.pages.append(page)
        progress(record.size // 2)
        self.arrived.release()
        if number in self.held:
            while not self.gate.wait(0.002):
                if cancel.is_cancelled:
                    self.cancelled.append(number)
                    raise Cancelled
        if number in self.errors:
            raise self.errors[number]
        progress(record.size)
        side = max_side or 200
        return Pixels(side, side, bytes(side * side * 4), False, 200, 150)


class Viewer(QObject):
    """What is shown, in order; asks for the neighbours as soon as a picture is there, as a viewer does."""

    def __init__(self, loader: PictureLoader) -> None:
        super().__init__(loader)
        self.loader = loader
        self.ready: list[tuple[int, int, int, int]] = []
        self.failed: list[tuple[int, str]] = []
        self.progress: list[tuple[int, int, int]] = []
        self.neighbours: list[ImageRecord] = []
        loader.picture_ready.connect(self.on_ready)
        loader.picture_failed.connect(self.on_failed)
        loader.picture_progressed.connect(self.on_progressed)

    def on_ready(self, image_id: str, image: QImage, width: int, height: int) -> None:
        self.ready.append((int(image_id[-5:]), image.width(), width, height))
        self.loader.prefetch(self.neighbours, SIDE)

    def on_failed(self, image_id: str, sentence: str) -> None:
        self.failed.append((int(image_id[-5:]), sentence))
        self.loader.prefetch(self.neighbours, SIDE)

    def on_progressed(self, image_id: str, done: int, total: int) -> None:
        self.progress.append((int(image_id[-5:]), done, total))


@pytest.fixture
def service() -> PictureService:
    return PictureService()


@pytest.fixture
def loader(service: PictureService, owner: QObject) -> Iterator[PictureLoader]:
    loader = PictureLoader(service, 1, 4 * SIDE * SIDE * 4, owner)
    yield loader
    assert loader.shutdown()


@pytest.fixture
def viewer(loader: PictureLoader) -> Viewer:
    return Viewer(loader)


def test_a_picture_comes_with_its_full_size(
    loader: PictureLoader, viewer: Viewer, service: PictureService, qtbot: QtBot
) -> None:
    loader.request(sample_record(1), SIDE)
    qtbot.waitUntil(lambda: viewer.ready == [(1, SIDE, 200, 150)], timeout=WAIT_MS)
    loader.request(sample_record(2), 0)
    qtbot.waitUntil(lambda: viewer.ready[1:] == [(2, 200, 200, 150)], timeout=WAIT_MS)
    assert service.asked == [(1, SIDE), (2, None)]


def test_neighbours_are_ready_before_they_are_asked_for(
    loader: PictureLoader, viewer: Viewer, service: PictureService, qtbot: QtBot
) -> None:
    viewer.neighbours = [sample_record(2), sample_record(3)]
    loader.request(sample_record(1), SIDE)
    qtbot.waitUntil(lambda: len(loader._cache._pictures) == 3, timeout=WAIT_MS)
    assert [ready[0] for ready in viewer.ready] == [1]
    viewer.neighbours = []
    loader.request(sample_record(3), SIDE)
    qtbot.waitUntil(lambda: len(viewer.ready) == 2, timeout=WAIT_MS)
    assert [number for number, _ in service.asked] == [1, 2, 3]


def test_the_one_to_show_goes_before_the_neighbours_and_cancels_what_is_left_behind(
    loader: PictureLoader, viewer: Viewer, service: PictureService, qtbot: QtBot
) -> None:
    service.held = {1}
    loader.prefetch([sample_record(1), sample_record(2)], SIDE)
    assert service.arrived.acquire(timeout=WAIT_MS / 1000)
    loader.request(sample_record(9), SIDE)
    assert service.cancelled == []  # still a neighbour
    loader.prefetch([sample_record(8)], SIDE)
    qtbot.waitUntil(lambda: (8, SIDE) in service.asked, timeout=WAIT_MS)
    assert [number for number, _ in service.asked] == [1, 9, 8]
    assert service.cancelled == [1]


def test_a_picture_that_was_left_before_it_came_is_not_shown(
    loader: PictureLoader, viewer: Viewer, service: PictureService, qtbot: QtBot
) -> None:
    loader.request(sample_record(1), SIDE)
    assert service.arrived.acquire(timeout=WAIT_MS / 1000)  # its result is on its way, or soon will be
    loader.request(sample_record(2), SIDE)
    qtbot.waitUntil(lambda: bool(viewer.ready), timeout=WAIT_MS)
    assert [ready[0] for ready in viewer.ready] == [2]


def test_a_picture_too_large_for_the_cache_is_loaded_once_for_a_request(
    loader: PictureLoader, viewer: Viewer, service: PictureService, qtbot: QtBot
) -> None:
    viewer.neighbours = [sample_record(2)]
    loader.request(sample_record(1), 500)
    qtbot.waitUntil(lambda: (2, SIDE) in service.asked, timeout=WAIT_MS)
    loader.prefetch([sample_record(3)], SIDE)
    qtbot.waitUntil(lambda: (3, SIDE) in service.asked, timeout=WAIT_MS)
    assert service.asked == [(1, 500), (2, SIDE), (3, SIDE)]
    assert len(viewer.ready) == 1


def test_a_failure_is_told_once_for_a_request_and_tried_again_when_asked(
    loader: PictureLoader, viewer: Viewer, service: PictureService, qtbot: QtBot
) -> None:
    service.errors[1] = StoreUnavailable("The server cannot be reached.")
    viewer.neighbours = [sample_record(2)]
    loader.request(sample_record(1), SIDE)
    qtbot.waitUntil(lambda: (2, SIDE) in service.asked, timeout=WAIT_MS)
    assert viewer.failed == [(1, "The server cannot be reached.")]
    assert service.asked == [(1, SIDE), (2, SIDE)]
    del service.errors[1]
    loader.request(sample_record(1), SIDE)
    qtbot.waitUntil(lambda: [ready[0] for ready in viewer.ready] == [1], timeout=WAIT_MS)


def test_a_neighbour_that_fails_is_nobodys_concern(
    loader: PictureLoader, viewer: Viewer, service: PictureService, qtbot: QtBot
) -> None:
    service.errors[2] = StoreUnavailable("The server cannot be reached.")
    viewer.neighbours = [sample_record(2), sample_record(3)]
    loader.request(sample_record(1), SIDE)
    qtbot.waitUntil(lambda: len(loader._cache._pictures) == 2, timeout=WAIT_MS)
    assert viewer.failed == []


def test_progress_is_that_of_the_picture_to_show_and_ends_with_it(
    loader: PictureLoader, viewer: Viewer, service: PictureService, qtbot: QtBot
) -> None:
    service.held = {1}
    loader.request(sample_record(1), SIDE)
    qtbot.waitUntil(lambda: viewer.progress == [(1, 500, 1000)], timeout=WAIT_MS)
    viewer.neighbours = [sample_record(2), sample_record(3)]
    service.gate.set()
    qtbot.waitUntil(lambda: len(loader._cache._pictures) == 3, timeout=WAIT_MS)
    qtbot.wait(3 * PROGRESS_MS)  # what is late has come by now
    assert {number for number, _, _ in viewer.progress} == {1}
    assert len(viewer.progress) <= 2


def test_asking_twice_for_one_at_hand_shows_it_once_more_and_not_thrice(
    loader: PictureLoader, viewer: Viewer, service: PictureService, qtbot: QtBot
) -> None:
    loader.request(sample_record(1), SIDE)
    qtbot.waitUntil(lambda: len(viewer.ready) == 1, timeout=WAIT_MS)
    loader.request(sample_record(1), SIDE)
    loader.request(sample_record(1), SIDE)
    qtbot.waitUntil(lambda: len(viewer.ready) == 2, timeout=WAIT_MS)
    qtbot.wait(10)
    assert (len(viewer.ready), len(service.asked)) == (2, 1)


def test_closing_the_viewer_cancels_everything(
    loader: PictureLoader, viewer: Viewer, service: PictureService, qtbot: QtBot
) -> None:
    service.held = {1}
    loader.request(sample_record(1), SIDE)
    loader.prefetch([sample_record(2)], SIDE)
    assert service.arrived.acquire(timeout=WAIT_MS / 1000)
    loader.cancel()
    qtbot.waitUntil(lambda: service.cancelled == [1], timeout=WAIT_MS)
    qtbot.wait(10)
    assert (viewer.ready, service.asked) == ([], [(1, SIDE)])


def test_a_bug_is_told_and_the_picture_fails_in_words(
    loader: PictureLoader, viewer: Viewer, service: PictureService, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    service.errors[1] = ZeroDivisionError("oops")
    with qtbot.waitSignals([loader.bug_found, loader.picture_failed], timeout=WAIT_MS):
        loader.request(sample_record(1), SIDE)
    assert "oops" not in viewer.failed[0][1]
    assert "oops" in caplog.text


def test_shutdown_is_over_soon_and_silent(
    loader: PictureLoader, viewer: Viewer, service: PictureService, qtbot: QtBot
) -> None:
    service.held = {1}
    loader.request(sample_record(1), SIDE)
    assert service.arrived.acquire(timeout=WAIT_MS / 1000)
    assert loader.shutdown()
    loader.request(sample_record(2), SIDE)
    qtbot.wait(10)
    assert (viewer.ready, viewer.failed, service.cancelled) == ([], [], [1])


def test_each_page_is_a_picture_of_its_own(
    loader: PictureLoader, viewer: Viewer, service: PictureService, qtbot: QtBot
) -> None:
    for page in (0, 1, 0):
        loader.request(sample_record(1), SIDE, page)
        ready = len(viewer.ready)
        qtbot.waitUntil(lambda seen=ready: len(viewer.ready) == seen + 1, timeout=WAIT_MS)
    assert service.pages == [0, 1]
