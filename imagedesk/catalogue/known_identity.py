"""Who one was when the library could last be asked, kept beside its catalogue so that the window opens offline, too."""

from __future__ import annotations

import json
from pathlib import Path

from imagedesk.core.errors import ImageDeskError
from imagedesk.core.os_faults import writing_faults
from imagedesk.core.ownership import Identity, checked_user_id

FILE_NAME = "identity.json"


def remember_identity(folder: Path, identity: Identity) -> None:
    """Raises DiskFull, CannotWrite."""
    known = {"user_id": identity.user_id, "verified": identity.verified, "source": identity.source}
    path = folder / FILE_NAME
    partial = path.with_suffix(".part")
    with writing_faults(path):
        folder.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(known), encoding="utf-8")
        partial.replace(path)


def known_identity(folder: Path) -> Identity | None:
    """None if nothing usable was kept."""
    try:
        known = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        return Identity(checked_user_id(known["user_id"]), bool(known["verified"]), str(known["source"]))
    except (OSError, ValueError, KeyError, TypeError, ImageDeskError):
        return None
