"""What happens between a drop and the first byte sent: the question, the shared fields, and the data that goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from imagedesk.core.camera_data import CameraData
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.profiles import EmbeddedProfile, LibraryProfile
from imagedesk.settings import load_settings
from imagedesk.ui.dialogs.upload_dialog import UploadDialog
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop
from tests.unit.pictures.stripping.tagged_pictures import OWNER, PLACES, coordinate_bytes, frames, tagged

Pictures = Callable[..., list[Path]]


@pytest.fixture
def photographs(tmp_path: Path) -> list[Path]:
    """One of each type that cameras write, in a folder."""
    folder = tmp_path / "Oslo"
    folder.mkdir()
    paths = [folder / f"{kind}.{kind}" for kind in ("jpeg", "png", "webp", "tiff", "avif")]
    for path in paths:
        path.write_bytes(tagged(path.stem, 6))
    return paths


def question(desktop: Desktop) -> UploadDialog:
    dialog = desktop.dialog()
    assert isinstance(dialog, UploadDialog)
    return dialog


def press_upload(desktop: Desktop, dialog: UploadDialog) -> None:
    desktop.qtbot.mouseClick(dialog.upload_button, Qt.MouseButton.LeftButton)


def stored_bytes(desktop: Desktop, record: ImageRecord, folder: Path) -> bytes:
    return desktop.context.service.download(record, folder / record.image_id.replace("!", "-")).read_bytes()


def test_the_first_upload_asks_and_what_is_to_go_is_nowhere_in_what_is_stored(
    open_desktop: OpenDesktop, library: LibraryProfile, photographs: list[Path], tmp_path: Path
) -> None:
    desktop = open_desktop(library, camera_data=None)
    desktop.drop(photographs)
    dialog = question(desktop)
    desktop.wait(lambda: dialog.title.text() == "Upload 5 files")
    assert desktop.rows() == 0
    dialog.options[CameraData.ALL].setChecked(True)
    press_upload(desktop, dialog)
    desktop.wait_for_rows(5)
    desktop.wait_until_idle()
    assert desktop.failures() == {}
    before = {path.name: path.read_bytes() for path in photographs}
    for record in desktop.records():
        after = stored_bytes(desktop, record, tmp_path)
        assert [word for word in (*PLACES, *coordinate_bytes(), OWNER, b"Canon") if word in after] == []
        assert list(frames(after)) == list(frames(before[record.filename]))
        assert set(record.removed) >= {"location", "camera"}
    assert load_settings().preferences.camera_data == "all"
    desktop.choose("jpeg.jpeg")
    desktop.wait(lambda: "Location: removed on upload" in told(desktop))
    assert any(line.startswith("Removed: camera data, descriptions") for line in told(desktop))


def told(desktop: Desktop) -> list[str]:
    """The lines of the details pane."""
    from PySide6.QtWidgets import QLabel

    return [label.accessibleName() for label in desktop.page.details.findChildren(QLabel)]


@pytest.mark.parametrize(("first", "then"), [("all", "all"), ("all", "keep"), ("keep", "all"), ("location", "all")])
def test_the_same_file_is_known_again_whatever_was_taken_out_of_it(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, photographs: list[Path], first: str, then: str
) -> None:
    desktop = open_desktop(folder_library, camera_data=first)
    desktop.drop(photographs)
    desktop.wait_for_rows(5)
    desktop.wait_until_idle()
    desktop.app.close()
    again = open_desktop(folder_library, camera_data=then)
    again.wait_for_rows(5)
    again.drop(photographs)
    again.wait(lambda: again.context.transfers.summary().duplicate == 5)
    assert again.rows() == 5


def test_a_batch_shares_fields_beside_the_folder_and_they_are_offered_again(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, photographs: list[Path]
) -> None:
    desktop = open_desktop(folder_library, camera_data=None)
    desktop.drop([photographs[0].parent])
    dialog = question(desktop)
    desktop.wait(lambda: dialog.title.text() == "Upload 1 folder")
    dialog.fields.add_row("campaign", "autumn")
    dialog.always.setChecked(True)
    press_upload(desktop, dialog)
    desktop.wait_for_rows(5)
    desktop.wait_until_idle()
    assert [record.metadata for record in desktop.records()] == [{"folder": "Oslo", "campaign": "autumn"}] * 5
    desktop.drop(photographs)
    again = question(desktop)
    again.fields.offers["campaign"].click()
    assert again.fields.fields() == {"campaign": "autumn"}
    again.reject()
    assert desktop.window.status.place.text() == "Nothing was uploaded."
    assert desktop.context.transfers.summary().duplicate == 0


def test_what_comes_while_the_question_is_open_belongs_to_it(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, photographs: list[Path]
) -> None:
    desktop = open_desktop(folder_library, camera_data=None)
    desktop.drop(photographs[:2])
    dialog = question(desktop)
    desktop.app.take_files(photographs[2:4])
    desktop.wait(lambda: dialog.title.text() == "Upload 4 files")
    press_upload(desktop, dialog)
    desktop.wait_for_rows(4)
    desktop.wait_until_idle()
    assert {record.removed[0] for record in desktop.records()} == {"location"}


def test_details_can_be_given_before_any_upload(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, photographs: list[Path]
) -> None:
    desktop = open_desktop(folder_library)
    desktop.window.top_bar.upload_details_requested.emit()
    chooser = desktop.dialog()
    assert isinstance(chooser, QFileDialog)
    chooser.filesSelected.emit([str(photographs[0])])
    chooser.close()
    desktop.wait(lambda: desktop.window.uploads.dialog is not None)
    dialog = desktop.window.uploads.dialog
    assert dialog is not None
    assert dialog.options[CameraData.KEEP].isChecked()
    dialog.fields.add_row("rights", "CC BY")
    press_upload(desktop, dialog)
    desktop.wait_for_rows(1)
    desktop.wait_until_idle()
    assert desktop.records()[0].metadata == {"rights": "CC BY"}


def test_encoded_bytes_of_the_clipboard_are_uploaded_as_they_are(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, tmp_path: Path
) -> None:
    data, photograph = QMimeData(), tagged("webp")
    data.setData("image/webp", QByteArray(photograph))
    QGuiApplication.clipboard().setMimeData(data)
    desktop = open_desktop(folder_library)
    desktop.window.intake.paste()
    desktop.wait_for_rows(1)
    desktop.wait_until_idle()
    (record,) = desktop.records()
    assert (record.filename.endswith(".webp"), record.content_type) == (True, "image/webp")
    assert stored_bytes(desktop, record, tmp_path) == photograph
    QGuiApplication.clipboard().clear()


def test_a_search_that_is_given_up_and_files_that_are_left_out_are_told(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, photographs: list[Path]
) -> None:
    (photographs[0].parent / ".hidden.jpeg").write_bytes(photographs[0].read_bytes())
    desktop = open_desktop(folder_library)
    status = desktop.window.status.place
    desktop.drop([photographs[0].parent])
    desktop.wait(lambda: status.text() == "1 file was left out: hidden, or no picture.")
    desktop.wait_for_rows(5)
    desktop.context.transfers.add_paths([photographs[0].parent])
    desktop.context.transfers.cancel_all()
    desktop.wait(lambda: status.text() == "The search for files was cancelled.")


def test_a_library_that_is_left_withdraws_its_question(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, photographs: list[Path], tmp_path: Path
) -> None:
    desktop = open_desktop(folder_library, camera_data=None)
    desktop.drop(photographs)
    question(desktop)
    desktop.app.open_library(EmbeddedProfile("other", tmp_path / "other"))
    desktop.wait_until_open()
    assert desktop.window.uploads.dialog is None
    assert desktop.context.transfers.summary().files == 0
