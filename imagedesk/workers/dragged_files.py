"""Files for a drag out of the window: verified copies under their own names, in a folder that goes with the session.

What is dropped must be there when it is dropped, so the copies are made first, on a worker, and the drag begins when
they are whole. They are never the library's own files: whoever drops them may edit what came.
"""

from __future__ import annotations

import contextlib
import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.os_faults import writing_faults
from imagedesk.service.storage_service import StorageService
from imagedesk.workers.gui_inbox import GuiInbox
from imagedesk.workers.operation_runner import OperationHandle, OperationRunner

MOST_FILES = 200
MOST_BYTES = 2_000_000_000
_LEFT_BEHIND = 24 * 3600  # seconds after which a folder of another run is one that crashed
PROGRESS_MS = 100


class DraggedFiles(QObject):
    """``folder`` is ours alone. One drag is prepared at a time; another one cancels it."""

    def __init__(self, service: StorageService, runner: OperationRunner, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._service, self._runner = service, runner
        self._parent_folder, self._folder = folder, folder / uuid.uuid4().hex
        self._ready: dict[str, Path] = {}  # by image id
        self._running: OperationHandle | None = None
        self._progressed: Callable[[int], object] = _ignore
        self._inbox: GuiInbox[tuple[int, int]] = GuiInbox(self._on_progress, self, PROGRESS_MS)
        self._generation = 0

    def at_hand(self, records: Sequence[ImageRecord]) -> list[Path] | None:
        """The files if all of them are there. Blocks on the disk, but only to look."""
        paths = [self._ready.get(record.image_id) for record in records]
        there = [path for path in paths if path is not None and path.is_file()]
        return there if len(there) == len(records) else None

    def prepare(
        self,
        records: Sequence[ImageRecord],
        ready: Callable[[list[Path]], object],
        failed: Callable[[ImageDeskError], object],
        progressed: Callable[[int], object],
    ) -> None:
        """Get what is missing; ``progressed`` is told how many files are there, ``ready`` all of them."""
        self.cancel()
        self._generation += 1
        self._progressed = progressed
        wanted, generation = tuple(records), self._generation
        known = {record.image_id: path for record in wanted if (path := self._ready.get(record.image_id)) is not None}
        work = partial(self._get, wanted, known, generation)
        self._running = self._runner.start(work, partial(self._on_ready, ready), failed)

    def cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def close(self) -> None:
        """Remove them all. Call it when the runner has ended."""
        self.cancel()
        self._inbox.close()
        with contextlib.suppress(OSError):
            shutil.rmtree(self._folder)

    # On the worker

    def _get(
        self, records: Sequence[ImageRecord], known: dict[str, Path], generation: int, cancel: CancelToken
    ) -> dict[str, Path]:
        batch = self._folder / str(generation)
        with writing_faults(batch):
            _remove_left_behind(self._parent_folder)
            batch.mkdir(mode=0o700, parents=True, exist_ok=True)
        paths: dict[str, Path] = {}
        for number, record in enumerate(records, 1):
            cancel.raise_if_cancelled()
            path = known.get(record.image_id)
            if path is None or not path.is_file():
                path = self._service.download(record, batch, cancel=cancel)
            paths[record.image_id] = path
            self._inbox.post((generation, number))
        return paths

    # On the GUI thread

    def _on_progress(self, told: list[tuple[int, int]]) -> None:
        generation, number = told[-1]
        if generation == self._generation and self._running is not None:
            self._progressed(number)

    def _on_ready(self, ready: Callable[[list[Path]], object], paths: dict[str, Path]) -> None:
        self._running = None
        self._ready.update(paths)
        ready(list(paths.values()))


def _remove_left_behind(folder: Path) -> None:
    """Copies of a run that crashed."""
    with contextlib.suppress(OSError):
        for other in folder.iterdir():
            if time.time() - other.stat().st_mtime > _LEFT_BEHIND:
                shutil.rmtree(other, ignore_errors=True)


def _ignore(_number: int) -> None:
    """Nobody asked."""
