"""The window while it uploads: turns of the wheel, stalls and memory, beside the same window at rest.

    python -m tests.benchmarks.busy_window [--files 10000] [--bytes 20000] [--latency-ms 30] [--images 10000]
        [--seconds 10] [--embedded] [--at-once N] [--in-window]

The real window over a real session (queue, journal, service, decoder, catalogue), offscreen, on the null server, with
thumbnails that are at hand. A turn of the wheel counts from the moment at which it is due to the moment at which the
grid has painted it; a stall is how late a timer of 5 ms fires. ``--at-once`` fixes how many transfers run, which else
adapts: run it with 4, 16 and 32 beside a run without to see what that wins. ``--in-window`` transfers in the window's
process instead of one beside it: what that one wins.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from imagedesk import session
from imagedesk.core.heaps import TUNABLES
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile, LibraryProfile
from imagedesk.core.query import LibraryQuery
from imagedesk.garbage import set_apart_what_stays
from imagedesk.kept_settings import KeptSettings
from imagedesk.models.thumbnail_store import ThumbnailStore
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from imagedesk.session import LibrarySession, Who, open_for_window
from imagedesk.settings import Preferences, Settings
from imagedesk.transfers.concurrency import Concurrency
from imagedesk.ui.gallery_view import GalleryView
from imagedesk.ui.main_window import MainWindow
from imagedesk.ui.theme import ThemeSource, apply_theme
from tests.benchmarks.local_server import null_server
from tests.benchmarks.memory import resident_megabytes
from tests.benchmarks.sample_library import ME, make_library
from tests.benchmarks.surface import Paints, ReadyThumbnails, wait_until
from tests.benchmarks.timing import percentile
from tests.generated_pictures import make_picture

TURN = 1 / 60  # seconds between two turns of the wheel


class Stalls(QObject):
    """How late, in ms, a timer of 5 ms fires."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=5, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start()

    def _on_timeout(self) -> None:
        now = time.perf_counter()
        self.found.append(max(0.0, (now - self._last) * 1000 - 5))
        self._last = now

    def told(self) -> str:
        if not self.found:  # it was over at once
            return "no stall"
        text = f"stall p99 {percentile(self.found, 0.99):.1f} ms, longest {max(self.found):.1f} ms"
        self.found.clear()
        return text


