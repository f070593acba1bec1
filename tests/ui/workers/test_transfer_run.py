from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from imagedesk.transfers.intake import find_file
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from imagedesk.transfers.running_transfer import RunningTransfer
from imagedesk.transfers.transfer import Transfer, TransferState
from imagedesk.workers.transfer_run import TransferRun
from tests.fakes.picture_reader import fake_picture
from tests.ui.library_in_memory import Stores


class Shown:
    """The catalogue, which may be out of order."""

    def __init__(self) -> None:
        self.records: list[ImageRecord] = []
        self.fault: StoreUnavailable | None = None

    def apply(self, change: LibraryChange) -> None:
        if self.fault is not None:
            raise self.fault
        self.records += change.added


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[TransferQueue]:
    journal = TransferJournal(tmp_path / "transfers.sqlite")
    yield TransferQueue(journal)
    journal.close()


@pytest.fixture
def shown() -> Shown:
    return Shown()


@pytest.fixture
def run(queue: TransferQueue, stores: Stores, shown: Shown) -> TransferRun:
    return TransferRun(queue, stores.service, shown.apply)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "boat.png"
    path.write_bytes(fake_picture())
    return path


def add(queue: TransferQueue, stores: Stores, path: Path) -> Transfer:
    (transfer,) = queue.add_uploads([find_file(path)], "ann", stores.service.new_image_id)
    return transfer


def taken(queue: TransferQueue) -> RunningTransfer:
    running = queue.take(0)
    assert running is not None
    return running


def row(queue: TransferQueue) -> Transfer:
    (transfer,) = queue.snapshot()
    return transfer


def test_an_upload_ends_done_with_its_record_shown(
    queue: TransferQueue, stores: Stores, run: TransferRun, shown: Shown, source: Path
) -> None:
    transfer = add(queue, stores, source)
    assert run.run(taken(queue)) is None
    assert (row(queue).state, row(queue).record) == (TransferState.DONE, stores.records.items[transfer.image_id])
    assert shown.records == [row(queue).record]


def test_a_download_ends_done_with_its_file(
    queue: TransferQueue, stores: Stores, run: TransferRun, tmp_path: Path
) -> None:
    stores.upload(1)
    target = tmp_path / "saved"
    target.mkdir()
    queue.add_downloads(list(stores.records.items.values()), target)
    run.run(taken(queue))
    assert (row(queue).state, row(queue).target) == (TransferState.DONE, target / "0.png")
    assert (target / "0.png").read_bytes() == fake_picture(salt="0")


def test_one_that_was_cancelled_before_it_began_touches_no_store(
    queue: TransferQueue, stores: Stores, run: TransferRun, source: Path
) -> None:
    transfer = add(queue, stores, source)
    running = taken(queue)
    queue.cancel(transfer.transfer_id)
    run.run(running)
    assert (row(queue).state, stores.objects.contents) == (TransferState.CANCELLED, {})


def test_a_catalogue_that_cannot_be_told_does_not_undo_the_upload(
    queue: TransferQueue,
    stores: Stores,
    run: TransferRun,
    shown: Shown,
    source: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shown.fault = StoreUnavailable("The disk is busy.")
    add(queue, stores, source)
    run.run(taken(queue))
    assert row(queue).state is TransferState.DONE
    assert "does not know" in caplog.text


def test_a_bug_fails_the_row_in_words_and_is_summed_up(
    queue: TransferQueue, stores: Stores, run: TransferRun, source: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stores.objects.faults.fail_next("put", ValueError("off by one"))
    add(queue, stores, source)
    assert run.run(taken(queue)) == "ValueError: off by one"
    assert row(queue).state is TransferState.FAILED
    assert "off by one" not in row(queue).reason
    assert "off by one" in caplog.text


def test_a_file_that_changed_since_it_was_added_is_not_uploaded_unasked(
    queue: TransferQueue, stores: Stores, run: TransferRun, source: Path
) -> None:
    add(queue, stores, source)
    source.write_bytes(fake_picture(salt="changed"))
    run.run(taken(queue))
    assert (row(queue).state, row(queue).code, stores.records.items) == (TransferState.FAILED, "source_changed", {})


def test_a_retry_means_the_file_as_it_is_now_as_a_new_image(
    queue: TransferQueue, stores: Stores, run: TransferRun, source: Path
) -> None:
    transfer = add(queue, stores, source)
    changed = fake_picture(salt="changed")
    source.write_bytes(changed)
    run.run(taken(queue))
    queue.retry(transfer.transfer_id)
    run.run(taken(queue))
    assert row(queue).state is TransferState.DONE
    (record,) = stores.records.items.values()
    assert stores.objects.contents[record.key] == changed
    assert (record.image_id, record.size) == (row(queue).image_id, len(changed))
    assert record.image_id != transfer.image_id


def test_a_commit_whose_answer_was_lost_is_found_though_the_file_is_gone(
    queue: TransferQueue, stores: Stores, run: TransferRun, shown: Shown, source: Path
) -> None:
    transfer = add(queue, stores, source)
    stores.records.faults.fail_next("add", StoreUnavailable("The line broke."), after=True)
    stores.records.faults.fail_next("get", StoreUnavailable("The line is still broken."))
    run.run(taken(queue))
    assert row(queue).state is TransferState.WAITING
    source.unlink()
    queue.resume_all()
    run.run(taken(queue))
    assert (row(queue).state, list(stores.records.items)) == (TransferState.DONE, [transfer.image_id])
    assert [record.image_id for record in shown.records] == [transfer.image_id]


def test_a_store_out_of_reach_when_a_resumed_one_is_looked_up_lets_it_wait(
    queue: TransferQueue, stores: Stores, run: TransferRun, source: Path
) -> None:
    add(queue, stores, source)
    stores.objects.faults.fail_next("put", StoreUnavailable("The line broke."))
    stores.records.faults.fail_next("get", StoreUnavailable("The line is still broken."))
    run.run(taken(queue))
    queue.resume_all()
    run.run(taken(queue))
    assert (row(queue).state, row(queue).attempts) == (TransferState.WAITING, 2)
