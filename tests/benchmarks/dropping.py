"""Ten thousand files dropped at once: when the count shows, and for how long the window is held up meanwhile.

    python -m tests.benchmarks.dropping [--files 10000] [--bytes 2000] [--images 10000] [--latency-ms 30] [--seconds 3]
        [--forms folder,files,paste] [--embedded] [--paused]

The real window over a real session, as in ``busy_window``, each form on a library of its own. ``folder`` is one folder
that holds the files, ``files`` their paths one by one in one drop, ``paste`` the same from the clipboard. Hidden files
and others that are no pictures lie among them, one to a hundred. The count is there when the panel has painted it. A
stall is how late a timer of 5 ms fires; its own work is the processor time of the window's thread between two of these:
on a busy machine the rest is waiting for the processor or for the interpreter. ``--paused`` sends nothing, so that
taking in is seen alone. Goals: a count in under a second, no stall over 100 ms.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from imagedesk.core.camera_data import CameraData
from imagedesk.models.upload_habits import UploadHabits
from imagedesk.ui.theme import ThemeSource, apply_theme
from tests.benchmarks.busy_window import BusyWindow, Stalls, library, make_pictures, run_until
from tests.benchmarks.memory import resident_megabytes
from tests.benchmarks.surface import wait_until
from tests.benchmarks.timing import percentile

LEFT_OUT = 100  # files to each one that is left out
_PLACE = QPoint(300, 200)
_BUTTON, _NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class OwnWork(Stalls):
    """Besides, the processor time in ms of the window's thread between two firings."""

    def __init__(self) -> None:
        self.work: list[float] = []
        self._used = time.thread_time()
        super().__init__()

    def _on_timeout(self) -> None:
        super()._on_timeout()
        used = time.thread_time()
        self.work.append((used - self._used) * 1000)
        self._used = used

    def begin(self) -> None:
        self.found.clear()
        self.work.clear()


class ShownCount(QObject):
    """When, in seconds, the panel first painted a count, and one that has all files in it."""

    def __init__(self, window: BusyWindow, files: int) -> None:
        super().__init__(window.window)
        self._transfers, self._files = window.context.transfers, files
        self.began = time.perf_counter()
        self.first: float | None = None
        self.all: float | None = None
        self._title = window.window.transfer_panel.title
        self._title.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._title.text():
            now = time.perf_counter() - self.began
            self.first = self.first or now
            if self.all is None and self._transfers.summary().files >= self._files:
                self.all = now
        return False


def drop(window: BusyWindow, data: QMimeData) -> None:
    """As a file manager does: over the window, then let go."""
    QApplication.sendEvent(window.window, QDragEnterEvent(_PLACE, Qt.DropAction.CopyAction, data, _BUTTON, _NO_KEY))
    let_go = QDropEvent(QPointF(_PLACE), Qt.DropAction.CopyAction, data, _BUTTON, _NO_KEY)
    QApplication.sendEvent(window.window, let_go)


def paste(window: BusyWindow, data: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(data)
    window.window.intake.paste()


WAYS: dict[str, Callable[[BusyWindow, QMimeData], None]] = {"folder": drop, "files": drop, "paste": paste}


def make_source(folder: Path, files: int, size: int) -> list[Path]:
    paths = make_pictures(folder, files, size)
    for number in range(files // LEFT_OUT):
        (folder / f".hidden-{number}.jpg").write_bytes(b"\xff\xd8\xff")
        (folder / f"notes-{number}.txt").write_bytes(b"no picture")
    return paths


def urls(folder: Path, paths: list[Path], form: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in ([folder] if form == "folder" else paths)])
    return data


def measure(window: BusyWindow, form: str, data: QMimeData, files: int, seconds: float) -> None:
    stalls = OwnWork()
    run_until(time.perf_counter() + 0.5)
    before = resident_megabytes()
    stalls.begin()
    count = ShownCount(window, files)
    used = time.thread_time()
    WAYS[form](window, data)
    at_once = (time.thread_time() - used) * 1000
    wait_until(lambda: count.all is not None)
    run_until(time.perf_counter() + 0.02)  # the stall that is under way
    taking, taking_work, grown = list(stalls.found), max(stalls.work), resident_megabytes() - before
    run_until(time.perf_counter() + seconds)
    QGuiApplication.clipboard().clear()  # while there is an application: what was pasted is the platform's
    assert count.first is not None
    assert count.all is not None
    print(
        f"{form:7} {at_once:.1f} ms of work for the drop itself; a count after {count.first:.2f} s, all after "
        f"{count.all:.2f} s; taking in: stall p99 {percentile(taking, 0.99):.1f} ms, longest {max(taking):.1f} ms, "
        f"most own work {taking_work:.1f} ms; {grown:+.1f} MB; until {seconds:g} s later: longest "
        f"{max(stalls.found):.1f} ms, most own work {max(stalls.work):.1f} ms",
        flush=True,
    )


def run(options: argparse.Namespace, form: str, folder: Path, theme: ThemeSource) -> None:
    folder.mkdir()
    with library(options, folder) as profile:
        paths = make_source(folder / "source", options.files, options.bytes)
        window = BusyWindow(profile, folder, theme)
        window.window.uploads.remember_with(lambda: UploadHabits(camera_data=CameraData.KEEP), lambda _habits: None)
        try:
            if options.paused:
                window.context.transfers.pause_all()
            measure(window, form, urls(folder / "source", paths, form), options.files, options.seconds)
        finally:
            window.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--bytes", type=int, default=2000)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--latency-ms", type=float, default=30)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--forms", default=",".join(WAYS))
    parser.add_argument("--embedded", action="store_true")
    parser.add_argument("--paused", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_EC2_METADATA_DISABLED="true")
    qt = QApplication([])
    theme = ThemeSource(qt)
    apply_theme(qt, "light", theme)
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_DATA_HOME"] = os.environ["XDG_CACHE_HOME"] = name
        for form in options.forms.split(","):
            run(options, form, Path(name) / form, theme)


if __name__ == "__main__":
    main()
