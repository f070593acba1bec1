"""The picture of where one left, in one file of the cache: the next start shows it before anything else is loaded.

Written as the window closes, read by the next start, which shows it only if the same call would show the same again:
the words of the call, the settings file and the program are as they were. No Qt here: it is looked at before Qt loads.
"""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from imagedesk import __version__
from imagedesk.places import last_screen_path, settings_path

MAX_PIXELS = 40_000_000  # an 8K screen has 33 million
BYTES_A_PIXEL = 4
_MARK = b"ImageDesk last screen 1\n"
_MAX_HEAD = 20_000
_MEANT_BY = ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE", "AWS_ENDPOINT_URL")
_MEANT_BY_BEGINNINGS = ("IMAGEDESK_", "AWS_ENDPOINT_URL_")


class KeptScreen(NamedTuple):
    """``width`` and ``height`` are device pixels, ``ratio`` of them to a logical one; four bytes each, blue first.

    ``geometry`` is Qt's, in Base64. ``shown`` says which images are in the picture, ``is_dark`` in which colours, of
    which the system's setting decides if ``follows_system``.
    """

    geometry: str
    width: int
    height: int
    ratio: float
    is_dark: bool
    follows_system: bool
    shown: str
    pixels: bytes


def circumstances(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """What decides on library and look, in one line: the same line, the same screen."""
    try:
        found = settings_path().stat()
        settings: object = (str(settings_path()), found.st_mtime_ns, found.st_size)
    except OSError:
        settings = None
    meant = sorted(
        (name, value)
        for name, value in environment.items()
        if name in _MEANT_BY or name.startswith(_MEANT_BY_BEGINNINGS)
    )
    return ascii((__version__, tuple(words), os.getcwd() if words else "", meant, settings))  # noqa: PTH109  a word


def read_screen(line: str) -> KeptScreen | None:
    """The picture that was kept under these circumstances; None if there is none, or if it is not whole."""
    try:
        with last_screen_path().open("rb") as file:
            if file.readline(100) != _MARK or file.readline(_MAX_HEAD) != line.encode() + b"\n":
                return None
            screen, checksum = _head(file.readline(_MAX_HEAD))
            size = screen.width * screen.height * BYTES_A_PIXEL
            if not (0 < size <= MAX_PIXELS * BYTES_A_PIXEL and screen.width > 0 and 0.5 <= screen.ratio <= 8):
                return None
            pixels = file.read(size + 1)
    except (OSError, ValueError, IndexError):
        return None
    return screen._replace(pixels=pixels) if len(pixels) == size and zlib.crc32(pixels) == checksum else None


def _head(line: bytes) -> tuple[KeptScreen, int]:
    """Raises ValueError or IndexError for one that is none of ours."""
    word = line.decode("ascii").split()
    screen = KeptScreen(
        word[0], int(word[1]), int(word[2]), float(word[3]), word[4] == "True", word[5] == "True", word[6], b""
    )
    return screen, int(word[7])


def write_screen(line: str, screen: KeptScreen) -> None:
    """Keep it in the place of the one before, for this person alone. Does nothing where it cannot be written."""
    path = last_screen_path()
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    head = (*screen[:-1], zlib.crc32(screen.pixels))
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(_MARK + line.encode() + b"\n" + " ".join(map(str, head)).encode("ascii") + b"\n")
                file.write(screen.pixels)
            partial.replace(path)  # not synced: one that is torn by a power cut is not whole, and so not shown
        finally:
            partial.unlink(missing_ok=True)


def forget_screen() -> None:
    """The next start has nothing to show at once: the window closed on something that it will not open on."""
    with contextlib.suppress(OSError):
        last_screen_path().unlink(missing_ok=True)
