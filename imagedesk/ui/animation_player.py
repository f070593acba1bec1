"""Plays the frames of an animation on the GUI thread, one timer shot a frame; silent while its screen is hidden.

A person who pauses one has paused all that follow, until they play one again.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

SHORTEST_MS = 10


class AnimationPlayer(QObject):
    """Signals: ``frame_changed(QImage)``; ``state_changed()``, when it begins, plays, pauses or ends."""

    frame_changed = Signal(object)
    state_changed = Signal()

    def __init__(self, screen: QWidget, *, autoplay: bool | None = None) -> None:
        super().__init__(screen)
        self._screen = screen
        self._plays = autoplay  # None until it is known
        self._images: Sequence[QImage] = ()
        self._durations: Sequence[int] = ()
        self._number = 0
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)
        screen.installEventFilter(self)

    @property
    def has_frames(self) -> bool:
        return bool(self._images)

    @property
    def frame_count(self) -> int:
        return len(self._images)

    @property
    def is_playing(self) -> bool:
        """Whether it moves, or will as soon as its screen is visible."""
        return self.has_frames and bool(self._plays)

    def begin(self, images: Sequence[QImage], durations: Sequence[int]) -> None:
        """Show the first frame, and go on unless motion is not wanted. ``durations`` in milliseconds."""
        if self._plays is None:
            self._plays = not _reduces_motion()
        self._images, self._durations, self._number = images, durations, 0
        self.show_frame()
        self._run()
        self.state_changed.emit()

    def end(self) -> None:
        """Forget the frames."""
        self._timer.stop()
        if self._images:
            self._images = self._durations = ()
            self.state_changed.emit()

    def toggle(self) -> None:
        """Play or pause."""
        if not self.has_frames:
            return
        self._plays = not self._plays
        self._run()
        self.state_changed.emit()

    def show_frame(self) -> None:
        """Show the frame that is on, once more."""
        if self._images:
            self.frame_changed.emit(self._images[self._number])

    def _run(self) -> None:
        if self.is_playing and self._screen.isVisible():
            self._timer.start(max(SHORTEST_MS, self._durations[self._number]))
        else:
            self._timer.stop()

    def _on_timeout(self) -> None:
        self._number = (self._number + 1) % len(self._images)
        self.show_frame()
        self._run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hidden means hidden: by another page, another window's tab, or a minimised window."""
        if watched is self._screen and event.type() == QEvent.Type.Hide:
            self._timer.stop()
        elif watched is self._screen and event.type() == QEvent.Type.Show:
            self._run()
        return False


def _reduces_motion() -> bool:
    from imagedesk.ui.reduced_motion import system_reduces_motion  # few pictures move

    return system_reduces_motion()
