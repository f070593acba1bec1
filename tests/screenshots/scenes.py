"""The scenes: a library filled by several people, then the window in each of its states, grabbed to PNG files."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QSize
from PySide6.QtWidgets import QApplication

from imagedesk.app import DesktopApplication
from imagedesk.core.profiles import EmbeddedProfile
from imagedesk.libraries import open_library
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from imagedesk.service.uploading import UploadRequest
from imagedesk.settings import load_settings
from tests.screenshots.landscapes import save_landscapes

PEOPLE = ("alice", "bob", "carol", "you")
COUNT = 48
PATIENCE = 60.0  # seconds


def take_all(home: Path, pictures: Path | None, out: Path, size: tuple[int, int]) -> None:
    """Write first-run.png, window-light.png, window-dark.png and viewer.png into ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    folder = home / "drawn"
    folder.mkdir()
    files = sorted(pictures.iterdir()) if pictures else save_landscapes(folder, COUNT)
    qt = QApplication.instance() or QApplication(["imagedesk"])
    assert isinstance(qt, QApplication)
    scene = _Scene(qt, EmbeddedProfile("local", home / "Pictures" / "ImageDesk"), size)
    scene.open()
    scene.grab(out / "first-run.png")
    scene.app.close()
    _fill(scene.profile, files)
    scene.open()
    scene.choose([1, 4, 7])
    (home / "notes.png").write_text("no picture")
    scene.app.window.add_paths([home / "notes.png"])
    scene.wait(lambda: scene.app.window.transfer_panel.isVisible())
    for scheme in ("light", "dark"):
        scene.app.window.library_menu.scheme_chosen.emit(scheme)
        scene.grab(out / f"window-{scheme}.png")
    scene.choose([1])
    scene.app.window.open_viewer(1)
    scene.wait(lambda: scene.app.window.viewer.picture.is_sharp)
    scene.grab(out / "viewer.png")
    scene.app.close()


class _Scene:
    def __init__(self, qt: QApplication, profile: EmbeddedProfile, size: tuple[int, int]) -> None:
        self._qt, self.profile, self._size = qt, profile, size
        self.app: DesktopApplication

    def open(self) -> None:
        settings = load_settings()
        answered = replace(settings, preferences=replace(settings.preferences, camera_data="keep"))
        self.app = DesktopApplication(self._qt, answered, "you")
        self.app.start(self.profile, [])
        self.app.window.resize(QSize(*self._size))
        self.wait(lambda: self.app.window.current_page() is not None)
        self.wait(lambda: self.app.session is not None and self.app.session.context.facets.snapshot is not None)

    def choose(self, rows: list[int]) -> None:
        page = self.app.window.current_page()
        assert page is not None
        self.wait(lambda: page.gallery.model().rowCount() > max(rows))
        page.gallery.reveal(rows[0])
        for row in rows[1:]:
            index = page.gallery.model().index(row, 0)
            page.gallery.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)

    def wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError("the window did not come to what the scene waits for")
            self._qt.processEvents()

    def grab(self, path: Path) -> None:
        """Once every visible tile has its thumbnail and the details are there."""
        end = time.monotonic() + 1.5
        self.wait(lambda: time.monotonic() > end)
        self.app.window.grab().save(str(path))
        print(path)  # noqa: T201  a script that says what it made


def _fill(profile: EmbeddedProfile, files: list[Path]) -> None:
    reader = GuardedPictureReader()
    reader.start()
    library = open_library(profile, reader, typed_user="you", with_catalogue=True)
    rng = random.Random(3)
    try:
        for path in files:
            metadata = {"campaign": "autumn-26", "rights": "CC BY-SA"}
            request = UploadRequest(path, rng.choice(PEOPLE), path.name, metadata)
            library.service.upload(request)
    finally:
        library.close()
        reader.close()
