"""Which files an upload means: what was named, and in named folders what looks like a picture."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from imagedesk.core.media_types import ACCEPTED

_EXTENSIONS = frozenset(extension for media_type in ACCEPTED for extension in media_type.extensions)


def picture_files(paths: Sequence[Path]) -> tuple[list[Path], int]:
    """The files in order, and how many others the folders held. A named file is always tried, whatever its name."""
    files: list[Path] = []
    skipped = 0
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if name.startswith(".") or Path(name).suffix.lower() not in _EXTENSIONS:
                    skipped += 1
                else:
                    files.append(Path(folder) / name)
    return files, skipped
