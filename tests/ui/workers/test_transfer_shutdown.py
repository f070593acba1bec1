from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from imagedesk.core.cancellation import CancelToken
from imagedesk.transfers.intake import IntakeChunk, walk
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from imagedesk.workers import transfer_intake
from imagedesk.workers.transfer_worker import TransferWorker
from imagedesk.workers.worker_threads import abandoned_threads
from tests.ui.library_in_memory import WAIT_MS, Stores
from tests.ui.workers.transfer_panel import Panel, unfinished


@pytest.mark.parametrize("finish", [False, True], ids=["at once", "with some time to finish"])
def test_shutdown_under_load_is_over_in_time_and_keeps_what_is_unfinished(
    worker: TransferWorker,
    panel: Panel,
    stores: Stores,
    journal: TransferJournal,
    pictures: Callable[[int], Path],
    qtbot: QtBot,
    finish: bool,
) -> None:
    stores.objects.gate.clear()
    worker.add_paths([pictures(60)])
    qtbot.waitUntil(lambda: len(panel.rows) == 60 and panel.states().count("running") == 3, timeout=WAIT_MS)
    began = time.monotonic()
    assert worker.shutdown(1000, finish=finish)
    assert time.monotonic() - began < WAIT_MS / 1000  # the gate stays shut: without its bound it would take for ever
    assert stores.records.items == {}
    assert len(unfinished(journal)) == 60
    told = len(panel.batches)
    qtbot.wait(50)
    assert len(panel.batches) == told


def test_with_time_to_finish_what_runs_is_finished_and_the_rest_kept(
    worker: TransferWorker,
    panel: Panel,
    stores: Stores,
    journal: TransferJournal,
    pictures: Callable[[int], Path],
    qtbot: QtBot,
) -> None:
    stores.objects.gate.clear()
    worker.add_paths([pictures(20)])
    qtbot.waitUntil(lambda: len(panel.rows) == 20 and panel.states().count("running") == 3, timeout=WAIT_MS)
    opener = threading.Timer(0.05, stores.objects.gate.set)
    opener.start()
    assert worker.shutdown(WAIT_MS, finish=True)
    opener.join()
    assert len(stores.records.items) == 3
    assert len(unfinished(journal)) == 17


def test_what_the_journal_kept_is_uploaded_at_the_next_start_under_its_id(
    stores: Stores, tmp_path: Path, pictures: Callable[[int], Path], owner: QObject, qtbot: QtBot
) -> None:
    folder, path = pictures(5), tmp_path / "data" / "transfers.sqlite"
    stores.objects.gate.clear()
    first_journal = TransferJournal(path)
    first = TransferWorker(TransferQueue(first_journal), stores.service, lambda _change: None, parent=owner)
    first.start()
    first.add_paths([folder])
    qtbot.waitUntil(lambda: first.summary().files == 5, timeout=WAIT_MS)
    promised = {transfer.image_id for transfer in first._queue.snapshot()}
    assert first.shutdown()
    first_journal.close()
    stores.objects.gate.set()
    journal = TransferJournal(path)
    worker = TransferWorker(TransferQueue(journal), stores.service, lambda _change: None, parent=owner)
    panel = Panel(worker)
    with qtbot.waitSignal(worker.batch_finished, timeout=WAIT_MS):
        worker.start()
    assert panel.states() == ["done"] * 5
    assert set(stores.records.items) == promised
    assert worker.shutdown()
    assert unfinished(journal) == []


def test_files_that_were_just_found_when_the_window_closed_are_kept(
    worker: TransferWorker,
    stores: Stores,
    journal: TransferJournal,
    pictures: Callable[[int], Path],
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    begun = threading.Event()

    def walk_until_the_window_closes(paths: Sequence[Path], cancel: CancelToken) -> Iterator[IntakeChunk]:
        chunks = list(walk(paths, cancel))
        begun.set()
        assert cancel.wait(WAIT_MS / 1000)
        yield from chunks

    monkeypatch.setattr(transfer_intake, "walk", walk_until_the_window_closes)
    worker.add_paths([pictures(4)])
    assert begun.wait(WAIT_MS / 1000)
    assert worker.shutdown()
    assert len(unfinished(journal)) == 4
    assert stores.records.items == {}


def test_a_folder_that_does_not_answer_keeps_nobody_from_closing(
    worker: TransferWorker,
    stores: Stores,
    pictures: Callable[[int], Path],
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    begun, gate = threading.Event(), threading.Event()

    def hang(_paths: Sequence[Path], _cancel: CancelToken) -> Iterator[IntakeChunk]:
        begun.set()
        gate.wait(WAIT_MS / 1000)
        yield IntakeChunk()

    folder = pictures(3)
    stores.objects.gate.clear()
    worker.add_paths([folder])
    qtbot.waitUntil(lambda: worker.summary().running == 3, timeout=WAIT_MS)
    monkeypatch.setattr(transfer_intake, "walk", hang)
    worker.add_paths([folder])
    assert begun.wait(WAIT_MS / 1000)
    assert not worker.shutdown(600)
    assert abandoned_threads() == 1  # the uploads have ended
    gate.set()
    qtbot.waitUntil(lambda: abandoned_threads() == 0, timeout=WAIT_MS)
