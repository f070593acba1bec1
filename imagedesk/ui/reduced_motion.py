"""Whether the person has asked the system for less motion. Asked once, when something is about to move."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_GSETTINGS_SECONDS = 0.5
_NO = {"false", "0"}


@cache
def system_reduces_motion() -> bool:
    if sys.platform == "win32":
        return _windows_does()
    if sys.platform == "darwin":
        return _macos_does()
    return desktop_reduces_motion(os.environ)


def desktop_reduces_motion(environment: Mapping[str, str]) -> bool:
    """Plasma and what follows GTK's file write it down; GNOME and its relatives are asked by their own command."""
    folder = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    if _value(folder / "kdeglobals", "KDE", "AnimationDurationFactor") in {"0", "0.0"}:
        return True
    names = ("gtk-4.0/settings.ini", "gtk-3.0/settings.ini")
    if any(_value(folder / name, "Settings", "gtk-enable-animations").lower() in _NO for name in names):
        return True
    return _gnome_does()


def _value(path: Path, section: str, key: str) -> str:
    """Empty where file, section or key is missing, or where the file cannot be understood."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return ""
    return parser.get(section, key, fallback="").strip()


def _gnome_does() -> bool:
    command = shutil.which("gsettings")
    if command is None:
        return False
    words = [command, "get", "org.gnome.desktop.interface", "enable-animations"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=_GSETTINGS_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return False
    return done.stdout.strip() == "false"


def _windows_does() -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    animates = ctypes.c_int(1)
    get_client_area_animation = 0x1042  # SPI_GETCLIENTAREAANIMATION ("SystemParametersInfoW", Microsoft Learn)
    ctypes.windll.user32.SystemParametersInfoW(get_client_area_animation, 0, ctypes.byref(animates), 0)
    return not animates.value


def _macos_does() -> bool:
    """``NSWorkspace.sharedWorkspace.accessibilityDisplayShouldReduceMotion`` (AppKit, Apple Developer Documentation);
    Qt has loaded AppKit already."""
    import ctypes
    import ctypes.util

    objc = ctypes.CDLL(ctypes.util.find_library("objc") or "libobjc.dylib")
    objc.objc_getClass.restype = objc.sel_registerName.restype = ctypes.c_void_p
    objc.objc_getClass.argtypes = objc.sel_registerName.argtypes = [ctypes.c_char_p]
    address = ctypes.cast(objc.objc_msgSend, ctypes.c_void_p).value
    assert address is not None
    send_for_object = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(address)
    send_for_bool = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)(address)
    workspace = send_for_object(objc.objc_getClass(b"NSWorkspace"), objc.sel_registerName(b"sharedWorkspace"))
    if not workspace:
        return False
    return bool(send_for_bool(workspace, objc.sel_registerName(b"accessibilityDisplayShouldReduceMotion")))
