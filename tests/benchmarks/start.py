"""Time from the start of a process to a painted window, and to a painted grid of a library that is there already.

    python -m tests.benchmarks.start [--size 1000000] [--rounds 9] [--folder PLACE] [--clock wall|cpu]

Beside a bare PySide6 window, in turns, each in a process of its own; medians. The program starts as by its command,
with a library in a folder, its file warm in the system's cache, that was open and closed once before. "The last screen"
is the picture of where one left, which the window shows first; "takes clicks" is when the grid lives under it, with its
rows; "painted", when it stands in the place of the picture.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.sample_library import make_library
from tests.benchmarks.timing import median

TARGET = 1.5  # of the bare window
SCALE = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
KINDS = ("the window", "the last screen", "the grid takes clicks", "the living grid painted")


def start_once(words: list[str], clock: str, home: Path) -> list[float]:
    """Milliseconds to each of the paints; negative where there was none."""
    places = {f"XDG_{name}_HOME": str(home / name) for name in ("CONFIG", "DATA", "CACHE", "STATE", "RUNTIME")}
    screen = home / "screen.json"  # the platform's own is smaller than the window
    screen.write_text(json.dumps({"screens": [{"name": "a", "x": 0, "y": 0, "width": 1920, "height": 1080, **SCALE}]}))
    environment = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={screen}", "HOME": str(home), **places}
    environment.pop("XDG_RUNTIME_DIR", None)  # no open window shall be found
    # As where it is installed, modules are compiled once: by the first round, which does not count.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(home / "compiled")
    command = [sys.executable, "-m", "tests.benchmarks.paint_moments", words[0], clock, *words[1:]]
    began = time.monotonic() if clock == "wall" else 0.0
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return [(float(word) - began) * 1000 if float(word) >= 0 else -1.0 for word in output.split()]


def measure(folder: Path, size: int, rounds: int, clock: str) -> None:
    library, home = folder / f"library-{size}", folder / "home"
    library.mkdir(exist_ok=True)
    home.mkdir(exist_ok=True)
    place = library / "library.sqlite"
    if not place.exists():
        place.hardlink_to(make_library(folder, size))
    start_once(["app", str(library), "keep"], clock, home)
    found: dict[str, list[list[float]]] = {"bare": [], "app": []}
    for _ in range(rounds + 1):
        for kind, times in found.items():
            times.append(start_once([kind, str(library)], clock, home))
    bare = median([moments[0] for moments in found["bare"][1:]])
    print(f"{'a bare PySide6 window':52}{bare:9.1f} ms   × 1.00")
    for number, kind in enumerate(KINDS):
        cost = median([moments[number] for moments in found["app"][1:]])
        if cost < 0:
            print(f"ImageDesk: {kind} was not shown")
            continue
        ratio = cost / bare
        name = f"ImageDesk: {kind}, {size:,} images"
        print(f"{name:52}{cost:9.1f} ms   × {ratio:.2f}   {'met' if ratio <= TARGET else 'MISSED'} (≤ {TARGET})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        measure(folder, options.size, options.rounds, options.clock)


if __name__ == "__main__":
    main()
