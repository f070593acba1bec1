"""Where the program's own files are: in a checkout, in an installed wheel, and in a frozen executable."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def resources_folder() -> Path:
    """The folder that holds ``icons``. Raises FileNotFoundError for a broken installation."""
    package = Path(__file__).resolve().parent.parent
    frozen = getattr(sys, "_MEIPASS", None)
    for candidate in (
        Path(frozen) / "resources" if frozen else None,
        package / "resources",
        package.parent / "resources",
    ):
        if candidate is not None and (candidate / "icons").is_dir():
            return candidate
    raise FileNotFoundError("the folder resources is missing from this installation")
