from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk.core.camera_data import CameraData
from imagedesk.core.errors import StoreUnavailable
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.transfer import Transfer, TransferKind, TransferState


def upload(number: int, source: Path | None = None) -> Transfer:
    return Transfer(
        transfer_id=number,
        kind=TransferKind.UPLOAD,
        name=f"{number}.png",
        total=number * 10,
        image_id=f"ann!{number}",
        user_id="ann",
        batch=3,
        metadata={"folder": "Holiday", "mark": "\ud800"},
        source=source or Path(f"/photos/{number}.png"),
        modified_ns=1_790_000_000_123_456_789,
        spooled=number % 2 == 0,
    )


def left_in(path: Path) -> list[Transfer]:
    journal = TransferJournal(path)
    journal.close()
    return journal.unfinished()


def test_what_is_not_finished_is_there_again_just_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "new" / "transfers.sqlite"
    odd = upload(3, Path(os.fsdecode(b"/photos/caf\xe9\n.png")))
    journal = TransferJournal(path)
    journal.add([upload(1), upload(2), odd])
    journal.forget([1])
    journal.close()
    assert left_in(path) == [upload(2), odd]


def test_what_is_taken_out_of_a_file_is_fixed_at_intake(tmp_path: Path) -> None:
    journal = TransferJournal(tmp_path / "transfers.sqlite")
    chosen = [replace(upload(number), camera_data=choice) for number, choice in enumerate(CameraData, 1)]
    journal.add(chosen)
    journal.close()
    assert left_in(tmp_path / "transfers.sqlite") == chosen


def test_copies_that_a_killed_process_left_are_removed_but_not_those_of_another_window(tmp_path: Path) -> None:
    path = tmp_path / "transfers.sqlite"
    first = TransferJournal(path)
    second = TransferJournal(path)
    for journal in (first, second):
        journal.scratch.mkdir()
        (journal.scratch / "stripped-1").write_bytes(b"x")
    second.close()
    third = TransferJournal(path)
    assert (third.scratch, third.scratch.exists()) == (second.scratch, False)
    assert list(first.scratch.iterdir()) == [first.scratch / "stripped-1"]
    first.close()
    third.close()


def test_progress_and_state_are_not_kept_so_that_everything_waits_again(tmp_path: Path) -> None:
    path = tmp_path / "transfers.sqlite"
    journal = TransferJournal(path)
    running = upload(1)
    journal.add([replace(running, done=7, state=TransferState.RUNNING)])
    journal.close()
    assert left_in(path) == [running]


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_rows_outlive_a_process_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "transfers.sqlite"
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tests.unit.transfers.test_journal import upload\n"
        "from imagedesk.transfers.journal import TransferJournal\n"
        "journal = TransferJournal(Path(sys.argv[1])); journal.add([upload(n) for n in range(1, 301)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], check=False, cwd=Path(__file__).parents[3])
    assert ended.returncode == -signal.SIGKILL
    assert [transfer.image_id for transfer in left_in(path)] == [f"ann!{n}" for n in range(1, 301)]


def test_a_second_window_has_a_journal_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "transfers.sqlite"
    first = TransferJournal(path)
    first.add([upload(1)])
    second = TransferJournal(path)
    second.add([upload(2)])
    assert second.unfinished() == []
    assert second.path != first.path
    second.close()
    first.close()


def test_what_a_second_window_left_is_taken_over_under_the_same_image_ids(tmp_path: Path) -> None:
    path = tmp_path / "transfers.sqlite"
    first, second = TransferJournal(path), TransferJournal(path)
    first.add([upload(1)])
    second.add([upload(1), upload(2)])
    second.add([replace(upload(1), image_id="bob!1")])
    second.close()
    first.close()
    rows = left_in(path)
    assert sorted(row.image_id for row in rows) == ["ann!1", "ann!2", "bob!1"]
    assert len({row.transfer_id for row in rows}) == 3
    assert sorted(row.image_id for row in left_in(path)) == ["ann!1", "ann!2", "bob!1"]


def test_a_damaged_journal_is_set_aside_and_the_window_opens(tmp_path: Path) -> None:
    path = tmp_path / "transfers.sqlite"
    path.write_bytes(b"no database at all, but long enough to look like one" * 100)
    journal = TransferJournal(path)
    journal.add([upload(1)])
    journal.close()
    assert left_in(path) == [upload(1)]
    assert list(tmp_path.glob("*.damaged-*"))


def test_a_journal_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "transfers.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreUnavailable, match="update this one"):
        TransferJournal(path)
    assert path.exists()


def test_a_closed_journal_says_so(tmp_path: Path) -> None:
    journal = TransferJournal(tmp_path / "transfers.sqlite")
    journal.close()
    journal.close()
    with pytest.raises(StoreUnavailable):
        journal.add([upload(1)])
    with pytest.raises(StoreUnavailable):
        journal.forget([1])
