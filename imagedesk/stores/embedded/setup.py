"""Set-up of an embedded library: its folders and its database, made or adopted, each told as a step."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.os_faults import writing_faults
from imagedesk.core.ports import SetupStep
from imagedesk.stores.embedded.objects import PARTIAL_FOLDER

DATABASE_NAME = "library.sqlite"
_STALE_SECONDS = 24 * 3600  # no copy takes that long: what is older was left by a crash


class EmbeddedSetup:
    """A ``LibrarySetup`` for the folder ``root``."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def plan(self) -> Iterator[SetupStep]:
        database = self._root / DATABASE_NAME
        for name, path in (*self._folders(), ("database", database)):
            yield SetupStep(name, "kept" if path.exists() else "to make", str(path))

    def run(self) -> Iterator[SetupStep]:
        for name, folder in self._folders():
            yield _folder(name, folder)
        database = self._root / DATABASE_NAME
        state = "kept" if database.exists() else "made"
        Catalogue(database, durable=True).close()
        yield SetupStep("database", state, str(database))
        self._remove_stale_partial_files()

    def _folders(self) -> tuple[tuple[str, Path], ...]:
        return (
            ("library folder", self._root),
            ("images folder", self._root / "images"),
            ("thumbnails folder", self._root / "thumbnails"),
        )

    def _remove_stale_partial_files(self) -> None:
        for file in (self._root / PARTIAL_FOLDER).glob("*"):
            with contextlib.suppress(OSError):  # another process may clean up too
                if time.time() - file.stat().st_mtime > _STALE_SECONDS:
                    file.unlink()


def _folder(name: str, folder: Path) -> SetupStep:
    state = "kept" if folder.is_dir() else "made"
    with writing_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return SetupStep(name, state, str(folder))
