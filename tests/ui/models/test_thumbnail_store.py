from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage, QPixmap
from pytestqt.qtbot import QtBot

from imagedesk.core.errors import StoreUnavailable
from imagedesk.models.thumbnail_store import ThumbnailStore
from imagedesk.workers.thumbnail_loader import AGAIN_AFTER, ThumbnailLoader
from tests.fakes.sample_records import sample_record
from tests.ui.library_in_memory import WAIT_MS, Clock, Stores

SIDE = 16
BYTES = SIDE * SIDE * 4


def coloured(number: int, side: int = SIDE) -> QImage:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor.fromRgb(number % 256, number // 256, 7))
    return image


def number_of(pixmap: QPixmap) -> int:
    colour = pixmap.toImage().pixelColor(1, 1)
    return colour.red() + 256 * colour.green()


@pytest.fixture
def loader(stores: Stores, clock: Clock, owner: QObject) -> Iterator[ThumbnailLoader]:
    loader = ThumbnailLoader(stores.service, clock=clock, parent=owner)
    yield loader
    assert loader.shutdown()


@pytest.fixture
def store(loader: ThumbnailLoader, owner: QObject) -> ThumbnailStore:
    return ThumbnailStore(loader, owner, max_bytes=10 * BYTES)


def test_the_store_is_bounded_in_bytes_and_the_least_recently_used_go_first(
    store: ThumbnailStore, loader: ThumbnailLoader
) -> None:
    for number in range(10):
        loader.thumbnails_ready.emit([(str(number), SIDE, coloured(number))])
    assert store.pixmap("0", SIDE) is not None  # used again
    loader.thumbnails_ready.emit([("new", SIDE, coloured(99)), ("newer", SIDE, coloured(98))])
    there = [number for number in range(10) if store.pixmap(str(number), SIDE) is not None]
    assert there == [0, 3, 4, 5, 6, 7, 8, 9]
    assert number_of(store.pixmap("new", SIDE)) == 99


def test_one_that_is_larger_than_the_store_is_kept_alone(store: ThumbnailStore, loader: ThumbnailLoader) -> None:
    loader.thumbnails_ready.emit([("small", SIDE, coloured(1)), ("large", 200, coloured(2, 200))])
    assert store.pixmap("small", SIDE) is None
    assert store.pixmap("large", 200) is not None


def test_no_image_ever_has_the_thumbnail_of_another(store: ThumbnailStore, loader: ThumbnailLoader) -> None:
    chance = random.Random(8)
    for _ in range(300):
        some = [(chance.randrange(40), chance.choice([8, 16, 24])) for _ in range(chance.randrange(5))]
        loader.thumbnails_ready.emit([(str(number), side, coloured(number, side)) for number, side in some])
        for number in range(40):
            for pixmap in (store.pixmap(str(number), 16), store.best_pixmap(str(number))):
                assert pixmap is None or number_of(pixmap) == number
        kept = [store.pixmap(str(number), side) for number in range(40) for side in (8, 16, 24)]
        distinct = {pixmap.cacheKey(): pixmap for pixmap in kept if pixmap is not None}
        assert sum(pixmap.width() * pixmap.height() * 4 for pixmap in distinct.values()) <= 10 * BYTES


def test_the_size_asked_for_is_best_then_the_next_larger_then_the_largest(
    store: ThumbnailStore, loader: ThumbnailLoader
) -> None:
    loader.thumbnails_ready.emit([("a", side, coloured(1, side)) for side in (4, 8, 12)])
    assert store.pixmap("a", 8).width() == 8
    assert store.pixmap("a", 9).width() == 12
    assert store.pixmap("a", 500).width() == 12
    assert store.best_pixmap("a").width() == 12
    assert store.best_pixmap("b") is None


def test_a_thumbnail_that_comes_again_takes_the_place_of_the_first(
    store: ThumbnailStore, loader: ThumbnailLoader
) -> None:
    for number in range(30):
        loader.thumbnails_ready.emit([("a", SIDE, coloured(number))])
    loader.thumbnails_ready.emit([(f"b{number}", SIDE, coloured(number)) for number in range(9)])
    assert number_of(store.pixmap("a", SIDE)) == 29  # and its bytes were counted once


def test_what_is_wanted_is_loaded_and_told(store: ThumbnailStore, stores: Stores, qtbot: QtBot) -> None:
    stores.upload(4)
    records = list(stores.records.items.values())
    told: set[str] = set()
    store.thumbnails_changed.connect(told.update)
    store.want(records, SIDE)
    qtbot.waitUntil(lambda: len(told) == 4, timeout=WAIT_MS)
    assert all(store.pixmap(record.image_id, SIDE).width() == SIDE for record in records)
    asked = len(stores.pictures.calls)
    store.want(records, SIDE)
    store.want([sample_record(1)], SIDE)  # fails: when it has, those before it would have been looked at
    qtbot.waitUntil(lambda: store.failure(sample_record(1).image_id) is not None, timeout=WAIT_MS)
    assert len(stores.pictures.calls) == asked


def test_a_failure_is_remembered_with_its_sentence_and_not_tried_at_every_paint(
    store: ThumbnailStore, stores: Stores, qtbot: QtBot
) -> None:
    lost = sample_record(1)
    with qtbot.waitSignal(store.thumbnails_changed, timeout=WAIT_MS) as told:
        store.want([lost], SIDE)
    assert told.args == [{lost.image_id}]
    assert store.failure(lost.image_id) == "There is no such object."
    stores.upload(1)
    with qtbot.waitSignal(store.thumbnails_changed, timeout=WAIT_MS) as told:
        store.want([lost, *stores.records.items.values()], SIDE)
    assert told.args == [set(stores.records.items)]


def test_what_the_network_failed_is_loaded_once_it_is_back(
    store: ThumbnailStore, stores: Stores, clock: Clock, qtbot: QtBot
) -> None:
    stores.upload(1)
    (record,) = stores.records.items.values()
    stores.objects.faults.fail_next("read", StoreUnavailable("The server cannot be reached."))
    with qtbot.waitSignal(store.thumbnails_changed, timeout=WAIT_MS):
        store.want([record], SIDE)
    assert store.failure(record.image_id) == "The server cannot be reached."
    clock.now += AGAIN_AFTER + 1
    with qtbot.waitSignal(store.thumbnails_changed, timeout=WAIT_MS):
        store.want([record], SIDE)
    assert (store.failure(record.image_id), store.pixmap(record.image_id, SIDE) is None) == (None, False)


def test_a_person_who_asks_again_need_not_wait(store: ThumbnailStore, stores: Stores, qtbot: QtBot) -> None:
    stores.upload(1)
    (record,) = stores.records.items.values()
    stores.objects.faults.fail_next("read", StoreUnavailable("The server cannot be reached."))
    with qtbot.waitSignal(store.thumbnails_changed, timeout=WAIT_MS):
        store.want([record], SIDE)
    with qtbot.waitSignal(store.thumbnails_changed, timeout=WAIT_MS) as told:
        store.retry_failed()
    assert told.args == [{record.image_id}]
    assert store.failure(record.image_id) is None
    with qtbot.waitSignal(store.thumbnails_changed, timeout=WAIT_MS):
        store.want([record], SIDE)
    assert store.pixmap(record.image_id, SIDE) is not None


def test_nothing_is_told_when_nothing_had_failed(store: ThumbnailStore, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(store.thumbnails_changed):
        store.retry_failed()
