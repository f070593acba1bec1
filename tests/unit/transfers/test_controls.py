"""What a person does with the queue: pause, resume, cancel, dismiss, clear; and what becomes of the files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from imagedesk.core.errors import NotAnImage, StoreUnavailable
from imagedesk.transfers.intake import IntakeFile
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from imagedesk.transfers.transfer import TransferState
from tests.fakes.sample_records import sample_record
from tests.unit.transfers.queue_state import journalled, one, states, taken

Add = Callable[..., list[int]]
NewId = Callable[[str], str]
RECORD = sample_record(1)
NO_NETWORK = StoreUnavailable("The library cannot be reached: check the network.")
NO_PICTURE = NotAnImage("Not an image: the file holds text.")


def test_pausing_stops_what_runs_and_resuming_begins_it_anew(queue: TransferQueue, add: Add) -> None:
    first, second = add(1, 2)
    running = taken(queue)
    running.progress(1)
    queue.pause_all()
    assert running.cancel.is_cancelled
    queue.cancelled(running)
    assert (one(queue, first).state, one(queue, first).done) == (TransferState.PAUSED, 0)
    assert one(queue, second).state is TransferState.WAITING
    assert queue.summary().paused
    assert queue.summary().waiting == 2
    assert queue.take(0) is None
    queue.resume_all()
    assert [taken(queue).transfer.transfer_id, taken(queue).transfer.transfer_id] == [first, second]


def test_resuming_before_the_worker_let_go_runs_it_again(queue: TransferQueue, add: Add) -> None:
    add(1)
    running = taken(queue)
    queue.pause_all()
    queue.resume_all()
    queue.cancelled(running)
    assert states(queue) == [TransferState.WAITING]
    assert taken(queue).cancel is not running.cancel


def test_what_was_committed_while_it_was_stopped_is_done(queue: TransferQueue, add: Add) -> None:
    first, second = add(1, 2)
    a, b = taken(queue), taken(queue)
    queue.cancel(first)
    queue.pause(second)
    queue.succeed(a, RECORD)
    queue.succeed(b, RECORD)
    assert states(queue) == [TransferState.DONE, TransferState.DONE]
    assert journalled(queue) == []


def test_one_can_be_paused_and_the_others_go_on(queue: TransferQueue, add: Add) -> None:
    first, second = add(1, 2)
    queue.pause(first)
    assert taken(queue).transfer.transfer_id == second
    queue.resume(first)
    assert taken(queue).transfer.transfer_id == first


def test_cancelling_gives_up_what_waits_at_once_and_what_runs_when_its_worker_lets_go(
    queue: TransferQueue, add: Add
) -> None:
    add(1, 2, 3)
    running = taken(queue)
    queue.cancel_all()
    assert states(queue) == [TransferState.RUNNING, TransferState.CANCELLED, TransferState.CANCELLED]
    queue.cancelled(running)
    assert states(queue) == [TransferState.CANCELLED] * 3
    assert journalled(queue) == []


def test_a_fault_of_the_network_while_it_is_cancelled_is_no_failure(queue: TransferQueue, add: Add) -> None:
    (key,) = add(1)
    running = taken(queue)
    queue.cancel(key)
    queue.fail(running, NO_NETWORK)
    assert states(queue) == [TransferState.CANCELLED]


def test_a_cancelled_upload_that_is_retried_is_journalled_before_it_runs(queue: TransferQueue, add: Add) -> None:
    (key,) = add(1)
    image_id = one(queue, key).image_id
    queue.cancel(key)
    queue.write_journal()
    queue.retry(key)
    taken(queue)
    assert journalled(queue) == [image_id]


def test_an_upload_that_cannot_be_journalled_again_does_not_run(
    queue: TransferQueue, add: Add, journal: TransferJournal
) -> None:
    (key,) = add(1)
    queue.cancel(key)
    queue.write_journal()
    journal.close()
    queue.retry(key)
    assert queue.take(0) is None
    assert one(queue, key).state is TransferState.FAILED


def test_uploads_that_cannot_be_journalled_are_not_added(
    queue: TransferQueue, add: Add, journal: TransferJournal
) -> None:
    journal.close()
    with pytest.raises(StoreUnavailable):
        add(1)
    assert queue.snapshot() == []


def test_dismissing_removes_the_row_also_while_it_runs(queue: TransferQueue, add: Add) -> None:
    first, second = add(1, 2)
    running = taken(queue)
    queue.take_changes()
    queue.dismiss(first)
    queue.dismiss(second)
    assert queue.take_changes().removed == (second,)
    queue.cancelled(running)
    assert queue.take_changes().removed == (first,)
    assert queue.snapshot() == []
    assert journalled(queue) == []


def test_clearing_removes_what_is_finished(queue: TransferQueue, add: Add) -> None:
    add(1, 2, 3, 4)
    queue.succeed(taken(queue), RECORD)
    queue.fail(taken(queue), NO_PICTURE)
    taken(queue)
    queue.clear_finished()
    assert states(queue) == [TransferState.RUNNING, TransferState.WAITING]
    assert len(journalled(queue)) == 2


def test_a_pasted_file_goes_when_it_is_uploaded_or_dismissed_but_not_when_it_can_be_retried(
    queue: TransferQueue, new_image_id: NewId, tmp_path: Path
) -> None:
    def paste(name: str) -> tuple[Path, int]:
        path = tmp_path / name
        path.write_bytes(b"png")
        (transfer,) = queue.add_uploads([IntakeFile(path, 3, 1, spooled=True)], "ann", new_image_id)
        return path, transfer.transfer_id

    done, _ = paste("done.png")
    queue.succeed(taken(queue), RECORD)
    cancelled, cancelled_id = paste("cancelled.png")
    queue.cancel(cancelled_id)
    queue.write_journal()
    assert not done.exists()
    assert cancelled.exists()
    queue.dismiss(cancelled_id)
    queue.write_journal()
    assert not cancelled.exists()


def test_a_person_s_own_file_is_never_removed(queue: TransferQueue, new_image_id: NewId, tmp_path: Path) -> None:
    path = tmp_path / "mine.png"
    path.write_bytes(b"png")
    queue.add_uploads([IntakeFile(path, 3, 1)], "ann", new_image_id)
    queue.succeed(taken(queue), RECORD)
    queue.clear_finished()
    queue.write_journal()
    assert path.exists()
