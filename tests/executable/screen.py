"""A screen without a monitor: Xvfb with a window manager, keys by xdotool, and looking at the pixels."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import Image, ImageGrab

from tests.executable.program import PATIENCE_S

TOOLS = ("Xvfb", "openbox", "xdotool")
SIZE = (1600, 1000)
GRAIN = (320, 200)  # how finely the pixels are looked at
Colour = tuple[int, int, int]
_READ_CLIPBOARD = (
    "from PySide6.QtGui import QGuiApplication; a = QGuiApplication([]); print(a.clipboard().text(), end='')"
)


def missing_tools() -> list[str]:
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Looks often, since what is waited for happens in another process that can tell nobody."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)


class Screen:
    def __init__(self, display: str) -> None:
        self.display = display
        self._environment = {**os.environ, "DISPLAY": display}

    def wait_for_window(self, title: str) -> None:
        """Visible, and in the focus of the keyboard."""
        wait_until(lambda: self.title() == title, f"the window “{title}”")

    def title(self) -> str:
        """Of the window that gets the keys; empty while there is none."""
        return self._xdotool("getactivewindow", "getwindowname")

    def key(self, *keys: str) -> None:
        for key in keys:
            self._xdotool("key", "--clearmodifiers", key)

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "5", text)

    def share_of(self, colour: Colour) -> float:
        """Which part of the screen has about this colour."""
        return len(self._points_of(colour)) / (GRAIN[0] * GRAIN[1])

    def click_on(self, colour: Colour) -> None:
        """In the middle of what has this colour."""
        points = self._points_of(colour)
        x, y = (sum(point[axis] for point in points) // len(points) for axis in (0, 1))
        self._xdotool("mousemove", str(x * SIZE[0] // GRAIN[0]), str(y * SIZE[1] // GRAIN[1]), "click", "1")

    def _points_of(self, colour: Colour) -> list[tuple[int, int]]:
        shot = ImageGrab.grab(xdisplay=self.display).convert("RGB").resize(GRAIN, Image.Resampling.NEAREST)
        pixels = shot.tobytes()
        return [
            (at % GRAIN[0], at // GRAIN[0])
            for at in range(GRAIN[0] * GRAIN[1])
            if all(abs(pixels[3 * at + band] - colour[band]) < 40 for band in range(3))
        ]

    def clipboard(self) -> str:
        environment = {**self._environment, "QT_QPA_PLATFORM": "xcb"}
        read = subprocess.run(
            [sys.executable, "-c", _READ_CLIPBOARD], env=environment, text=True, capture_output=True, timeout=PATIENCE_S
        )
        return read.stdout

    def _xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self._environment, text=True, capture_output=True, timeout=PATIENCE_S
        )
        return done.stdout.strip()


@contextmanager
def open_screen() -> Iterator[Screen]:
    """``-noreset``: without it the server begins anew, and drops who is connecting, whenever its last client leaves."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as number:
        display = f":{number.readline().strip()}"
    manager = subprocess.Popen(
        ["openbox"], env={**os.environ, "DISPLAY": display}, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        yield Screen(display)
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(PATIENCE_S)
