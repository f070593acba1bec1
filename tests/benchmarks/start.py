"""Time from the start of a process to a painted window, and to a painted grid of a library that is there already.

    python -m tests.benchmarks.start [--size 1000000] [--rounds 9] [--folder PLACE] [--clock wall|cpu]

Beside a bare PySide6 window, in turns, each in a process of its own; medians. The library is an embedded one, its file
warm in the system's cache.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.timing import median

TARGET = 1.5  # of the bare window


def child(kind: str, clock: str, folder: Path) -> None:
    """Runs in the process that is measured: prints the moments of its paints, in seconds of ``clock``."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication, QWidget

    now = time.process_time if clock == "cpu" else time.monotonic

    class FirstPaint(QObject):
        def __init__(self, is_it: Callable[[QObject], bool], painted: Callable[[float], None]) -> None:
            super().__init__()
            self._is_it, self._painted, self._done = is_it, painted, False

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if not self._done and event.type() == QEvent.Type.Paint and self._is_it(watched):
                self._done = True
                watched.event(event)
                self._painted(now())
                return True
            return False

    if kind == "bare":
        qt = QApplication([])
        bare = QWidget()
        bare.resize(1280, 800)
        watch = FirstPaint(lambda watched: watched is bare, lambda moment: _say(moment, moment))
        qt.installEventFilter(watch)
        bare.show()
        qt.exec()
        return
    from imagedesk.app import DesktopApplication
    from imagedesk.core.profiles import EmbeddedProfile
    from imagedesk.settings import load_settings

    qt = QApplication([])
    desktop = DesktopApplication(qt, load_settings(), "alice")
    first: list[float] = []

    def has_rows(watched: QObject) -> bool:
        page = desktop.window.current_page()
        if page is None or watched is not page.gallery.viewport():
            return False
        model = page.gallery.gallery_model()
        return model is not None and model.record(0) is not None

    window_watch = FirstPaint(lambda watched: watched is desktop.window, first.append)
    grid_watch = FirstPaint(has_rows, lambda moment: _say(first[0], moment))
    qt.installEventFilter(window_watch)
    qt.installEventFilter(grid_watch)
    desktop.start(EmbeddedProfile("local", folder), [])
    qt.exec()


def _say(window: float, grid: float) -> None:
    """Nothing of ours has to be kept: the process ends here."""
    sys.stdout.write(f"{window} {grid}\n")
    sys.stdout.flush()
    os._exit(0)


def start_once(kind: str, clock: str, library: Path, home: Path) -> tuple[float, float]:
    """Milliseconds to the first paint of the window and to that of the grid."""
    places = {f"XDG_{name}_HOME": str(home / name) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(home), **places}
    # As where it is installed, modules are compiled once: by the first round, which does not count.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(home / "compiled")
    command = [sys.executable, "-m", "tests.benchmarks.start", "--child", kind, "--clock", clock, "--folder", library]
    began = time.monotonic() if clock == "wall" else 0.0
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    window, grid = (float(word) for word in output.split())
    return (window - began) * 1000, (grid - began) * 1000


def measure(folder: Path, size: int, rounds: int, clock: str) -> None:
    from tests.benchmarks.sample_library import make_library

    library, home = folder / f"library-{size}", folder / "home"
    library.mkdir(exist_ok=True)
    home.mkdir(exist_ok=True)
    place = library / "library.sqlite"
    if not place.exists():
        place.hardlink_to(make_library(folder, size))
    found: dict[str, list[tuple[float, float]]] = {"bare": [], "app": []}
    for _ in range(rounds + 1):
        for kind, times in found.items():
            times.append(start_once(kind, clock, library, home))
    bare = median([window for window, _ in found["bare"][1:]])
    rows = [("a bare PySide6 window", bare)]
    rows.append(("ImageDesk: the window", median([window for window, _ in found["app"][1:]])))
    rows.append((f"ImageDesk: the grid, {size:,} images", median([grid for _, grid in found["app"][1:]])))
    for name, cost in rows:
        ratio = cost / bare
        print(f"{name:40}{cost:9.1f} ms   × {ratio:.2f}   {'met' if ratio <= TARGET else 'MISSED'} (≤ {TARGET})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall")
    parser.add_argument("--child", choices=("bare", "app"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.clock, options.folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        measure(folder, options.size, options.rounds, options.clock)


if __name__ == "__main__":
    main()
