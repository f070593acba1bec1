"""The process that ``start`` measures: a bare window, or the program as its command starts it.

    python -m tests.benchmarks.paint_moments bare|app wall|cpu [LIBRARY [keep]]

Prints the moments of first paints, in seconds of the clock, -1 where there was none: of the window, of the last screen
(the pixels that were kept of it) and of the living grid with its rows; before it the moment from which the grid takes
clicks, under the last screen, which stays until the thumbnails are there. Loads nothing that is not needed for that.
With ``keep`` it closes the window in order instead, so that the next start finds what a person's does.
"""

import os
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

KIND, CLOCK = sys.argv[1:3]
now = time.process_time if CLOCK == "cpu" else time.monotonic
moments: dict[str, float] = {}


class Paints(QObject):
    """Notes the first paint of each kind once it is done."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        watch_for_life()
        if event.type() != QEvent.Type.Paint or not isinstance(watched, QWidget):
            return False
        kinds = [kind for kind in kinds_of(watched) if kind not in moments]
        if kinds:
            watched.event(event)
            moments.update(dict.fromkeys(kinds, now()))
            if "grid" in kinds or KIND == "bare":
                finish()
        return bool(kinds)


def watch_for_life() -> None:
    """Note when the grid takes clicks; what decides it is loaded some time after the start."""
    keeping = sys.modules.get("imagedesk.screen_keeping")
    if keeping is None or "life" in vars(keeping) or not hasattr(keeping, "ScreenKeeping"):
        return
    keeping.life, go_live = True, keeping.ScreenKeeping._go_live  # type: ignore[attr-defined]

    def noted(self: object, page: object) -> None:
        go_live(self, page)
        if self._is_live:  # type: ignore[attr-defined]
            moments.setdefault("clicks", now())

    keeping.ScreenKeeping._go_live = noted


def kinds_of(widget: QWidget) -> list[str]:
    gallery = next((it for it in (widget, widget.parent()) if type(it).__name__ == "GalleryView"), None)
    if gallery is not None:
        model = gallery.gallery_model()  # type: ignore[attr-defined]
        return ["grid"] if model is not None and model.record(0) is not None else []
    if type(widget).__name__ == "LastScreen":
        return ["window", "last screen"]
    return ["window"] if widget.isWindow() else []


def finish() -> None:
    """Nothing of ours has to be kept: the process ends here, unless it shall close as by a person."""
    print(*(moments.get(kind, -1.0) for kind in ("window", "last screen", "clicks", "grid")), flush=True)
    if "keep" in sys.argv:
        QTimer.singleShot(
            2000, next(w for w in QApplication.topLevelWidgets() if type(w).__name__ == "MainWindow").close
        )
    else:
        os._exit(0)


class WatchedApplication(QApplication):
    def __init__(self, words: list[str]) -> None:
        super().__init__(words)
        self._paints = Paints(self)
        self.installEventFilter(self._paints)


def main() -> int:
    if KIND == "bare":
        qt = WatchedApplication([])
        window = QWidget()
        window.resize(1440, 900)
        window.show()
        return qt.exec()
    import PySide6.QtWidgets

    PySide6.QtWidgets.QApplication = WatchedApplication  # type: ignore[misc]
    from imagedesk.__main__ import main as program

    return program(["--library", sys.argv[3], "--user", "alice"])


if __name__ == "__main__":
    sys.exit(main())
