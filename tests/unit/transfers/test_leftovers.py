"""What an upload that was given up may have left in the store is removed, if need be after a restart."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from imagedesk.core.errors import StoreUnavailable
from imagedesk.core.ports import PARTS_FROM
from imagedesk.transfers.intake import IntakeFile
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from tests.fakes.sample_records import sample_record

Add = Callable[..., list[int]]


@pytest.fixture
def discarded(queue: TransferQueue) -> list[str]:
    found: list[str] = []
    queue.discard_with(lambda image_id, user_id: found.append(f"{user_id} {image_id}"))
    return found


def image_ids(queue: TransferQueue) -> list[str]:
    return [transfer.image_id for transfer in queue.snapshot()]


def reopened(queue: TransferQueue) -> TransferQueue:
    """What the next start finds."""
    queue.write_journal()
    queue.journal.close()
    return TransferQueue(TransferJournal(queue.journal.path))


def test_cancelling_a_large_upload_under_way_removes_its_parts(
    queue: TransferQueue, add: Add, discarded: list[str]
) -> None:
    (key,) = add(PARTS_FROM)
    running = queue.take(0)
    assert running is not None
    queue.cancel(key)
    assert queue.take(0) is None
    assert discarded == []  # its worker has not let go
    queue.cancelled(running)
    assert queue.take(0) is None
    assert discarded == [f"ann {running.transfer.image_id}"]
    assert queue.journal.given_up() == reopened(queue).journal.given_up() == {}


@pytest.mark.parametrize("give_up", [TransferQueue.cancel, TransferQueue.dismiss])
def test_one_that_waits_may_have_begun_before(
    queue: TransferQueue, add: Add, discarded: list[str], give_up: Callable[[TransferQueue, int], None]
) -> None:
    key, _ = add(PARTS_FROM, PARTS_FROM - 1)
    (image_id, _) = image_ids(queue)
    give_up(queue, key)
    queue.pause_all()
    assert queue.take(0) is None
    assert discarded == [f"ann {image_id}"]


def test_neither_small_nor_finished_uploads_are_looked_for(
    queue: TransferQueue, add: Add, discarded: list[str]
) -> None:
    add(1, PARTS_FROM)
    queue.cancel(1)
    running = queue.take(0)
    assert running is not None
    queue.succeed(running, sample_record(1))
    queue.clear_finished()
    assert queue.take(0) is None
    assert discarded == []


def test_a_pause_and_the_end_of_the_program_keep_the_parts(
    queue: TransferQueue, add: Add, discarded: list[str]
) -> None:
    add(PARTS_FROM, PARTS_FROM + 1)
    for control in (lambda: queue.pause(1), queue.close):
        running = queue.take(0)
        assert running is not None
        control()
        queue.cancelled(running)
    queue.write_journal()
    assert discarded == []


def test_a_store_out_of_reach_is_asked_again_after_the_next_start(queue: TransferQueue, add: Add) -> None:
    (key,) = add(PARTS_FROM)
    (image_id,) = image_ids(queue)

    def fail(_image_id: str, _user_id: str) -> None:
        raise StoreUnavailable("no network")

    queue.discard_with(fail)
    queue.cancel(key)
    assert queue.take(0) is None
    again, found = reopened(queue), list[str]()
    again.discard_with(lambda image_id, _user_id: found.append(image_id))
    assert again.take(0) is None
    assert found == [image_id]
    last = reopened(again)
    assert last.journal.given_up() == {}
    last.journal.close()


def test_a_crash_between_giving_up_and_removing_is_made_good(queue: TransferQueue, add: Add) -> None:
    (key,) = add(PARTS_FROM)
    expected = dict.fromkeys(image_ids(queue), "ann")
    queue.cancel(key)
    again = reopened(queue)
    assert again.journal.given_up() == expected
    assert again.snapshot() == []
    again.journal.close()


def test_one_that_is_retried_is_no_leftover(queue: TransferQueue, add: Add) -> None:
    (key,) = add(PARTS_FROM)
    queue.cancel(key)
    queue.write_journal()
    queue.retry(key)
    again = reopened(queue)
    assert again.journal.given_up() == {}
    assert len(again.snapshot()) == 1
    again.journal.close()


def test_a_changed_file_gives_its_old_image_up(queue: TransferQueue, add: Add) -> None:
    add(PARTS_FROM)
    (image_id,) = image_ids(queue)
    running = queue.take(0)
    assert running is not None
    queue.renew(running, IntakeFile(Path("/photos/x.png"), 5, 2), "ann!new")
    again = reopened(queue)
    assert again.journal.given_up() == {image_id: "ann"}
    again.journal.close()


def test_a_journal_of_the_version_before_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "transfers.sqlite"
    TransferJournal(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE given_up")
        connection.execute("ALTER TABLE uploads DROP COLUMN anyway")
        connection.execute("ALTER TABLE uploads DROP COLUMN camera_data")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    journal = TransferJournal(path)
    assert journal.given_up() == {}
    journal.close()


@pytest.mark.parametrize("size", [100, PARTS_FROM])
def test_what_was_cancelled_does_not_begin_again_even_if_its_worker_never_let_go(
    queue: TransferQueue, add: Add, size: int
) -> None:
    add(size)
    running = queue.take(0)
    assert running is not None
    queue.cancel_all()
    queue.close()
    again = reopened(queue)
    assert again.journal.unfinished() == []
    assert list(again.journal.given_up()) == ([running.transfer.image_id] if size >= PARTS_FROM else [])
