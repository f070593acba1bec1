"""How files get in: dropped anywhere on the window, chosen in a dialog, or pasted. Tells what came; uploads nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from imagedesk.core.media_types import ACCEPTED
from imagedesk.transfers.named_paths import NamedPaths
from imagedesk.workers.transfer_intake import IntakeReport

NOTES_SHOWN = 3  # sentences of one drop that the banner shows
# Lossless first: a program that offers several made the others of it. Windows' own names are those of its clipboard.
_ENCODED = (
    "image/png", 'application/x-qt-windows-mime;value="PNG"', "image/tiff", "image/webp", "image/avif", "image/heic",
    "image/heif", "image/gif", "image/jpeg", 'application/x-qt-windows-mime;value="JFIF"', "image/bmp",
)  # fmt: skip


def local_paths(data: QMimeData | None) -> NamedPaths:
    """The files and folders of this computer in what was dropped or pasted."""
    if data is None:  # an empty clipboard
        return NamedPaths()
    return NamedPaths(tuple(name for url in data.urls() if (name := url.toLocalFile())))  # of other urls it is empty


def has_local_paths(data: QMimeData | None) -> bool:
    """Whether there is any: asked when something comes over the window, ten thousand files perhaps."""
    return data is not None and any(url.toLocalFile() for url in data.urls())


def encoded_picture(data: QMimeData | None) -> bytes | None:
    """The bytes of a picture as another program encoded them; None where it offers none. Qt decodes nothing here."""
    if data is None:
        return None
    found = (bytes(data.data(name).data()) for name in _ENCODED if data.hasFormat(name))
    return next((picture for picture in found if picture), None)


def intake_words(report: IntakeReport) -> tuple[str, str]:
    """What to say of what a drop left out: a title for the banner, empty where a word in passing will do, and a
    sentence, empty where there is nothing to say."""
    skipped = report.skipped
    if report.notes:
        return "Not everything could be read", " ".join(report.notes[:NOTES_SHOWN])
    if not report.added:
        left_out = f" {skipped} other file{' was' if skipped == 1 else 's were'} left out." if skipped else ""
        return "Nothing to upload", f"There is no picture in what was dropped.{left_out}"
    return (
        "",
        f"{skipped} file{' was' if skipped == 1 else 's were'} left out: hidden, or no picture." if skipped else "",
    )


class FileIntake(QObject):
    """Signals: ``paths_chosen(NamedPaths)``; ``paths_to_describe(NamedPaths)``, where a person wants to give details;
    ``picture_pasted(bytes)``, encoded; ``bitmap_pasted(QImage)``; ``nothing_usable(str)``, a sentence."""

    paths_chosen = Signal(object)
    paths_to_describe = Signal(object)
    picture_pasted = Signal(object)
    bitmap_pasted = Signal(object)
    nothing_usable = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._folder = str(Path.home())

    def choose_files(self) -> None:
        self._choose_files(self.paths_chosen)

    def choose_files_to_describe(self) -> None:
        self._choose_files(self.paths_to_describe)

    def _choose_files(self, chosen: SignalInstance) -> None:
        dialog = self._dialog("Upload images", QFileDialog.FileMode.ExistingFiles, chosen)
        patterns = " ".join(f"*{end} *{end.upper()}" for kind in ACCEPTED for end in kind.extensions)
        dialog.setNameFilters([f"Images ({patterns})", "All files (*)"])
        dialog.open()

    def choose_folder(self) -> None:
        dialog = self._dialog("Upload a folder", QFileDialog.FileMode.Directory, self.paths_chosen)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        dialog.open()

    def paste(self) -> None:
        """Files if the clipboard holds any, else a picture: its encoded bytes, which Qt passes on unread.

        Qt's bitmap is taken only where the clipboard offers no encoded form: then the system itself has decoded it
        already (Windows' device-independent bitmaps, or another window of this process), and no bytes from outside
        pass through Qt's own decoders. On X11 and Wayland a picture is always offered encoded."""
        data = QGuiApplication.clipboard().mimeData()
        if paths := local_paths(data):
            self.paths_chosen.emit(paths)
        elif picture := encoded_picture(data):
            self.picture_pasted.emit(picture)
        elif not (image := QGuiApplication.clipboard().image()).isNull():
            self.bitmap_pasted.emit(image)
        else:
            self.nothing_usable.emit("The clipboard holds no file and no picture: copy one first.")

    def take_drop(self, data: QMimeData) -> None:
        if paths := local_paths(data):
            self.paths_chosen.emit(paths)
        else:
            self.nothing_usable.emit("Drop files or folders of this computer: what was dropped is neither.")

    def _dialog(self, title: str, mode: QFileDialog.FileMode, chosen: SignalInstance) -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setFileMode(mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(partial(self._on_files_selected, chosen))
        return dialog

    def _on_files_selected(self, chosen: SignalInstance, names: list[str]) -> None:
        if names:
            self._folder = str(Path(names[0]).parent)
            chosen.emit(NamedPaths(tuple(names)))
