"""Whatever order controls and endings come in, the counts fit the rows and the journal fits what is unfinished."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imagedesk.core.errors import NotAnImage, StoreUnavailable
from imagedesk.transfers.intake import IntakeFile
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from imagedesk.transfers.running_transfer import RunningTransfer
from imagedesk.transfers.transfer import TransferState
from tests.fakes.sample_records import sample_record

STEPS = (
    "add",
    "take",
    "take",
    "take",
    "progress",
    "succeed",
    "fail",
    "lose",
    "stop_running",
    "pause",
    "resume",
    "cancel",
    "retry",
    "dismiss",
    "pause_all",
    "resume_all",
    "cancel_all",
    "retry_failed",
    "clear_finished",
    "write_journal",
)
GIVEN_UP = {TransferState.DONE, TransferState.CANCELLED}


class Story:
    """Does what the steps say, as a window and a few worker threads would."""

    def __init__(self, path: Path) -> None:
        self.now = 0.0
        self.queue = TransferQueue(TransferJournal(path), lambda: self.now)
        self.running: list[RunningTransfer] = []
        self.added = 0

    def step(self, name: str, number: int) -> None:
        self.now += number
        rows = self.queue.snapshot()
        if name == "add":
            self.added += 1
            files = [IntakeFile(Path(f"/{size}.png"), size, 1) for size in range(number % 4)]
            self.queue.add_uploads(files, "ann", self._new_id)
        elif name == "take":
            if (running := self.queue.take(0)) is not None:
                self.running.append(running)
        elif name in ("progress", "succeed", "fail", "lose", "stop_running"):
            if self.running:
                self._worker(name, self.running[number % len(self.running)], number)
        elif name in ("pause", "resume", "cancel", "retry", "dismiss"):
            if rows:
                getattr(self.queue, name)(rows[number % len(rows)].transfer_id)
        else:
            getattr(self.queue, name)()

    def _new_id(self, user_id: str) -> str:
        self.added += 1
        return f"{user_id}!{self.added}"

    def _worker(self, name: str, running: RunningTransfer, number: int) -> None:
        if name == "progress":
            running.progress(number)
            return
        self.running.remove(running)
        if name == "succeed":
            self.queue.succeed(running, sample_record(1))
        elif name == "fail":
            self.queue.fail(running, NotAnImage("Not an image."))
        elif name == "lose":
            self.queue.fail(running, StoreUnavailable("Offline."))
        else:
            self.queue.cancelled(running)

    def check(self) -> None:
        rows, summary = self.queue.snapshot(), self.queue.summary()
        count = {state: sum(row.state is state for row in rows) for state in TransferState}
        assert summary.running == count[TransferState.RUNNING] == len(self.running)
        assert summary.waiting == count[TransferState.WAITING] + count[TransferState.PAUSED]
        assert summary.failed == count[TransferState.FAILED]
        assert summary.done <= count[TransferState.DONE]
        assert 0 <= summary.bytes_done <= summary.bytes_total <= sum(row.total for row in rows)
        assert all(row.done <= row.total for row in rows)

    def check_journal(self) -> None:
        self.queue.write_journal()
        self.queue.journal.close()
        again = TransferJournal(self.queue.journal.path)
        again.close()
        expected = {row.image_id for row in self.queue.snapshot() if row.state not in GIVEN_UP}
        assert {row.image_id for row in again.unfinished()} == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 9)), max_size=60))
def test_counts_and_journal_always_fit_the_rows(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder) / "transfers.sqlite")
        try:
            shown: dict[int, object] = {}
            for name, number in steps:
                story.step(name, number)
                story.check()
                batch = story.queue.take_changes()
                shown.update({row.transfer_id: row for row in batch.changed})
                for transfer_id in batch.removed:
                    shown.pop(transfer_id, None)
                assert list(shown.values()) == story.queue.snapshot()
            story.check_journal()
        finally:
            story.queue.journal.close()
