"""The main job at the real window: drop pictures, browse, preview, download, share, delete."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from imagedesk.core.profiles import EmbeddedProfile, LibraryProfile
from imagedesk.ui.dialogs.delete_dialog import DeleteDialog
from imagedesk.ui.dialogs.share_dialog import ShareDialog
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop
from tests.generated_pictures import make_picture, png_bomb, truncated

KINDS = ("jpeg", "png", "gif", "webp", "tiff", "bmp", "avif")
Pictures = Callable[..., list[Path]]


def upload(desktop: Desktop, paths: list[Path]) -> None:
    before = desktop.rows()
    desktop.drop(paths)
    desktop.wait_for_rows(before + len(paths))
    desktop.wait_until_idle()


def test_pictures_of_every_type_are_dropped_and_seen(
    open_desktop: OpenDesktop, library: LibraryProfile, pictures: Pictures
) -> None:
    desktop = open_desktop(library)
    dropped = [path for kind in KINDS for path in pictures(1, kind)]
    upload(desktop, dropped)
    assert sorted(desktop.names()) == sorted(path.name for path in dropped)
    thumbnails = desktop.context.thumbnails
    ids = [record.image_id for record in desktop.records()]
    desktop.wait(lambda: all(thumbnails.best_pixmap(image_id) is not None for image_id in ids))
    assert desktop.window.banner.isHidden()


def test_a_bad_file_gets_a_sentence_and_the_rest_goes_on(
    open_desktop: OpenDesktop, library: LibraryProfile, tmp_path: Path, pictures: Pictures
) -> None:
    desktop = open_desktop(library)
    good = pictures(3)
    bad = {
        "text.png": b"this is text",
        "empty.jpg": b"",
        "cut.jpg": truncated(make_picture("jpeg", 400, 300, seed=1)),
        "bomb.png": png_bomb(200),
        "drawing.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    desktop.drop([*good, *(tmp_path / name for name in bad)])
    desktop.wait(lambda: len(desktop.failures()) == len(bad))
    desktop.wait_for_rows(len(good))
    desktop.wait_until_idle()
    told = desktop.failures()
    assert "holds text" in told["text.png"]
    assert "is empty" in told["empty.jpg"]
    assert "Damaged image" in told["cut.jpg"]
    assert "pixels" in told["bomb.png"]
    assert all(sentence.endswith(".") for sentence in told.values())
    assert sorted(desktop.names()) == sorted(path.name for path in good)


def test_a_folder_of_a_few_hundred_mixed_files_is_taken_in(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    for kind in KINDS:
        pictures(30, kind, "holiday")
    folder = pictures(0, folder="holiday") or [folder_library.folder.parent / "holiday"]
    (folder[0] / "notes.txt").write_text("not a picture")
    (folder[0] / ".hidden.png").write_bytes(make_picture("png", 8, 8))
    desktop = open_desktop(folder_library)
    desktop.drop(folder)
    desktop.wait_for_rows(30 * len(KINDS))
    desktop.wait_until_idle()
    assert desktop.failures() == {}
    facets = desktop.context.facets
    desktop.wait(lambda: facets.snapshot is not None and [c.images for c in facets.snapshot.types] == [30] * len(KINDS))


def test_the_viewer_opens_by_key_and_walks_through_the_list(
    open_desktop: OpenDesktop, library: LibraryProfile, pictures: Pictures
) -> None:
    desktop = open_desktop(library)
    upload(desktop, pictures(3))
    names = desktop.names()
    desktop.choose(names[0])
    desktop.key(Qt.Key.Key_Space)
    assert desktop.window.is_viewing()
    picture = desktop.window.viewer.picture
    desktop.wait(lambda: picture.is_sharp)
    desktop.key(Qt.Key.Key_1)
    assert picture.zoom == 1.0
    desktop.key(Qt.Key.Key_Right)
    desktop.wait(lambda: desktop.window.viewer.details.record.filename == names[1])  # type: ignore[union-attr]
    desktop.key(Qt.Key.Key_Escape)
    assert not desktop.window.is_viewing()
    assert desktop.page.gallery.currentIndex().row() == 1


def test_chosen_images_are_downloaded_bit_for_bit(
    open_desktop: OpenDesktop, library: LibraryProfile, pictures: Pictures, tmp_path: Path
) -> None:
    desktop = open_desktop(library)
    originals = pictures(4)
    upload(desktop, originals)
    desktop.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    desktop.window.download_chosen()
    dialog = desktop.dialog()
    assert isinstance(dialog, QFileDialog)
    target = tmp_path / "target"
    target.mkdir()
    dialog.setDirectory(str(target))
    dialog.fileSelected.emit(str(target))
    dialog.close()
    desktop.wait(lambda: sum(1 for path in target.iterdir() if path.suffix == ".jpeg") == 4)
    desktop.wait_until_idle()
    assert {path.name: path.read_bytes() for path in target.iterdir()} == {p.name: p.read_bytes() for p in originals}


def test_deleting_names_what_goes_and_waits_for_a_yes(
    open_desktop: OpenDesktop, library: LibraryProfile, pictures: Pictures
) -> None:
    desktop = open_desktop(library)
    upload(desktop, pictures(2))
    name = desktop.names()[1]
    desktop.choose(name)
    desktop.key(Qt.Key.Key_Delete)
    dialog = desktop.dialog()
    assert isinstance(dialog, DeleteDialog)
    assert dialog.cancel_button.isDefault()
    assert name in [label.text() for label in dialog.findChildren(type(desktop.window.status.place))]
    desktop.qtbot.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)
    assert desktop.rows() == 2
    desktop.key(Qt.Key.Key_Delete)
    again = desktop.dialog()
    assert isinstance(again, DeleteDialog)
    desktop.qtbot.mouseClick(again.delete_button, Qt.MouseButton.LeftButton)
    desktop.wait_for_rows(1)
    assert name not in desktop.names()


def test_an_image_of_somebody_else_cannot_be_deleted_and_the_window_says_why(
    open_desktop: OpenDesktop, library: LibraryProfile, pictures: Pictures
) -> None:
    alice = open_desktop(library, "alice")
    upload(alice, pictures(1))
    alice.app.close()
    bob = open_desktop(library, "bob")
    bob.wait_for_rows(1)
    bob.choose(bob.names()[0])
    delete = bob.window.top_bar.buttons["delete"]
    bob.wait(lambda: not delete.isEnabled())
    assert "Only alice can delete this" in delete.toolTip()
    assert bob.window.top_bar.buttons["download"].isEnabled()


def test_a_share_link_is_copied_and_works(
    open_desktop: OpenDesktop, aws_profile: Callable[[], LibraryProfile], pictures: Pictures
) -> None:
    desktop = open_desktop(aws_profile())
    paths = pictures(1)
    upload(desktop, paths)
    desktop.choose(paths[0].name)
    desktop.window.share_chosen()
    dialog = desktop.dialog()
    assert isinstance(dialog, ShareDialog)
    link = QGuiApplication.clipboard().text()
    assert link == dialog.field.text()
    with urllib.request.urlopen(link) as answer:
        assert answer.read() == paths[0].read_bytes()
    dialog.close()


def test_a_folder_library_offers_the_path_and_says_that_links_need_s3(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = open_desktop(folder_library)
    paths = pictures(1)
    upload(desktop, paths)
    desktop.choose(paths[0].name)
    desktop.window.share_chosen()
    dialog = desktop.dialog()
    assert isinstance(dialog, ShareDialog)
    assert Path(QGuiApplication.clipboard().text()).read_bytes() == paths[0].read_bytes()
    assert any("S3" in label.text() for label in dialog.sentences)
    dialog.close()


@pytest.mark.parametrize("what", ["files", "bitmap"])
def test_pasting_uploads(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures, what: str
) -> None:
    desktop = open_desktop(folder_library)
    if what == "files":
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in pictures(2)])
        QGuiApplication.clipboard().setMimeData(data)
    else:
        image = QImage(40, 30, QImage.Format.Format_RGB32)
        image.fill(QColor("teal"))
        QGuiApplication.clipboard().setImage(image)
    desktop.window.intake.paste()
    desktop.wait_for_rows(2 if what == "files" else 1)
    desktop.wait_until_idle()
    if what == "bitmap":
        assert desktop.names()[0].startswith("pasted-")
    QGuiApplication.clipboard().clear()


def test_an_empty_clipboard_is_told_and_uploads_nothing(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile
) -> None:
    desktop = open_desktop(folder_library)
    QGuiApplication.clipboard().clear()
    desktop.window.intake.paste()
    assert "holds no file and no picture" in desktop.banner()


def test_the_same_pictures_dropped_again_are_already_here_until_they_are_wanted_anyway(
    open_desktop: OpenDesktop, library: LibraryProfile, pictures: Pictures
) -> None:
    desktop = open_desktop(library)
    paths = pictures(3)
    upload(desktop, paths)
    desktop.drop(paths)
    desktop.wait(lambda: desktop.context.transfers.summary().duplicate == 3)
    desktop.wait_until_idle()
    assert desktop.rows() == 3
    panel = desktop.window.transfer_panel
    desktop.wait(lambda: panel.title.text() == "3 already here")
    desktop.qtbot.mouseClick(panel.anyway, Qt.MouseButton.LeftButton)
    desktop.wait_for_rows(6)
    desktop.wait_until_idle()
