"""Where this computer keeps what the window's first paint needs. Light: the first paint waits for it."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def settings_path() -> Path:
    """``IMAGEDESK_SETTINGS``, else settings.toml where this system keeps settings."""
    if named := os.environ.get("IMAGEDESK_SETTINGS"):
        return Path(named)
    return platformdirs.user_config_path("ImageDesk", appauthor=False) / "settings.toml"


def last_screen_path() -> Path:
    """The one picture of where one left, whichever library that was."""
    return platformdirs.user_cache_path("ImageDesk", appauthor=False) / "last-screen"