class BusyWindow:
    """The window with a library in it. ``close`` ends it."""

    def __init__(self, profile: LibraryProfile, folder: Path, theme: ThemeSource) -> None:
        self._pictures = GuardedPictureReader()
        self._pictures.start()
        self._owner = QObject()
        opened = open_for_window(profile, self._pictures, Who(ME, None), folder / "data", folder / "cache")
        self.session = LibrarySession(opened, self._owner)
        self.window = MainWindow(theme)
        thumbnails = ThumbnailStore(ReadyThumbnails(), self._owner)
        self.context = replace(self.session.context, thumbnails=thumbnails)
        preferences = Preferences(tile_size=184, camera_data="keep")
        settings = Settings(folder / "settings.toml", preferences=preferences)
        self.window.show_library(self.context, KeptSettings(settings, print))
        self.window.show()
        self.context.gallery.set_query(LibraryQuery())
        self.context.transfers.start()
        set_apart_what_stays()  # as the session does when it starts with all its workers
        self.view = self.window.findChild(GalleryView)
        self._paints = Paints(self.view)
        wait_until(lambda: self.context.gallery.record(0) is not None)

    def wheel(self, seconds: float) -> list[float]:
        """Milliseconds of each turn, up and down through the middle of the library."""
        bar, viewport, costs = self.view.verticalScrollBar(), self.view.viewport(), []
        bar.setValue(bar.maximum() // 3)
        due = time.perf_counter()
        for number in range(int(seconds / TURN)):
            due = max(due + TURN, time.perf_counter() - 5 * TURN)  # nobody turns on while nothing follows
            run_until(due)
            down = bar.value() < bar.maximum() and (number % 120 < 60 or bar.value() == bar.minimum())
            step = -120 if down else 120
            event = QWheelEvent(
                QPointF(400, 300), viewport.mapToGlobal(QPointF(400, 300)), QPoint(0, step // 3), QPoint(0, step),
                Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip
            before = self._paints.count
            QApplication.sendEvent(viewport, event)
            wait_until(lambda before=before: self._paints.count > before)
            costs.append((time.perf_counter() - due) * 1000)
        return costs

    def upload(self, files: list[Path]) -> None:
        self.context.transfers.add_paths(files)
        wait_until(lambda: self.context.transfers.summary().done > 0)

    def close(self) -> None:
        self.window.drop_library()
        self.session.close(5000)
        self._pictures.close()
        self.window.close_now()


def run_until(due: float) -> None:
    """Let the event loop run until then."""
    wake = QTimer(singleShot=True, timerType=Qt.TimerType.PreciseTimer)
    while (left := due - time.perf_counter()) > 0:
        wake.start(max(0, int(left * 1000)))
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def make_pictures(folder: Path, files: int, size: int) -> list[Path]:
    """Small pictures that differ, as long as asked: what follows a JPEG's end is no part of it."""
    folder.mkdir()
    picture, paths = make_picture("JPEG", 320, 240), []
    for number in range(files):
        paths.append(folder / f"IMG_{number:05d}.jpg")
        paths[-1].write_bytes(picture + os.urandom(max(8, size - len(picture))))
    return paths


def measure(window: BusyWindow, files: list[Path], seconds: float) -> None:
    stalls, run_for = Stalls(), window.wheel
    run_for(1)
    stalls.found.clear()
    idle = run_for(seconds)
    print(f"at rest    {_told(idle)}; {stalls.told()}", flush=True)
    before = resident_megabytes()
    began, cpu = time.perf_counter(), time.process_time()
    window.upload(files)
    first = window.context.transfers.summary().done
    wheel_began = time.perf_counter()
    busy = run_for(seconds)
    rate = (window.context.transfers.summary().done - first) / (time.perf_counter() - wheel_began)
    print(f"uploading  {_told(busy)}; {stalls.told()}; {rate:.0f} files/s meanwhile", flush=True)
    ratio = percentile(busy, 0.99) / percentile(idle, 0.99)
    print(f"wheel p99 while uploading: {ratio:.2f} × that at rest (goal: at most 2.5)")
    while not window.context.transfers.summary().is_idle:
        run_until(time.perf_counter() + 0.2)
    took, summary = time.perf_counter() - began, window.context.transfers.summary()
    print(
        f"the batch  {summary.done} done, {summary.failed} failed in {took:.1f} s, {summary.done / took:.0f} files/s, "
        f"{(time.process_time() - cpu) * 1000 / summary.done:.2f} ms CPU a file in the window's process; "
        f"without the wheel {stalls.told()}; {resident_megabytes() - before:+.1f} MB resident"
    )


def _told(costs: list[float]) -> str:
    return f"wheel p50 {statistics.median(costs):.1f} ms, p99 {percentile(costs, 0.99):.1f} ms"


@contextlib.contextmanager
def library(options: argparse.Namespace, folder: Path) -> Iterator[LibraryProfile]:
    if options.embedded:
        shutil.copy(make_library(folder, options.images), _made(folder / "library") / "library.sqlite")
        yield EmbeddedProfile(name="here", title="Here", folder=folder / "library")
        return
    shutil.copy(make_library(folder, options.images), _made(folder / "cache") / "catalogue.sqlite")
    with null_server(1000, 1, options.latency_ms) as url:
        yield AwsProfile(
            name="b", bucket="b", table="t", region="us-east-1", s3_endpoint_url=url, dynamodb_endpoint_url=url
        )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def main() -> None:
    os.environ.setdefault(TUNABLES, "")  # as the program does
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--bytes", type=int, default=20_000)
    parser.add_argument("--latency-ms", type=float, default=30)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--embedded", action="store_true")
    parser.add_argument("--at-once", type=int)
    parser.add_argument("--in-window", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_EC2_METADATA_DISABLED="true")
    if options.in_window:
        session.apart = lambda *_library: None
    if options.at_once:
        fixed = options.at_once
        session.Concurrency = lambda _most, **_load: Concurrency(lambda: fixed, fixed)
    qt = QApplication([])
    theme = ThemeSource(qt)
    apply_theme(qt, "light", theme)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_DATA_HOME"] = os.environ["XDG_CACHE_HOME"] = name
        with library(options, folder) as profile:
            files = make_pictures(folder / "source", options.files, options.bytes)
            window = BusyWindow(profile, folder, theme)
            try:
                measure(window, files, options.seconds)
            finally:
                window.close()


if __name__ == "__main__":
    main()
