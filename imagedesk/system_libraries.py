"""What the window needs of a Linux system, checked before Qt ends the process with a line that helps nobody."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping

DEBIAN_PACKAGES = (
    "libglib2.0-0 libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libxcb-cursor0 "
    "libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0"
)
# What QtCore, QtGui and QtWidgets are linked against and no wheel brings.
_ALWAYS = ("libglib-2.0.so.0", "libEGL.so.1", "libGL.so.1", "libxkbcommon.so.0", "libdbus-1.so.3", "libfontconfig.so.1")
# What the xcb platform plugin needs besides; without one of them Qt aborts.
_FOR_X11 = (
    "libxcb-cursor.so.0",
    "libxkbcommon-x11.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-randr.so.0",
    "libxcb-render-util.so.0",
    "libxcb-shape.so.0",
    "libxcb-xinerama.so.0",
)


def missing_for_the_window(environment: Mapping[str, str]) -> str | None:
    """A sentence that says what is missing and how to get it, None if nothing is."""
    if not sys.platform.startswith("linux"):
        return None
    platform = environment.get("QT_QPA_PLATFORM", "")
    if not platform and not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        return (
            "There is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set. Start ImageDesk on a desktop, "
            "or use the commands that need none (imagedesk --help)."
        )
    needs_x11 = platform.startswith("xcb") or (not platform and not environment.get("WAYLAND_DISPLAY"))
    missing = [name for name in (*_ALWAYS, *(_FOR_X11 if needs_x11 else ())) if not _loads(name)]
    if not missing:
        return None
    return (
        f"This system lacks {', '.join(missing)}, which the window needs. On Debian or Ubuntu: "
        f"apt-get install {DEBIAN_PACKAGES}"
    )


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
