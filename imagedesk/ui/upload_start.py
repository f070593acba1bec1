"""Between a drop and the queue: what a person wants of the batch is asked the first time, and whenever they like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from imagedesk.core.access import Operation
from imagedesk.core.camera_data import CameraData
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.metadata import Metadata
from imagedesk.models.text_format import count_text
from imagedesk.models.upload_habits import UploadHabits
from imagedesk.transfers.named_paths import NamedPaths
from imagedesk.ui.file_intake import FileIntake
from imagedesk.ui.library_context import LibraryContext
from imagedesk.workers.dropped_kinds import count_kinds
from imagedesk.workers.image_operations import pack_bitmap

if TYPE_CHECKING:
    from imagedesk.ui.dialogs.upload_dialog import UploadDialog


@dataclass
class _Batch:
    """What waits for an answer; more may come meanwhile."""

    paths: NamedPaths = field(default_factory=NamedPaths)
    pictures: list[bytes] = field(default_factory=list)

    def title(self, folders: int | None) -> str:
        """``3 files and 1 folder``; ``4 items`` as long as nobody knows which is which."""
        if folders is None:
            return _many(len(self.paths) + len(self.pictures), "item")
        files = len(self.paths) - folders + len(self.pictures)
        words = [_many(files, "file")] if files else []
        return " and ".join([*words, *([_many(folders, "folder")] if folders else [])])


class UploadStart(QObject):
    """Signals: ``requested()``, when something is on its way in; ``refused(str, str)``, why nothing can be, as a title
    and a sentence; ``told(str)``, a word in passing."""

    requested = Signal()
    refused = Signal(str, str)
    told = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._context: LibraryContext | None = None
        self._batch = _Batch()
        self._dialog: UploadDialog | None = None
        self._read: Callable[[], UploadHabits] = UploadHabits
        self._write: Callable[[UploadHabits], object] = lambda _habits: None

    @property
    def dialog(self) -> UploadDialog | None:
        """The question that is open."""
        return self._dialog

    def remember_with(self, read: Callable[[], UploadHabits], write: Callable[[UploadHabits], object]) -> None:
        """Where the habits are kept."""
        self._read, self._write = read, write

    def set_library(self, context: LibraryContext | None) -> None:
        """Where uploads go from now on. A question about another library is withdrawn, and nothing of it uploaded."""
        if self._dialog is not None:
            self._dialog.reject()
        self._context = context

    def listen_to(self, intake: FileIntake) -> None:
        """Upload what comes in there."""
        intake.paths_chosen.connect(self.begin)
        intake.paths_to_describe.connect(self.begin_with_details)
        intake.picture_pasted.connect(self.begin_picture)
        intake.bitmap_pasted.connect(self.begin_bitmap)

    def begin(self, paths: Sequence[Path]) -> None:
        """Upload files and folders."""
        if self._may_begin():
            self._batch.paths = self._batch.paths.and_more(paths)
            self._ask_or_send(describe=False)

    def begin_with_details(self, paths: Sequence[Path]) -> None:
        """Upload them, and ask for details in any case."""
        if self._may_begin():
            self._batch.paths = self._batch.paths.and_more(paths)
            self._ask_or_send(describe=True)

    def begin_picture(self, data: bytes) -> None:
        """Upload a picture that is no file, given by its encoded bytes."""
        if self._may_begin():
            self._batch.pictures.append(data)
            self._ask_or_send(describe=False)

    def begin_bitmap(self, image: QImage) -> None:
        """Packing a bitmap into PNG takes long for a large one, so a worker does it."""
        if self._may_begin() and self._context is not None:
            self._context.operations.start(pack_bitmap(image), self.begin_picture, self._on_not_packed)

    def _may_begin(self) -> bool:
        if self._context is None:
            self.refused.emit("No library is open yet", "Drop the files again when the library is open.")
            return False
        self.requested.emit()
        if reason := self._context.access.reason_against(Operation.UPLOAD):
            self.refused.emit("You cannot upload to this library", reason)
            return False
        return True

    def _on_not_packed(self, error: ImageDeskError) -> None:
        self.refused.emit(error.title, error.message)

    def _ask_or_send(self, describe: bool) -> None:
        habits = self._read()
        if self._dialog is not None:
            self._tell_count()
        elif describe or habits.asks_always or habits.camera_data is None:
            self._open(habits)
        else:
            self._send(habits.camera_data, None)

    def _open(self, habits: UploadHabits) -> None:
        from imagedesk.ui.dialogs.upload_dialog import UploadDialog  # the first paint need not wait for it

        dialog = self._dialog = UploadDialog(self._window, habits)
        dialog.decided.connect(self._on_decided)
        dialog.rejected.connect(self._on_rejected)
        self._tell_count()
        dialog.open()

    def _tell_count(self) -> None:
        if self._dialog is None:
            return
        self._dialog.set_batch(self._batch.title(None if self._batch.paths else 0))
        if self._context is not None and self._batch.paths:
            counted = len(self._batch.paths)
            self._context.operations.start(
                count_kinds(self._batch.paths), partial(self._on_counted, counted), self._on_not_counted
            )

    def _on_counted(self, counted: int, kinds: tuple[int, int]) -> None:
        if self._dialog is not None and counted == len(self._batch.paths):  # no more have come meanwhile
            self._dialog.set_batch(self._batch.title(kinds[1]))

    def _on_not_counted(self, _error: object) -> None:
        """The dialog goes on saying how many items there are."""

    def _on_decided(self, camera_data: CameraData, fields: Metadata, asks_always: bool) -> None:
        self._dialog = None
        self._write(self._read().after(camera_data, fields, asks_always=asks_always))
        self._send(camera_data, fields or None)

    def _on_rejected(self) -> None:
        self._dialog = None
        self._batch = _Batch()
        self.told.emit("Nothing was uploaded.")

    def _send(self, camera_data: CameraData, metadata: Metadata | None) -> None:
        batch, self._batch = self._batch, _Batch()
        if self._context is None:
            return
        if batch.paths:
            self._context.transfers.add_paths(batch.paths, metadata, camera_data)
        for picture in batch.pictures:
            self._context.transfers.add_picture(picture, metadata, camera_data)


def _many(count: int, noun: str) -> str:
    return f"{count_text(count)} {noun}{'' if count == 1 else 's'}"
