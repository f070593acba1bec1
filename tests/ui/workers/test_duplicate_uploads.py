"""What a worker thread does with one upload after another, over stores in memory."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.changes import LibraryChange
from imagedesk.core.file_names import NameClash
from imagedesk.service.storage_service import StorageService
from imagedesk.transfers.intake import walk
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from imagedesk.transfers.transfer import DuplicateAnswer, TransferState
from imagedesk.workers.transfer_run import TransferRun
from tests.fakes.identity import FakeIdentity
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.picture_reader import FakePictureReader, fake_picture
from tests.fakes.record_store import FakeRecordStore


class Desk:
    """A queue and what runs it, without a window."""

    def __init__(self, folder: Path) -> None:
        self.objects = FakeObjectStore()
        self.records = FakeRecordStore()
        self.catalogue = Catalogue(folder / "catalogue.sqlite", durable=False)
        self.queue = TransferQueue(TransferJournal(folder / "transfers.sqlite"))
        self.service = StorageService(self.objects, self.records, FakePictureReader(), FakeIdentity("ann"))
        self._run = TransferRun(self.queue, self.service, self.catalogue.apply, self.catalogue.find_by_sha256)

    def drop(self, folder: Path) -> None:
        batch = self.queue.new_batch()
        for chunk in walk([folder], CancelToken()):
            self.queue.add_uploads(chunk.files, "ann", self.service.new_image_id, batch=batch)

    def work(self, threads: int = 4) -> dict[str, int]:
        """Until nothing waits; how many rows are in each state then."""

        def one_thread(_number: int) -> None:
            while (running := self.queue.take(0)) is not None:
                assert self._run.run(running) is None

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(one_thread, range(threads)))
        states = [transfer.state.value for transfer in self.queue.snapshot()]
        return {state: states.count(state) for state in set(states)}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.queue.journal.close()
    made.catalogue.close()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "holiday"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number}.png").write_bytes(fake_picture(salt=str(number)))
    return folder


def test_a_folder_dropped_twice_is_uploaded_once(desk: Desk, pictures: Path) -> None:
    desk.drop(pictures)
    desk.drop(pictures)
    assert desk.work() == {"done": 20, "duplicate": 20}
    assert len(desk.records.items) == 20
    desk.drop(pictures)
    assert desk.work() == {"done": 20, "duplicate": 40}
    assert len(desk.objects.contents) == 40  # each with its thumbnail


def test_copies_within_one_drop_are_duplicates_of_the_first(desk: Desk, pictures: Path) -> None:
    for number in range(10):
        (pictures / f"copy {number}.png").write_bytes(fake_picture(salt="0"))
    desk.drop(pictures)
    assert desk.work() == {"done": 20, "duplicate": 10}
    assert len({record.sha256 for record in desk.records.items.values()}) == 20


def test_somebody_elses_picture_is_a_duplicate_until_it_is_wanted_anyway(desk: Desk, pictures: Path) -> None:
    desk.drop(pictures)
    desk.work()
    desk.queue.clear_finished()
    desk.drop(pictures)
    desk.work()
    first = desk.queue.snapshot()[0]
    assert first.state is TransferState.DUPLICATE
    assert first.record is not None
    desk.queue.answer_duplicates(DuplicateAnswer.UPLOAD, first.batch)
    assert desk.work() == {"done": 20}
    assert len(desk.records.items) == 40


def test_a_picture_that_was_deleted_is_no_duplicate(desk: Desk, pictures: Path) -> None:
    desk.drop(pictures)
    desk.work()
    desk.catalogue.apply(LibraryChange(removed=tuple(desk.records.items)))
    desk.queue.clear_finished()
    desk.drop(pictures)
    assert desk.work() == {"done": 20}


def test_a_download_that_is_skipped_says_why_and_the_others_go_on(desk: Desk, pictures: Path, tmp_path: Path) -> None:
    desk.drop(pictures)
    desk.work()
    desk.queue.clear_finished()
    records, folder = list(desk.records.items.values()), tmp_path / "target"
    folder.mkdir()
    (folder / "0.png").write_bytes(b"mine")
    desk.queue.add_downloads(records, folder, NameClash.SKIP)
    assert desk.work() == {"done": 19, "cancelled": 1}
    (skipped,) = [row for row in desk.queue.snapshot() if row.state is TransferState.CANCELLED]
    assert "0.png" in skipped.reason
    assert (folder / "0.png").read_bytes() == b"mine"


def test_an_archive_is_one_row(desk: Desk, pictures: Path, tmp_path: Path) -> None:
    desk.drop(pictures)
    desk.work()
    desk.queue.clear_finished()
    records = list(desk.records.items.values())
    (row,) = desk.queue.add_zip(records, tmp_path / "all.zip")
    assert row.total == sum(record.size for record in records)
    assert desk.work() == {"done": 1}
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert len(archive.namelist()) == 20
