"""Downloads as a person asks for them: where to, what if names are taken, then on to the transfer queue.

Folder chosen → a look at its names on a worker → one question if any is taken → ``TransferWorker.download``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from platformdirs import user_downloads_dir
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from imagedesk.core.errors import ImageDeskError
from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain
from imagedesk.kept_settings import KeptSettings
from imagedesk.models.text_format import images_text
from imagedesk.service.downloading import file_name_of
from imagedesk.service.name_clashes import answer_for_each, taken_names
from imagedesk.ui.dialogs.name_clash_dialog import NameClashDialog
from imagedesk.ui.library_context import LibraryContext

Records = tuple[ImageRecord, ...]


class Downloads(QObject):
    """Signal: ``failed(title, sentence)``. The answer given last is proposed the next time."""

    failed = Signal(str, str)

    def __init__(self, window: QWidget, context: LibraryContext, settings: KeptSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._context, self._settings = window, context, settings
        downloads = Path(user_downloads_dir())
        self._folder = str(downloads if downloads.is_dir() else Path.home())

    def to_folder(self, records: Sequence[ImageRecord]) -> None:
        """Ask for a folder, then download into it."""
        dialog = self._dialog(f"Download {_what(records)}", "Download here")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        dialog.fileSelected.connect(partial(self._on_folder_chosen, tuple(records)))
        dialog.open()

    def to_archive(self, records: Sequence[ImageRecord]) -> None:
        """Ask for the archive's name, then write all originals into that one file."""
        dialog = self._dialog(f"Download {_what(records)} as ZIP", "Download")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("ZIP archive (*.zip)")
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(_archive_name(records))
        dialog.fileSelected.connect(partial(self._on_archive_chosen, tuple(records)))
        dialog.open()

    def _dialog(self, title: str, accept: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, accept)
        return dialog

    def _on_folder_chosen(self, records: Records, name: str) -> None:
        self._folder, folder = name, Path(name)
        self._context.operations.start(
            lambda cancel: taken_names(records, folder, cancel),
            partial(self._on_looked, records, folder),
            self._on_failed,
        )

    def _on_looked(self, records: Records, folder: Path, taken: Sequence[ImageRecord]) -> None:
        if not taken:
            self._context.transfers.download(records, folder)
            return
        preselected = NameClash(self._settings.preferences.name_clash)
        dialog = NameClashDialog(self._window, taken, len(records), folder, preselected)
        dialog.answered.connect(partial(self._on_answered, records, folder, tuple(taken)))
        dialog.open()

    def _on_answered(self, records: Records, folder: Path, taken: Records, answer: NameClash) -> None:
        self._settings.prefer(name_clash=answer.value)
        self._context.transfers.download(records, folder, answer_for_each(taken, answer))

    def _on_archive_chosen(self, records: Records, name: str) -> None:
        """The dialog has asked whether a file of that name may be replaced; not so for a name that it was not told."""
        archive = Path(name)
        self._folder = str(archive.parent)
        if archive.suffix.lower() == ".zip":
            self._context.transfers.download_zip(records, archive, NameClash.REPLACE)
        else:
            self._context.transfers.download_zip(records, archive.with_name(f"{archive.name}.zip"))

    def _on_failed(self, error: ImageDeskError) -> None:
        self.failed.emit(error.title, error.message)


def _what(records: Sequence[ImageRecord]) -> str:
    return plain(records[0].filename, 60) if len(records) == 1 else images_text(len(records))


def _archive_name(records: Sequence[ImageRecord]) -> str:
    return f"{Path(file_name_of(records[0])).stem}.zip" if len(records) == 1 else f"{images_text(len(records))}.zip"
