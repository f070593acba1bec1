"""The grid and the catalogue measured at several sizes of library in one run, beside a plain QListView and plain SQL.

    python -m tests.benchmarks.gallery [--sizes 10000,100000,1000000] [--clock wall|cpu] [--moves 200] [--folder PLACE]

Libraries are made first, a million images in two minutes; with ``--folder`` they are kept for another run.
On a machine that others keep busy, ``--clock cpu`` counts processor time: see ``timing.Clock``. A jump goes to rows
that are not at hand, at every size. Targets are those of the project's scoreboard.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication

from imagedesk.ui.theme import ThemeSource, apply_theme
from tests.benchmarks.catalogue_measures import measure_catalogue
from tests.benchmarks.grid_measures import measure_grid
from tests.benchmarks.memory import memory_of
from tests.benchmarks.sample_library import make_library
from tests.benchmarks.search_measures import measure_search
from tests.benchmarks.surface import Library, gallery, icon_list
from tests.benchmarks.timing import Clock, Figure, Target, print_table

FRAME = 1000 / 60  # milliseconds
TARGETS = {
    "first paint": Target(exponent=0.10, ratio=200),
    "resize": Target(exponent=0.10, ratio=200),
    "select all": Target(ratio=500),
    "insert at top": Target(ratio=500),
    "jump p50": Target(exponent=0.15),
    "jump p99": Target(value=FRAME, exponent=0.15),
    "ids of a page at row N": Target(ratio=50),
    "facets": Target(ratio=200),
}
MEMORY = "memory, MB"


class Board:
    """Collects figures by name, in the order in which they come."""

    def __init__(self) -> None:
        self.figures: dict[str, Figure] = {}

    def put(self, size: int, ours: dict[str, float], peer: dict[str, float]) -> None:
        for name, value in ours.items():
            figure = self.figures.setdefault(name, Figure(name, TARGETS.get(name, Target())))
            figure.ours[size] = value
            if name in peer:
                figure.peer[size] = peer[name]


def measure(folder: Path, sizes: list[int], clock: Clock, moves: int) -> Board:
    board = Board()
    qt = QApplication.instance() or QApplication([])
    assert isinstance(qt, QApplication)
    theme = ThemeSource(qt)
    apply_theme(qt, "light", theme)
    for size in sizes:
        print(f"{size:,} images …", flush=True)
        path = make_library(folder, size)
        library = Library(path, clock)
        try:
            board.put(size, *measure_grid(library, theme, clock, moves))
            board.put(size, *measure_search(library, lambda: gallery(theme), icon_list, clock))
        finally:
            library.close()
        board.put(size, *measure_catalogue(path, clock))
        board.put(size, {MEMORY: memory_of(path, plain=False)}, {MEMORY: memory_of(path, plain=True)})
    return board


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall")
    parser.add_argument("--moves", type=int, default=200)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sizes = sorted(int(size) for size in options.sizes.split(","))
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        board = measure(folder, sizes, Clock(options.clock), options.moves)
    print(f"\nOurs, then the plain way, then how many times dearer the plain way is at {sizes[-1]:,} images.")
    print_table(list(board.figures.values()), sizes)


if __name__ == "__main__":
    main()
