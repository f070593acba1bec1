from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk.core.errors import AccessDenied, NotAnImage, StoreUnavailable
from imagedesk.transfers.intake import IntakeFile
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from imagedesk.transfers.running_transfer import RunningTransfer
from imagedesk.transfers.transfer import TransferState
from tests.fakes.sample_records import sample_record
from tests.unit.transfers.conftest import FakeClock
from tests.unit.transfers.queue_state import journalled, one, states, taken

Add = Callable[..., list[int]]
NewId = Callable[[str], str]
RECORD = sample_record(1)
NO_NETWORK = StoreUnavailable("The library cannot be reached: check the network.")
NO_PICTURE = NotAnImage("Not an image: the file holds text.")


def test_an_upload_goes_from_waiting_over_running_to_done(queue: TransferQueue, add: Add) -> None:
    (key,) = add(100)
    assert states(queue) == [TransferState.WAITING]
    running = taken(queue)
    assert states(queue) == [TransferState.RUNNING]
    running.progress(60)
    assert one(queue, key).done == 60
    queue.succeed(running, RECORD)
    assert one(queue, key).state is TransferState.DONE
    assert one(queue, key).record == RECORD
    assert queue.take(0) is None


def test_a_finished_upload_leaves_the_journal_and_an_unfinished_one_stays(queue: TransferQueue, add: Add) -> None:
    add(1, 2, 3, 4)
    queue.succeed(taken(queue), RECORD)
    queue.fail(taken(queue), NO_PICTURE)
    taken(queue)
    assert len(journalled(queue)) == 3


def test_the_next_start_goes_on_with_the_same_image_ids(
    queue: TransferQueue, add: Add, journal: TransferJournal
) -> None:
    add(1, 2, 3)
    before = {transfer.image_id for transfer in queue.snapshot()}
    taken(queue)
    queue.close()
    journal.close()
    again = TransferQueue(TransferJournal(journal.path))
    try:
        assert {transfer.image_id for transfer in again.snapshot()} == before
        assert states(again) == [TransferState.WAITING] * 3
        assert taken(again).resumed
        assert len({transfer.transfer_id for transfer in again.snapshot()}) == 3
    finally:
        again.journal.close()


def test_the_folder_becomes_metadata_beside_what_the_person_gave(queue: TransferQueue, new_image_id: NewId) -> None:
    files = [IntakeFile(Path("/a.png"), 1, 1, "Holiday"), IntakeFile(Path("/b.png"), 1, 1)]
    first, second = queue.add_uploads(files, "ann", new_image_id, {"campaign": "autumn"})
    assert first.metadata == {"folder": "Holiday", "campaign": "autumn"}
    assert second.metadata == {"campaign": "autumn"}


def test_a_failure_keeps_its_sentence_and_can_be_retried(queue: TransferQueue, add: Add) -> None:
    (key,) = add(100)
    queue.fail(taken(queue), NO_PICTURE)
    failed = one(queue, key)
    assert (failed.state, failed.reason, failed.code) == (TransferState.FAILED, NO_PICTURE.message, "not_an_image")
    queue.retry(key)
    assert (one(queue, key).state, one(queue, key).reason) == (TransferState.WAITING, "")
    assert taken(queue).retried


def test_a_store_out_of_reach_is_tried_again_a_few_times_with_patience(
    queue: TransferQueue, add: Add, clock: FakeClock
) -> None:
    (key,) = add(100)
    waits = []
    for _ in range(3):
        queue.fail(taken(queue), NO_NETWORK)
        assert one(queue, key).state is TransferState.WAITING
        assert queue.take(0) is None
        began = clock.now
        while queue._outage.remaining(clock.now):
            clock.now += 1
        waits.append(clock.now - began)
    queue.fail(taken(queue), NO_NETWORK)
    assert one(queue, key).state is TransferState.FAILED
    assert waits == [2, 4, 8]


def test_an_outage_holds_the_whole_queue_so_that_not_every_file_fails(
    queue: TransferQueue, add: Add, clock: FakeClock
) -> None:
    add(*range(1, 101))
    for _ in range(20):
        while (running := queue.take(0)) is not None:
            queue.fail(running, NO_NETWORK)
        clock.now += 60
    assert queue.summary().failed <= 5


def test_a_refusal_is_no_matter_of_patience(queue: TransferQueue, add: Add) -> None:
    add(1, 2)
    queue.fail(taken(queue), AccessDenied("Permission is missing."))
    assert states(queue)[0] is TransferState.FAILED
    assert queue.take(0) is not None


def test_a_person_who_retries_does_not_wait_for_the_outage(queue: TransferQueue, add: Add) -> None:
    (key,) = add(1)
    queue.fail(taken(queue), NO_NETWORK)
    assert queue.take(0) is None
    queue.resume_all()
    queue.fail(taken(queue), AccessDenied("no"))
    queue.retry(key)
    assert queue.take(0) is not None


