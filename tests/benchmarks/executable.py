"""The executable measured: its size, and how soon it paints beside the same program from source and a bare window.

    python -m tests.benchmarks.executable dist/imagedesk/imagedesk [--rounds 9]

The three start in turn within each round, on an empty home, under Xvfb where that is installed, else without a screen;
medians count, and ratios are of one run. "First paint" is from the start of the process until the middle of the screen
is no longer black, looked at every few milliseconds; without a screen only the time of ``--version`` is told.
"""

from __future__ import annotations

import argparse
import lzma
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import ImageGrab

from tests.executable.screen import missing_tools, open_screen

TRIAL_MB, TRIAL_PACKED_MB = 138, 41  # what the first trial reached
CHECKOUT = Path(__file__).parents[2]
BARE = (
    "from PySide6.QtWidgets import QApplication, QMainWindow\n"
    "a = QApplication([]); w = QMainWindow(); w.resize(1440, 900); w.show(); a.exec()"
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.executable", description=__doc__)
    parser.add_argument("executable", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--no-archive", action="store_true", help="leave out the .tar.xz, which takes a minute")
    arguments = parser.parse_args()
    executable = arguments.executable.resolve(strict=True)
    print_sizes(executable, packed=not arguments.no_archive)
    ways = {
        "executable": [str(executable)],
        "source": [sys.executable, "-m", "imagedesk"],
        "bare window": [sys.executable, "-c", BARE],
    }
    print_times("--version", {name: [*words, "--version"] for name, words in ways.items() if "bare" not in name}, 9)
    if missing := missing_tools():
        print(f"first paint: not measured without {', '.join(missing)}")
        return
    with open_screen() as screen:
        print_times("first paint", ways, arguments.rounds, screen.display)


def print_sizes(executable: Path, *, packed: bool) -> None:
    folder = executable.parent if (executable.parent / "_internal").is_dir() else executable
    files = [folder] if folder.is_file() else [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files if not path.is_symlink()) / 1e6
    print(f"unpacked      {size:6.1f} MB   {size / TRIAL_MB:.2f} of the trial's {TRIAL_MB} MB")
    if packed:
        with tempfile.TemporaryDirectory() as place:
            archive = Path(place) / "imagedesk.tar.xz"
            with lzma.open(archive, "w", preset=6) as stream, tarfile.open(fileobj=stream, mode="w") as tar:
                tar.add(folder, "imagedesk")
            size = archive.stat().st_size / 1e6
        print(f"as .tar.xz    {size:6.1f} MB   {size / TRIAL_PACKED_MB:.2f} of the trial's {TRIAL_PACKED_MB} MB")


def print_times(what: str, ways: dict[str, list[str]], rounds: int, display: str | None = None) -> None:
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, words in ways.items():
            with tempfile.TemporaryDirectory() as home:
                times[name].append(seconds(words, Path(home), display))
    medians = {name: statistics.median(values[1:]) for name, values in times.items()}  # the first fills the caches
    for name, median in medians.items():
        print(f"{what:<13} {median * 1000:6.0f} ms   {median / medians['source']:.2f} of source   {name}")


def seconds(words: Sequence[str], home: Path, display: str | None) -> float:
    """Until the process ends or, on a display, until its window is there."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(CHECKOUT)}
    if display is not None:
        environment["DISPLAY"] = display
    begin = time.perf_counter()
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    try:
        if display is None:
            process.wait(60)
        else:
            wait_for_paint(display, begin + 60)
        return time.perf_counter() - begin
    finally:
        process.kill()
        process.wait()
        if display is not None:
            wait_for_paint(display, time.perf_counter() + 60, gone=True)


def wait_for_paint(display: str, deadline: float, *, gone: bool = False) -> None:
    """Until the middle of the black screen is no longer black, or is so again."""
    while (middle_of(display) == (0, 0, 0)) is not gone:
        assert time.perf_counter() < deadline, "no window was painted"


def middle_of(display: str) -> tuple[int, ...]:
    shot = ImageGrab.grab(xdisplay=display).convert("RGB")
    pixel = shot.getpixel((shot.width // 2, shot.height // 2))
    assert isinstance(pixel, tuple)
    return tuple(int(band) for band in pixel)


if __name__ == "__main__":
    main()
