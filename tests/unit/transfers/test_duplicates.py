"""Duplicates: found before anything is sent, by anybody's upload, and asked about once a batch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled
from imagedesk.transfers.duplicates import Digests, Duplicate, UnderWay
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from imagedesk.transfers.transfer import DuplicateAnswer, TransferState
from tests.fakes.sample_records import sample_record

Add = Callable[..., list[int]]
THERE = sample_record(7)


def states(queue: TransferQueue) -> list[TransferState]:
    return [transfer.state for transfer in queue.snapshot()]


def run_into_duplicate(queue: TransferQueue) -> None:
    running = queue.take(0)
    assert running is not None
    queue.duplicate(running, Duplicate(THERE))


def journalled(queue: TransferQueue) -> int:
    queue.write_journal()
    queue.journal.close()
    again = TransferJournal(queue.journal.path)
    again.close()
    return len(again.unfinished())


def test_a_duplicate_ends_with_the_image_that_is_there_and_whose_it_is(queue: TransferQueue, add: Add) -> None:
    add(100)
    run_into_duplicate(queue)
    (transfer,) = queue.snapshot()
    assert (transfer.state, transfer.record, transfer.code) == (TransferState.DUPLICATE, THERE, "duplicate")
    assert THERE.user_id in transfer.reason
    assert THERE.created_at[:10] in transfer.reason
    summary = queue.summary()
    assert (summary.duplicate, summary.files, summary.finished, summary.bytes_total) == (1, 1, 1, 0)
    assert summary.is_idle


def test_an_unanswered_duplicate_is_asked_about_again_after_a_restart(queue: TransferQueue, add: Add) -> None:
    add(100)
    run_into_duplicate(queue)
    assert journalled(queue) == 1


def test_skipping_is_remembered_for_the_batch_and_not_beyond(queue: TransferQueue, add: Add) -> None:
    add(1, 2)
    add(3)
    run_into_duplicate(queue)
    queue.answer_duplicates(DuplicateAnswer.SKIP, queue.snapshot()[0].batch)
    run_into_duplicate(queue)
    run_into_duplicate(queue)
    assert states(queue) == [TransferState.DUPLICATE] * 3
    assert journalled(queue) == 1


def test_uploading_anyway_runs_them_and_is_remembered_for_the_batch(queue: TransferQueue, add: Add) -> None:
    add(1, 2)
    run_into_duplicate(queue)
    queue.answer_duplicates(DuplicateAnswer.UPLOAD, queue.snapshot()[0].batch)
    assert states(queue) == [TransferState.WAITING] * 2
    first = queue.take(0)
    assert first is not None
    assert first.transfer.anyway
    queue.succeed(first, sample_record(1))
    run_into_duplicate(queue)
    assert states(queue) == [TransferState.DONE, TransferState.WAITING]
    queue.write_journal()
    queue.journal.close()
    (left,) = TransferQueue(TransferJournal(queue.journal.path)).snapshot()
    assert left.anyway


def test_new_work_leaves_a_duplicate_counted_until_it_is_answered(queue: TransferQueue, add: Add) -> None:
    add(1)
    run_into_duplicate(queue)
    add(2)
    assert queue.summary().duplicate == 1
    run_into_duplicate(queue)
    queue.answer_duplicate(DuplicateAnswer.SKIP, *(transfer.transfer_id for transfer in queue.snapshot()))
    add(3)
    assert queue.summary().duplicate == 0


def test_a_skipped_one_asks_no_more_and_may_still_be_uploaded(queue: TransferQueue, add: Add) -> None:
    (key,) = add(1)
    run_into_duplicate(queue)
    assert queue.summary().unanswered == 1
    queue.answer_duplicate(DuplicateAnswer.SKIP, key)
    assert (queue.summary().duplicate, queue.summary().unanswered) == (1, 0)
    queue.answer_duplicate(DuplicateAnswer.UPLOAD, key)
    assert (queue.summary().waiting, queue.summary().duplicate, queue.summary().skipped) == (1, 0, 0)


def test_one_can_be_answered_alone(queue: TransferQueue, add: Add) -> None:
    add(1, 2)
    run_into_duplicate(queue)
    run_into_duplicate(queue)
    queue.answer_duplicate(DuplicateAnswer.UPLOAD, queue.snapshot()[1].transfer_id)
    assert states(queue) == [TransferState.DUPLICATE, TransferState.WAITING]
    queue.clear_finished()
    assert states(queue) == [TransferState.WAITING]


def test_an_answer_means_nothing_to_a_row_that_is_no_duplicate(queue: TransferQueue, add: Add) -> None:
    (key,) = add(1)
    queue.answer_duplicate(DuplicateAnswer.SKIP, key)
    assert states(queue) == [TransferState.WAITING]
    assert journalled(queue) == 1


def test_a_file_is_read_once_while_it_looks_the_same() -> None:
    read: list[Path] = []

    def digest(path: Path, _cancel: CancelToken) -> str:
        read.append(path)
        return f"digest {len(read)}"

    digests, cancel, path = Digests(digest), CancelToken(), Path("/a.png")
    assert digests.of(path, 10, 1, cancel) == digests.of(path, 10, 1, cancel) == "digest 1"
    assert digests.of(path, 10, 2, cancel) == "digest 2"
    assert digests.of(path, 11, 2, cancel) == "digest 3"


def test_equal_files_go_one_after_the_other_and_others_do_not_wait() -> None:
    under_way, entered, order = UnderWay(), threading.Event(), list[str]()

    def second() -> None:
        entered.set()
        with under_way.alone("a", CancelToken()):
            order.append("second")

    thread = threading.Thread(target=second)
    with under_way.alone("a", CancelToken()):
        thread.start()
        assert entered.wait(30)
        with under_way.alone("b", CancelToken()):
            order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_who_waits_for_an_equal_file_can_be_cancelled() -> None:
    under_way, cancel = UnderWay(), CancelToken()
    timer = threading.Timer(0.02, cancel.cancel)
    with under_way.alone("a", CancelToken()):
        timer.start()
        with pytest.raises(Cancelled), under_way.alone("a", cancel):
            raise AssertionError("it was let in")
    timer.join()
    with under_way.alone("a", CancelToken()):
        pass
