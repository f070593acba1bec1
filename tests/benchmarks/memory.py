"""Memory of a process with a library in a view: resident megabytes, in a process of its own for each."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path


def resident_megabytes() -> float:
    """Of this process, now ("VmRSS", proc(5)); 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def browsed(path: Path, plain: bool) -> float:
    """Open, jump about, choose everything; answers with what is resident then, less what an empty one takes."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from imagedesk.ui.theme import ThemeSource
    from tests.benchmarks.surface import Library, Surface, gallery, icon_list
    from tests.benchmarks.timing import Clock

    qt = QApplication([])
    theme = ThemeSource(qt)
    before = resident_megabytes()
    library = Library(path, Clock("wall"))
    surface = Surface(icon_list() if plain else gallery(theme), library)
    surface.populated(lambda: None)
    bar = surface.view.verticalScrollBar()
    for part in range(1, 30):
        surface.populated(lambda part=part: bar.setValue(bar.maximum() * part // 30))
    surface.view.selectAll()
    QApplication.processEvents()
    used = resident_megabytes() - before
    surface.close()
    library.close()
    return used


def memory_of(path: Path, plain: bool) -> float:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(browsed, path, plain).result()
