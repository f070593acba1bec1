"""The window while it decodes: the wheel beside a busy pool, and how soon a picture is sharp after Enter.

    python -m tests.benchmarks.viewing [--turns 400] [--rounds 3] [--scale 1]

The real window on a library in a folder, without a screen. The wheel turns over the same tiles, whose thumbnails are at
hand, once with idle decoder processes and once while they prepare 24-megapixel JPEGs one after another, as an upload
does; 99th percentile of the time until a turn is painted. "Sharp" is the painted fit view in the screen's pixels; the
thumbnail is shown before. Beside it QImage loads the whole file and paints it once.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from imagedesk.app import DesktopApplication
from imagedesk.core.errors import Cancelled
from imagedesk.core.heaps import TUNABLES
from imagedesk.core.profiles import EmbeddedProfile
from imagedesk.settings import Preferences, Settings
from imagedesk.ui.library_page import LibraryPage
from imagedesk.workers.picture_cache import PictureCache
from imagedesk.workers.picture_loader import CACHE_BYTES
from tests.benchmarks.picture_peers import photograph
from tests.benchmarks.surface import wait_until
from tests.benchmarks.timing import median, percentile
from tests.generated_pictures import make_picture

BUSY_TO_IDLE = 2.0
TILES = 240


class Paints(QObject):
    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def milliseconds(action: Callable[[], object], paints: Paints) -> float:
    began, before = time.perf_counter(), paints.count
    action()
    QApplication.processEvents()
    if paints.count == before:
        wait_until(lambda: paints.count > before)
    return (time.perf_counter() - began) * 1000


class Window:
    """The program on a library of its own in ``folder``."""

    def __init__(self, qt: QApplication, folder: Path) -> None:
        self.app = DesktopApplication(
            qt, Settings(folder / "settings.toml", preferences=Preferences(camera_data="keep")), "alice"
        )
        self.window = self.app.window
        self.window.resize(1440, 900)
        self.app.start(EmbeddedProfile("local", folder / "library"), [])
        wait_until(lambda: self.window.current_page() is not None)

    @property
    def page(self) -> LibraryPage:
        page = self.window.current_page()
        assert page is not None
        return page

    def upload(self, paths: list[Path]) -> None:
        gallery = self.page.gallery
        wanted = gallery.model().rowCount() + len(paths)
        self.window.add_paths(paths)
        wait_until(lambda: gallery.model().rowCount() == wanted)
        wait_until(self._has_thumbnails)

    def _has_thumbnails(self) -> bool:
        gallery, session = self.page.gallery, self.app.session
        model = gallery.gallery_model()
        assert session is not None
        first, last = gallery.visible_rows()
        records = [model.record(row) if model is not None else None for row in range(first, last + 1)]
        return all(record and session.context.thumbnails.best_pixmap(record.image_id) for record in records)

    def wheel(self, turns: int) -> list[float]:
        """Down over some screens of tiles and up again."""
        gallery = self.page.gallery
        viewport, bar, costs = gallery.viewport(), gallery.verticalScrollBar(), []
        paints, down = Paints(viewport), True
        for _ in range(turns):
            down = bar.value() < min(bar.maximum(), 3000) if down else bar.value() <= 0
            event = QWheelEvent(
                QPointF(400, 300), viewport.mapToGlobal(QPointF(400, 300)), QPoint(), QPoint(0, -120 if down else 120),
                Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip
            costs.append(milliseconds(lambda event=event: QApplication.sendEvent(viewport, event), paints))  # type: ignore[misc]
        bar.setValue(0)
        return costs

    def open_first(self) -> tuple[float, float]:
        """Milliseconds from Enter on the first tile to something painted, and to the sharp fit view."""
        gallery, view = self.page.gallery, self.window.viewer.stage.picture
        gallery.setFocus()
        gallery.setCurrentIndex(gallery.model().index(0, 0))
        session = self.app.session
        assert session is not None
        session.context.pictures._cache = PictureCache(CACHE_BYTES)
        paints = Paints(view)
        began = time.perf_counter()
        QTest.keyClick(gallery, Qt.Key.Key_Return)
        wait_until(lambda: paints.count > 0)
        first = (time.perf_counter() - began) * 1000
        wait_until(lambda: view.is_sharp)
        before = paints.count
        view.update()
        wait_until(lambda: paints.count > before)
        sharp = (time.perf_counter() - began) * 1000
        QTest.keyClick(self.window.viewer, Qt.Key.Key_Escape)
        return first, sharp


@contextmanager
def busy_pool(app: DesktopApplication, path: Path) -> Iterator[list[int]]:
    """Both decoder processes at work, as two uploads do it; counts what they do."""
    ended, done = threading.Event(), [0]

    def work() -> None:
        while not ended.is_set():
            try:
                app._pictures.prepare(path)
            except Cancelled:
                return
            done[0] += 1

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield done
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def qimage_load(path: Path) -> float:
    """The plain way, in the process of the window: the whole file, scaled and painted by a label."""
    label = QLabel()
    label.resize(1200, 800)
    label.show()
    QApplication.processEvents()
    paints = Paints(label)
    began = time.perf_counter()
    image = QImage(str(path)).scaled(
        label.size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    before = paints.count
    label.setPixmap(QPixmap.fromImage(image))
    wait_until(lambda: paints.count > before)
    cost = (time.perf_counter() - began) * 1000
    label.hide()
    label.deleteLater()
    return cost


def measure(qt: QApplication, folder: Path, options: argparse.Namespace) -> None:
    paths = [folder / f"{number}.jpeg" for number in range(options.tiles)]
    for number, path in enumerate(paths):
        path.write_bytes(make_picture("jpeg", 640, 480, seed=number))
    large = {}
    for name, size in (("24", (6000, 4000)), ("100", (12_000, 8400))):
        large[name] = folder / f"{name} megapixels.jpg"
        photograph(*(round(side * options.scale) for side in size)).save(large[name], quality=88)
    window = Window(qt, folder)
    try:
        window.upload(paths)
        measure_wheel(window, large["24"], options)
        for name, path in large.items():
            window.upload([path])
            measure_opening(window, name, path, options)
    finally:
        window.app.close()


def measure_wheel(window: Window, path: Path, options: argparse.Namespace) -> None:
    window.wheel(options.turns)  # thumbnails are at hand from now on
    idle, busy, done = [], [], 0
    for _ in range(options.rounds):
        idle += window.wheel(options.turns)
        with busy_pool(window.app, path) as prepared:
            busy += window.wheel(options.turns)
        done += prepared[0]
    still, moved = percentile(idle, 0.99), percentile(busy, 0.99)
    verdict = "met" if moved <= BUSY_TO_IDLE * still else "MISSED"
    print(f"wheel p50, idle pool {median(idle):.2f} ms, busy pool {median(busy):.2f} ms ({done} pictures prepared)")
    ratio = f"× {moved / still:.2f}   {verdict} (≤ {BUSY_TO_IDLE:g})"
    print(f"wheel p99, idle pool {still:.2f} ms, busy pool {moved:.2f} ms: {ratio}")


def measure_opening(window: Window, name: str, path: Path, options: argparse.Namespace) -> None:
    opened = [window.open_first() for _ in range(options.rounds)]
    plain = median([qimage_load(path) for _ in range(options.rounds)])
    first, sharp = (median([costs[which] for costs in opened]) for which in (0, 1))
    print(
        f"{name} megapixels: Enter to the thumbnail {first:.1f} ms, to the sharp fit view {sharp:.1f} ms; "
        f"plain QImage load {plain:.1f} ms; sharp ÷ plain × {sharp / plain:.2f}"
    )


def main() -> None:
    os.environ.setdefault(TUNABLES, "")  # as the program does
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tiles", type=int, default=TILES)
    parser.add_argument(
        "--scale", type=float, default=1.0, help="of the sides of the large pictures, to try the script"
    )
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as temporary:
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = str(Path(temporary) / name)
        qt = QApplication([])
        QImageReader.setAllocationLimit(0)  # it refuses 100 megapixels otherwise
        measure(qt, Path(temporary), options)


if __name__ == "__main__":
    main()
