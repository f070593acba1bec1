from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AccessDenied, MissingUser, StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from imagedesk.transfers.intake import IntakeChunk, walk
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.transfer import TransferState
from imagedesk.workers import transfer_intake
from imagedesk.workers.transfer_intake import IntakeReport
from imagedesk.workers.transfer_worker import TransferWorker
from tests.fakes.picture_reader import fake_picture
from tests.ui.library_in_memory import WAIT_MS, Stores
from tests.ui.workers.transfer_panel import Panel, unfinished


def test_a_dropped_folder_is_uploaded_shown_and_told_once(
    worker: TransferWorker,
    panel: Panel,
    stores: Stores,
    shown: list[ImageRecord],
    pictures: Callable[[int], Path],
    qtbot: QtBot,
) -> None:
    folder = pictures(40)
    (folder / "notes.txt").write_text("no picture")
    with qtbot.waitSignal(worker.batch_finished, timeout=WAIT_MS):
        worker.add_paths([folder], {"trip": "Skye"})
    qtbot.waitUntil(lambda: bool(panel.reports), timeout=WAIT_MS)
    assert panel.reports == [IntakeReport(added=40, skipped=1)]
    assert panel.states() == ["done"] * 40
    assert [(summary.done, summary.failed) for summary in panel.finished] == [(40, 0)]
    assert sorted(record.image_id for record in shown) == sorted(stores.records.items)
    assert all(record.metadata == {"folder": "Holiday", "trip": "Skye"} for record in shown)
    assert worker.summary() == panel.finished[0]


