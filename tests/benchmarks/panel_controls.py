"""What a person does with a panel of many rows, over a real queue and journal: milliseconds that the window is held."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QApplication, QMenu

from imagedesk.core.errors import NotAnImage
from imagedesk.models.transfer_model import TransferModel
from imagedesk.transfers.intake import IntakeFile
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.transfer_panel import TransferPanel
from tests.benchmarks.timing import Clock

NO_PICTURE = NotAnImage("Not an image: the file holds text. Choose a picture file.")
STEPS = (
    "choose all", "menu of all chosen", "pause chosen", "resume chosen", "cancel chosen", "retry chosen", "pause all",
    "resume all", "all fail", "copy report", "retry failed", "cancel all", "clear finished",
)  # fmt: skip


class QueueWorker(QObject):
    """Stands for the transfer worker without its threads: what it is asked, the queue does."""

    summary_changed = Signal(object)

    def __init__(self, queue: TransferQueue) -> None:
        super().__init__()
        self._queue = queue

    def __getattr__(self, name: str) -> object:
        return getattr(self._queue, name)


class Controls:
    """A panel of ``rows`` uploads that wait. Each step is timed until the window is idle again."""

    def __init__(self, queue: TransferQueue, rows: int, theme: ThemeSource, clock: Clock) -> None:
        self._queue, self._clock, self.figures = queue, clock, dict[str, float]()
        self.panel, self._worker = TransferPanel(theme), QueueWorker(queue)
        self._model = TransferModel(self.panel)
        self.panel.set_source(self._model, self._worker)  # type: ignore[arg-type]
        self.panel.resize(1200, 200)
        self.panel.show()
        numbers = count()
        files = [IntakeFile(Path(f"/nowhere/{number}.jpg"), 20_000, 1) for number in range(rows)]
        queue.add_uploads(files, "a", lambda user: f"{user}!{next(numbers)}")
        self._show()

    def _show(self) -> None:
        self._model.apply(self._queue.take_changes())
        self._worker.summary_changed.emit(self._queue.summary())
        QApplication.processEvents()

    def step(self, name: str, action: Callable[[], object]) -> None:
        def follow() -> None:
            action()
            self._show()

        self.figures[name] = self._clock.once(follow)

    def fail_all(self) -> None:
        self._queue.write_journal()
        while (running := self._queue.take(0)) is not None:
            self._queue.fail(running, NO_PICTURE)

    def open_menu(self) -> None:
        self.panel._on_menu_requested(QPoint(50, 10))
        QApplication.processEvents()
        for menu in self.panel.findChildren(QMenu):
            menu.close()

    def close(self) -> None:
        self.panel.set_source(None, None)
        self.panel.deleteLater()
        QApplication.processEvents()


@contextmanager
def controls(rows: int, theme: ThemeSource, clock: Clock) -> Iterator[Controls]:
    with tempfile.TemporaryDirectory() as folder:
        journal = TransferJournal(Path(folder) / "transfers.sqlite")
        made = Controls(TransferQueue(journal), rows, theme, clock)
        try:
            yield made
        finally:
            made.close()
            journal.close()


def measure_controls(rows: int, theme: ThemeSource, clock: Clock) -> dict[str, float]:
    """By the names of ``STEPS``."""
    with controls(rows, theme, clock) as made:
        panel = made.panel
        made.step("choose all", panel.rows.selectAll)
        made.step("menu of all chosen", made.open_menu)
        for name in ("pause", "resume", "cancel", "retry"):
            made.step(f"{name} chosen", lambda name=name: panel._act(name))  # type: ignore[misc]
        made.step("pause all", panel.pause.click)
        made.step("resume all", panel.pause.click)
        made.fail_all()
        made.step("all fail", lambda: None)
        made.step("copy report", panel.report.click)
        made.step("retry failed", panel.retry.click)
        made.step("cancel all", panel.cancel.click)
        made.step("clear finished", panel.clear.click)
        return made.figures