def test_a_changed_file_that_is_retried_becomes_a_new_image(queue: TransferQueue, add: Add) -> None:
    (key,) = add(1)
    running = taken(queue)
    queue.renew(running, IntakeFile(Path("/photos/1.png"), 5, 9), "ann!new")
    assert (running.transfer.image_id, running.transfer.total, one(queue, key).total) == ("ann!new", 5, 5)
    assert journalled(queue) == ["ann!new"]


def test_a_download_is_in_the_queue_but_not_in_the_journal(queue: TransferQueue, tmp_path: Path) -> None:
    queue.add_downloads([RECORD, sample_record(2)], tmp_path)
    running = taken(queue)
    assert (running.transfer.record, running.transfer.target) == (RECORD, tmp_path)
    queue.succeed(running, tmp_path / "IMG_0001.jpg")
    assert queue.snapshot()[0].target == tmp_path / "IMG_0001.jpg"
    assert journalled(queue) == []


def test_only_what_changed_is_told_and_each_change_once(queue: TransferQueue, add: Add) -> None:
    keys = add(*range(1, 6))
    assert [transfer.transfer_id for transfer in queue.take_changes().changed] == keys
    assert not queue.take_changes()
    running = taken(queue)
    running.progress(1)
    running.progress(1)
    assert [transfer.transfer_id for transfer in queue.take_changes().changed] == [running.transfer.transfer_id]


def test_the_listener_is_told_once_until_the_changes_are_taken(queue: TransferQueue, add: Add) -> None:
    told: list[int] = []
    queue.on_change(lambda: told.append(1))
    add(1)
    add(2)
    assert len(told) == 1
    queue.take_changes()
    add(3)
    assert len(told) == 2


def test_a_late_word_about_a_transfer_that_has_ended_is_ignored(queue: TransferQueue, add: Add) -> None:
    add(1)
    running = taken(queue)
    queue.succeed(running, RECORD)
    running.progress(0)
    queue.fail(running, NO_PICTURE)
    queue.cancelled(running)
    assert states(queue) == [TransferState.DONE]


def test_the_summary_counts_rows_and_bytes(queue: TransferQueue, add: Add, clock: FakeClock) -> None:
    add(100, 200, 300, 400)
    queue.succeed(taken(queue), RECORD)
    queue.fail(taken(queue), NO_PICTURE)
    running = taken(queue)
    for done in range(0, 201, 50):
        running.progress(done)
        clock.now += 1
    summary = queue.summary()
    assert (summary.done, summary.failed, summary.running, summary.waiting, summary.files) == (1, 1, 1, 1, 4)
    assert (summary.bytes_done, summary.bytes_total) == (300, 800)
    assert summary.speed > 0
    assert summary.seconds_left == pytest.approx(500 / summary.speed, rel=0.2)


def test_a_new_batch_counts_from_zero_but_failed_ones_still_count(queue: TransferQueue, add: Add) -> None:
    add(100, 200)
    queue.succeed(taken(queue), RECORD)
    queue.fail(taken(queue), NO_PICTURE)
    assert queue.summary().is_idle
    assert queue.summary().fraction == 1.0
    add(1000)
    summary = queue.summary()
    assert (summary.done, summary.failed, summary.waiting, summary.bytes_done, summary.bytes_total) == (
        0,
        1,
        1,
        0,
        1000,
    )


def test_a_thread_that_waits_is_woken_by_work_and_by_the_end(queue: TransferQueue, add: Add) -> None:
    got: list[RunningTransfer | None] = []

    def wait() -> None:
        while True:
            got.append(queue.take())
            if got[-1] is None:
                return

    thread = threading.Thread(target=wait)
    thread.start()
    add(1)
    queue.cancel_all()
    queue.close()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert got[-1] is None


def test_closing_stops_what_runs_and_keeps_it_for_the_next_start(queue: TransferQueue, add: Add) -> None:
    add(1, 2)
    running = taken(queue)
    queue.close()
    assert running.cancel.is_cancelled
    queue.cancelled(running)
    assert queue.take() is None
    assert len(journalled(queue)) == 2


def test_what_a_person_cancelled_is_not_brought_back_by_closing(queue: TransferQueue, add: Add) -> None:
    (key,) = add(1)
    running = taken(queue)
    queue.cancel(key)
    queue.close()
    queue.cancelled(running)
    assert journalled(queue) == []


def test_the_value_of_a_transfer_cannot_be_changed(queue: TransferQueue, add: Add) -> None:
    (key,) = add(1)
    before = one(queue, key)
    taken(queue)
    assert before.state is TransferState.WAITING
    assert replace(before, state=TransferState.RUNNING) == one(queue, key)
