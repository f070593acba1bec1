"""Downloads at the real window: to a folder with names that are taken, and as one archive."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from imagedesk.core.file_names import NameClash
from imagedesk.core.profiles import LibraryProfile
from imagedesk.settings import load_settings
from imagedesk.ui.dialogs.name_clash_dialog import NameClashDialog
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop

Pictures = Callable[..., list[Path]]
OTHER = b"something of the person's own"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


@pytest.fixture
def originals(pictures: Pictures) -> list[Path]:
    return pictures(4)


@pytest.fixture
def desktop(open_desktop: OpenDesktop, library: LibraryProfile, originals: list[Path]) -> Desktop:
    """A window with four images, all chosen."""
    desktop = open_desktop(library)
    desktop.drop(originals)
    desktop.wait_for_rows(4)
    desktop.wait_until_idle()
    desktop.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    return desktop


def choose(desktop: Desktop, path: Path) -> None:
    """In the file dialog."""
    desktop.wait(lambda: isinstance(desktop._open_dialog(), QFileDialog))
    dialog = desktop.dialog()
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.close()


def clash_dialog(desktop: Desktop) -> NameClashDialog:
    desktop.wait(lambda: isinstance(desktop._open_dialog(), NameClashDialog))
    dialog = desktop.dialog()
    assert isinstance(dialog, NameClashDialog)
    return dialog


@pytest.mark.parametrize("answer", list(NameClash))
def test_taken_names_are_asked_about_once_and_the_answer_is_proposed_the_next_time(
    desktop: Desktop, target: Path, originals: list[Path], answer: NameClash
) -> None:
    for path in originals[:2]:
        (target / path.name).write_bytes(OTHER)
    desktop.window.download_chosen()
    choose(desktop, target)
    dialog = clash_dialog(desktop)
    assert dialog.question.text() == "2 of 4 files are already in this folder"
    dialog.options[answer].click()
    desktop.qtbot.mouseClick(dialog.download_button, Qt.MouseButton.LeftButton)
    count = {NameClash.KEEP_BOTH: 6}.get(answer, 4)
    desktop.wait(lambda: sum(1 for path in target.iterdir() if path.suffix == ".jpeg") == count)
    desktop.wait_until_idle()
    kept = {path.read_bytes() == OTHER for path in (target / original.name for original in originals[:2])}
    assert kept == {answer is not NameClash.REPLACE}
    got = {path.read_bytes() for path in target.iterdir()}
    wanted = {path.read_bytes() for path in (originals[2:] if answer is NameClash.SKIP else originals)}
    assert got - {OTHER} == wanted
    assert load_settings().preferences.name_clash == answer.value
    desktop.window.download_chosen()
    choose(desktop, target)
    again = clash_dialog(desktop)
    assert again.options[answer].isChecked()
    again.reject()


def test_chosen_images_come_as_one_archive(desktop: Desktop, target: Path, originals: list[Path]) -> None:
    desktop.window.top_bar.buttons["download"].menu().actions()[1].trigger()
    choose(desktop, target / "all.zip")
    desktop.wait((target / "all.zip").exists)
    desktop.wait_until_idle()
    with zipfile.ZipFile(target / "all.zip") as archive:
        assert archive.testzip() is None
        got = {name: archive.read(name) for name in archive.namelist()}
    assert got == {path.name: path.read_bytes() for path in originals}
    assert [path.name for path in target.iterdir()] == ["all.zip"]


def test_an_archive_that_the_dialog_asked_about_is_replaced_and_a_name_it_completed_is_not(
    desktop: Desktop, target: Path
) -> None:
    (target / "all.zip").write_bytes(OTHER)
    (target / "2026.11.zip").write_bytes(OTHER)
    for name in ("all.zip", "2026.11"):
        desktop.window.download_archive_of_chosen()
        choose(desktop, target / name)
        desktop.wait_until_idle()
    desktop.wait((target / "2026.11 (2).zip").exists)
    desktop.wait(lambda: zipfile.is_zipfile(target / "all.zip"))
    assert (target / "2026.11.zip").read_bytes() == OTHER


def test_a_cancelled_archive_leaves_nothing(desktop: Desktop, target: Path) -> None:
    desktop.context.transfers.limit_bandwidth(2000)  # bytes a second: it takes seconds
    desktop.window.download_archive_of_chosen()
    choose(desktop, target / "all.zip")
    desktop.wait(lambda: desktop.context.transfers.summary().running == 1)
    desktop.wait(lambda: bool(list(target.iterdir())))
    desktop.wait(desktop.window.transfer_panel.cancel.isVisible)
    desktop.qtbot.mouseClick(desktop.window.transfer_panel.cancel, Qt.MouseButton.LeftButton)
    desktop.wait_until_idle()
    desktop.wait(lambda: list(target.iterdir()) == [])
