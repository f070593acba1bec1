"""Which files an upload means: what was named, and in named folders what looks like a picture."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from imagedesk.core.errors import ImageDeskError, NotAnImage, UnreadableFile
from imagedesk.core.media_types import ACCEPTED
from imagedesk.core.os_faults import reason, shown

_EXTENSIONS = frozenset(extension for media_type in ACCEPTED for extension in media_type.extensions)


@dataclass
class FoundFiles:
    """``files`` in order; ``skipped`` counts what the folders held besides; ``faults`` tells of folders of no use."""

    files: list[Path] = field(default_factory=list)
    skipped: int = 0
    faults: list[tuple[Path, ImageDeskError]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.files) + len(self.faults)


def picture_files(paths: Sequence[Path]) -> FoundFiles:
    """A named file is always tried, whatever its name."""
    found = FoundFiles()
    for path in paths:
        if os.path.isdir(path):  # not Path.is_dir, which raises for a name that is too long  # noqa: PTH112
            _search(path, found)
        else:
            found.files.append(path)
    return found


def _search(top: Path, found: FoundFiles) -> None:
    before = found.count

    def note_fault(error: OSError) -> None:
        folder = Path(os.fsdecode(error.filename))
        fault = UnreadableFile(f"{shown(folder)} cannot be read ({reason(error)}): check its permissions.")
        found.faults.append((folder, fault))

    for folder, folders, names in os.walk(top, onerror=note_fault):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith(".") or Path(name).suffix.lower() not in _EXTENSIONS:
                found.skipped += 1
            else:
                found.files.append(Path(folder) / name)
    if found.count == before:
        found.faults.append((top, NotAnImage(f"There are no pictures in {shown(top)}. Nothing was uploaded.")))