def test_the_batch_is_not_over_while_files_are_still_being_found(
    worker: TransferWorker, panel: Panel, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, found = tmp_path / "1.png", tmp_path / "2.png", threading.Event()
    for file in (first, second):
        file.write_bytes(fake_picture(salt=file.name))

    def walk_slowly(paths: Sequence[Path], cancel: CancelToken) -> Iterator[IntakeChunk]:
        if list(paths) == [second]:
            assert found.wait(WAIT_MS / 1000)
        yield from walk(paths, cancel)

    monkeypatch.setattr(transfer_intake, "walk", walk_slowly)
    worker.add_paths([first])
    worker.add_paths([second])
    qtbot.waitUntil(lambda: bool(panel.summaries) and panel.summaries[-1].done == 1, timeout=WAIT_MS)
    assert (worker.summary().is_idle, panel.finished) == (True, [])
    found.set()
    qtbot.waitUntil(lambda: len(panel.reports) == 2 and bool(panel.finished), timeout=WAIT_MS)
    assert (panel.states(), len(panel.finished)) == (["done", "done"], 1)


def test_a_drop_without_any_picture_finishes_no_batch(
    worker: TransferWorker, panel: Panel, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "Empty").mkdir()
    with qtbot.waitSignal(worker.intake_finished, timeout=WAIT_MS):
        worker.add_paths([tmp_path / "Empty"])
    summaries = len(panel.summaries)
    qtbot.waitUntil(lambda: len(panel.summaries) > summaries, timeout=WAIT_MS)
    assert (panel.reports, panel.finished) == ([IntakeReport()], [])


def test_progress_is_shown_while_a_file_is_under_way(
    worker: TransferWorker, panel: Panel, stores: Stores, pictures: Callable[[int], Path], qtbot: QtBot
) -> None:
    stores.objects.gate.clear()
    worker.add_paths([pictures(1)])
    qtbot.waitUntil(lambda: any(row.done > 0 for row in panel.rows.values()), timeout=WAIT_MS)
    (row,) = panel.rows.values()
    assert (row.state, row.done) == (TransferState.RUNNING, row.total // 2)
    assert (panel.summaries[-1].running, panel.summaries[-1].bytes_done) == (1, row.total // 2)
    assert panel.finished == []


def test_pausing_stops_what_runs_and_resuming_goes_on_to_the_end(
    worker: TransferWorker, panel: Panel, stores: Stores, pictures: Callable[[int], Path], qtbot: QtBot
) -> None:
    stores.objects.gate.clear()
    worker.add_paths([pictures(10)])
    qtbot.waitUntil(lambda: panel.states().count("running") == 3, timeout=WAIT_MS)
    worker.pause_all()
    qtbot.waitUntil(lambda: "running" not in panel.states(), timeout=WAIT_MS)
    assert worker.summary().paused
    assert stores.records.items == {}
    stores.objects.gate.set()
    with qtbot.waitSignal(worker.batch_finished, timeout=WAIT_MS):
        worker.resume_all()
    assert panel.states() == ["done"] * 10
    assert len(panel.finished) == 1


def test_one_can_be_paused_resumed_cancelled_retried_and_dismissed(
    worker: TransferWorker, panel: Panel, stores: Stores, pictures: Callable[[int], Path], qtbot: QtBot
) -> None:
    def shows(state: str) -> Callable[[], bool]:
        return lambda: panel.rows[1].state.value == state

    stores.objects.gate.clear()
    worker.add_paths([pictures(1)])
    qtbot.waitUntil(lambda: 1 in panel.rows and panel.rows[1].state is TransferState.RUNNING, timeout=WAIT_MS)
    worker.pause(1)
    qtbot.waitUntil(shows("paused"), timeout=WAIT_MS)
    worker.resume(1)
    qtbot.waitUntil(shows("running"), timeout=WAIT_MS)
    worker.cancel(1)
    qtbot.waitUntil(shows("cancelled"), timeout=WAIT_MS)
    stores.objects.gate.set()
    worker.retry(1)
    qtbot.waitUntil(shows("done"), timeout=WAIT_MS)
    worker.dismiss(1)
    qtbot.waitUntil(lambda: panel.rows == {}, timeout=WAIT_MS)
    assert len(stores.records.items) == 1


def test_cancelling_everything_leaves_nothing_to_do_nor_in_the_journal(
    worker: TransferWorker,
    panel: Panel,
    stores: Stores,
    journal: TransferJournal,
    pictures: Callable[[int], Path],
    qtbot: QtBot,
) -> None:
    stores.objects.gate.clear()
    worker.add_paths([pictures(20)])
    qtbot.waitUntil(lambda: panel.states().count("running") == 3, timeout=WAIT_MS)
    worker.cancel_all()
    qtbot.waitUntil(lambda: panel.states() == ["cancelled"] * 20, timeout=WAIT_MS)
    worker.clear_finished()
    qtbot.waitUntil(lambda: panel.rows == {}, timeout=WAIT_MS)
    assert stores.records.items == {}
    assert worker.shutdown()
    assert unfinished(journal) == []


def test_files_that_were_found_when_everything_was_cancelled_are_not_taken_in(
    worker: TransferWorker,
    panel: Panel,
    stores: Stores,
    pictures: Callable[[int], Path],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def walk_while_a_person_cancels(paths: Sequence[Path], cancel: CancelToken) -> Iterator[IntakeChunk]:
        chunks = list(walk(paths, cancel))
        worker.cancel_all()  # finds nothing yet
        yield from chunks

    monkeypatch.setattr(transfer_intake, "walk", walk_while_a_person_cancels)
    with qtbot.waitSignal(worker.intake_cancelled, timeout=WAIT_MS):
        worker.add_paths([pictures(5)])
    assert (worker.summary().files, panel.reports, stores.records.items) == (0, [], {})


def test_files_that_come_in_just_after_everything_was_cancelled_are_cancelled_too(
    worker: TransferWorker,
    panel: Panel,
    stores: Stores,
    pictures: Callable[[int], Path],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_uploads = worker._queue.add_uploads

    def add_while_a_person_cancels(*arguments: object) -> object:
        worker.cancel_all()  # finds nothing yet
        return add_uploads(*arguments)

    monkeypatch.setattr(worker._queue, "add_uploads", add_while_a_person_cancels)
    stores.objects.gate.clear()
    worker.add_paths([pictures(5)])
    qtbot.waitUntil(lambda: panel.states() == ["cancelled"] * 5, timeout=WAIT_MS)
    assert (worker.summary().is_idle, stores.records.items) == (True, {})


def test_what_failed_says_why_and_is_retried(
    worker: TransferWorker, panel: Panel, stores: Stores, pictures: Callable[[int], Path], qtbot: QtBot
) -> None:
    stores.objects.faults.fail_next("put", AccessDenied("You may not write here."))
    with qtbot.waitSignal(worker.batch_finished, timeout=WAIT_MS):
        worker.add_paths([pictures(3)])
    assert sorted(panel.states()) == ["done", "done", "failed"]
    assert [row.reason for row in panel.rows.values() if row.reason] == ["You may not write here."]
    with qtbot.waitSignal(worker.batch_finished, timeout=WAIT_MS):
        worker.retry_failed()
    assert panel.states() == ["done"] * 3
    assert len(panel.finished) == 2


def test_a_store_out_of_reach_keeps_files_waiting_until_a_person_tries_again(
    worker: TransferWorker, panel: Panel, stores: Stores, pictures: Callable[[int], Path], qtbot: QtBot
) -> None:
    stores.objects.faults.fail_next("put", StoreUnavailable("The server cannot be reached."))
    worker.add_paths([pictures(1)])
    qtbot.waitUntil(lambda: any(row.attempts == 1 for row in panel.rows.values()), timeout=WAIT_MS)
    assert panel.states() == ["waiting"]
    assert panel.finished == []
    with qtbot.waitSignal(worker.batch_finished, timeout=WAIT_MS):
        worker.resume_all()
    assert panel.states() == ["done"]


def test_a_pasted_picture_is_uploaded_and_its_spooled_file_goes(
    worker: TransferWorker, panel: Panel, stores: Stores, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(worker.batch_finished, timeout=WAIT_MS):
        worker.add_picture(fake_picture(), {"from": "clipboard"})
    (record,) = stores.records.items.values()
    assert record.filename.startswith("pasted-")
    qtbot.waitUntil(lambda: list((tmp_path / "data" / "pasted").iterdir()) == [], timeout=WAIT_MS)
    assert panel.reports == [IntakeReport(added=1)]


def test_downloads_land_in_the_folder(
    worker: TransferWorker, panel: Panel, stores: Stores, tmp_path: Path, qtbot: QtBot
) -> None:
    stores.upload(5)
    target = tmp_path / "saved"
    target.mkdir()
    with qtbot.waitSignal(worker.batch_finished, timeout=WAIT_MS):
        worker.download(list(stores.records.items.values()), target)
    assert sorted(path.name for path in target.iterdir()) == [f"{number}.png" for number in range(5)]


def test_an_intake_that_cannot_begin_says_why(
    worker: TransferWorker, panel: Panel, stores: Stores, pictures: Callable[[int], Path], qtbot: QtBot
) -> None:
    def nobody() -> object:
        raise MissingUser

    stores.service.identity = nobody
    with qtbot.waitSignal(worker.intake_failed, timeout=WAIT_MS):
        worker.add_paths([pictures(1)])
    assert [type(error) for error in panel.errors] == [MissingUser]
    assert (panel.rows, panel.finished) == ({}, [])


def test_ten_thousand_rows_come_in_few_batches(
    worker: TransferWorker, panel: Panel, stores: Stores, tmp_path: Path, qtbot: QtBot
) -> None:
    stores.upload(1)
    (record,) = stores.records.items.values()
    worker.pause_all()
    worker.download([replace(record, filename=f"{number}.png") for number in range(10_000)], tmp_path)
    qtbot.waitUntil(lambda: len(panel.rows) == 10_000, timeout=WAIT_MS)
    assert len(panel.batches) <= 3
    worker.cancel_all()
    qtbot.waitUntil(lambda: panel.summaries[-1].cancelled == 10_000, timeout=WAIT_MS)
    assert len(panel.batches) <= 5
