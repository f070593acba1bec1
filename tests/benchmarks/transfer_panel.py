"""The list of transfers at several lengths, as a batch goes through it: how long the window is busy with each frame.

    python -m tests.benchmarks.transfer_panel [--sizes 100,1000,10000] [--frames 200] [--clock wall|cpu]

A frame ends and starts a dozen files, as thirty times a second at 360 files a second, and is painted. Then each of the
controls is used on all rows at once, over a real queue and journal. The target is
that of the issue: no stall over 100 ms at ten thousand rows, and a frame's cost that hardly grows with their number.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from imagedesk.garbage import set_apart_what_stays
from imagedesk.models.transfer_model import TransferModel
from imagedesk.transfers.transfer import ChangeBatch, Transfer, TransferKind, TransferState, TransferSummary
from imagedesk.ui.theme import ThemeSource, apply_theme
from imagedesk.ui.transfer_panel import TransferPanel
from tests.benchmarks.panel_controls import STEPS, measure_controls
from tests.benchmarks.timing import Clock, Figure, Target, percentile, print_table

AT_ONCE = 12
TARGETS = {
    "all come": Target(value=100),
    "frame p50": Target(exponent=0.4),
    "frame p99": Target(value=100),
    "frame p99, all chosen": Target(value=100),
    "pause all chosen": Target(value=100),
    "all paused": Target(value=100),
    "all cleared": Target(value=100),
    **{name: Target(value=100) for name in STEPS},
}


class SilentWorker(QObject):
    summary_changed = Signal(object)

    def __getattr__(self, name: str) -> object:
        return lambda *_arguments: None


class Batch:
    """So many files on their way through a real panel."""

    def __init__(self, count: int, theme: ThemeSource, clock: Clock) -> None:
        self.clock, self.panel, self.worker = clock, TransferPanel(theme), SilentWorker()
        self.model = TransferModel(self.panel)
        self.panel.set_source(self.model, self.worker)  # type: ignore[arg-type]
        self.panel.resize(1200, 200)
        self.panel.show()
        self.waiting = [
            Transfer(n, TransferKind.UPLOAD, f"{n}.jpg", 20_000, f"a!{n}", "a", 1) for n in range(1, count + 1)
        ]
        self.running: list[Transfer] = []

    def show(self, changed: Iterable[Transfer] = (), removed: Iterable[int] = ()) -> float:
        """Milliseconds until the window is idle again."""
        batch = ChangeBatch(tuple(changed), tuple(removed))
        summary = TransferSummary(running=4, waiting=len(self.waiting), bytes_total=1)

        def follow() -> None:
            self.model.apply(batch)
            self.worker.summary_changed.emit(summary)
            QApplication.processEvents()

        return self.clock.once(follow)

    def frame(self) -> float:
        over = [replace(row, state=TransferState.DONE, done=row.total) for row in self.running]
        self.running = [replace(row, state=TransferState.RUNNING, done=7) for row in self.waiting[:AT_ONCE]]
        del self.waiting[:AT_ONCE]
        return self.show([*over, *self.running])


def measure(count: int, frames: int, theme: ThemeSource, clock: Clock) -> dict[str, float]:
    batch = Batch(count, theme, clock)
    frames = min(frames, count // AT_ONCE // 2)
    figures = {"all come": batch.show(batch.waiting)}
    times = [batch.frame() for _ in range(frames)]
    figures |= {"frame p50": percentile(times, 0.5), "frame p99": percentile(times, 0.99)}
    batch.panel.rows.selectAll()
    figures["frame p99, all chosen"] = percentile([batch.frame() for _ in range(frames)], 0.99)
    figures["pause all chosen"] = clock.once(lambda: batch.panel._act("pause"))
    figures["all paused"] = batch.show([replace(row, state=TransferState.PAUSED) for row in batch.waiting])
    figures["all cleared"] = batch.show(removed=range(1, count + 1))
    batch.panel.set_source(None, None)
    batch.panel.deleteLater()
    QApplication.processEvents()
    return figures | measure_controls(count, theme, clock)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qt = QApplication([])
    theme = ThemeSource(qt)
    apply_theme(qt, "light", theme)
    set_apart_what_stays()  # as the window does
    sizes = sorted(int(size) for size in options.sizes.split(","))
    board = {name: Figure(name, target) for name, target in TARGETS.items()}
    for size in sizes:
        for name, value in measure(size, options.frames, theme, Clock(options.clock)).items():
            board[name].ours[size] = value
    print("Milliseconds.")
    print_table(list(board.values()), sizes)


if __name__ == "__main__":
    main()
