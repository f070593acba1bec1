"""Originals on this computer: fetched once for all who ask, bounded, and removed in the end."""

from __future__ import annotations

import gc
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ports import Progress, no_progress
from imagedesk.service import originals as module
from imagedesk.service.originals import Originals
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.picture_reader import fake_picture
from tests.unit.service.conftest import Library


class Counting(FakeObjectStore):
    """``gate`` holds downloads; ``arrived`` counts those that came."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self.contents = library.objects.contents
        self.downloads: list[str] = []
        self.gate, self.arrived = threading.Event(), threading.Semaphore(0)
        self.gate.set()

    def download(
        self, key: str, target: Path, progress: Progress = no_progress, cancel: CancelToken | None = None
    ) -> str:
        self.downloads.append(key)
        self.arrived.release()
        assert self.gate.wait(10)
        return super().download(key, target, progress, cancel)


@pytest.fixture
def objects(library: Library) -> Counting:
    return Counting(library)


@pytest.fixture
def originals(objects: Counting, tmp_path: Path) -> Originals:
    return Originals(objects, tmp_path)


def images(library: Library, count: int) -> list[ImageRecord]:
    return [library.upload(data=fake_picture(salt=str(number))) for number in range(count)]


def look(originals: Originals, record: ImageRecord, cancel: CancelToken | None = None) -> bytes:
    with originals.file(record, no_progress, cancel) as path:
        return path.read_bytes()


def kept(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_those_who_ask_at_once_share_one_download(library: Library, objects: Counting, originals: Originals) -> None:
    (record,) = images(library, 1)
    objects.gate.clear()
    with ThreadPoolExecutor(3) as threads:
        calls = [threads.submit(look, originals, record) for _ in range(3)]
        assert objects.arrived.acquire(timeout=10)
        objects.gate.set()
        assert {call.result(timeout=10) for call in calls} == {objects.contents[record.key]}
    assert objects.downloads == [record.key]


def test_one_who_waits_for_another_can_be_cancelled(library: Library, objects: Counting, originals: Originals) -> None:
    (record,) = images(library, 1)
    objects.gate.clear()
    cancel = CancelToken()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(look, originals, record)
        assert objects.arrived.acquire(timeout=10)
        second = threads.submit(look, originals, record, cancel)
        cancel.cancel()
        with pytest.raises(Cancelled):
            second.result(timeout=10)
        objects.gate.set()
        assert first.result(timeout=10)


def test_one_who_waited_for_a_download_that_failed_fetches_it(
    library: Library, objects: Counting, originals: Originals
) -> None:
    (record,) = images(library, 1)
    objects.gate.clear()
    objects.faults.fail_next("download", StoreUnavailable("Away."))
    with ThreadPoolExecutor(2) as threads:
        calls = [threads.submit(look, originals, record) for _ in range(2)]
        assert objects.arrived.acquire(timeout=10)
        objects.gate.set()
        outcomes = [call.exception(timeout=10) for call in calls]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "StoreUnavailable"]
    assert len(objects.downloads) == 2


def test_the_last_few_are_kept(library: Library, objects: Counting, originals: Originals, tmp_path: Path) -> None:
    records = images(library, 5)
    for record in records:
        look(originals, record)
    assert kept(tmp_path) == module.KEPT_FILES
    look(originals, records[-1])
    assert len(objects.downloads) == 5
    look(originals, records[0])
    assert len(objects.downloads) == 6


def test_more_bytes_than_are_kept_go_when_they_have_been_used(
    library: Library, originals: Originals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_BYTES", 10)
    with ExitStack() as stack:
        paths = [stack.enter_context(originals.file(r, no_progress, None)) for r in images(library, 4)]
        assert all(path.is_file() for path in paths)  # as long as somebody reads them
    assert kept(tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_when_nobody_closed(library: Library, objects: Counting, tmp_path: Path) -> None:
    originals = Originals(objects, tmp_path)
    look(originals, images(library, 1)[0])
    assert kept(tmp_path) == 1
    del originals
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_behind_goes_after_a_week(
    library: Library, originals: Originals, tmp_path: Path
) -> None:
    for name, age in (("imagedesk-view-old", 8), ("imagedesk-view-new", 6), ("other", 99)):
        (tmp_path / name).mkdir()
        moment = time.time() - age * 86400
        os.utime(tmp_path / name, (moment, moment))
    look(originals, images(library, 1)[0])
    originals.close()
    assert {path.name for path in tmp_path.iterdir()} == {"imagedesk-view-new", "other"}
