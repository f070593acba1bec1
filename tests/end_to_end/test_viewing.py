"""The viewer at the real window: pages are turned, animations play, and a large original far away is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from imagedesk.core.profiles import AwsProfile, EmbeddedProfile, LibraryProfile
from imagedesk.ui import viewer_binding
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop
from tests.generated_pictures import make_picture, png_of_one_colour


def open_viewing(desktop: Desktop, path: Path, data: bytes) -> Desktop:
    path.write_bytes(data)
    desktop.drop([path])
    desktop.wait_for_rows(1)
    desktop.wait_until_idle()
    desktop.window.open_viewer(0)
    return desktop


def test_the_pages_of_a_document_are_turned(open_desktop: OpenDesktop, library: LibraryProfile, tmp_path: Path) -> None:
    desktop = open_viewing(open_desktop(library), tmp_path / "scan.tif", make_picture("tiff", 80, 60, frames=3))
    stage = desktop.window.viewer.stage
    desktop.wait(lambda: stage.bar.label.text() == "Page 1 of 3")
    desktop.wait(lambda: stage.picture.is_sharp)
    assert not stage.bar.previous_page.isEnabled()
    first = stage.picture.grab().toImage()
    desktop.qtbot.mouseClick(stage.bar.next_page, Qt.MouseButton.LeftButton)
    desktop.wait(lambda: stage.picture.grab().toImage() != first)
    desktop.key(Qt.Key.Key_Down)
    desktop.wait(lambda: stage.bar.label.text() == "Page 3 of 3")
    assert not stage.bar.next_page.isEnabled()
    desktop.key(Qt.Key.Key_Up)
    desktop.key(Qt.Key.Key_Up)
    desktop.wait(lambda: stage.picture.grab().toImage() == first)


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_an_animation_plays_until_it_is_paused(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, tmp_path: Path, kind: str
) -> None:
    data = make_picture(kind, 80, 60, frames=3, duration=30)
    desktop = open_viewing(open_desktop(folder_library), tmp_path / f"moving.{kind}", data)
    stage = desktop.window.viewer.stage
    desktop.wait(lambda: stage.bar.label.text() == "3 frames")
    seen: list[bytes] = []
    stage.player.frame_changed.connect(lambda image: seen.append(bytes(image.constBits())))
    desktop.wait(lambda: len(set(seen)) == 3)
    desktop.key(Qt.Key.Key_P)
    assert stage.bar.play_button.accessibleName() == "Play (P)"
    count = len(seen)
    desktop.qtbot.wait(120)
    assert set(seen[count:]) <= {seen[count - 1]}  # whatever else has it painted again
    desktop.key(Qt.Key.Key_P)
    desktop.wait(lambda: len(seen) > count)
    desktop.key(Qt.Key.Key_Space)
    assert not desktop.window.is_viewing()
    assert not stage.player.has_frames


def test_a_large_original_far_away_is_loaded_when_one_says_so_and_then_without_asking(
    open_desktop: OpenDesktop,
    aws_profile: Callable[[], AwsProfile],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(viewer_binding, "LARGE_BYTES", 1000)
    data = make_picture("png", 300, 200)
    desktop = open_desktop(aws_profile())
    downloads: list[str] = []
    objects = desktop.context.service._objects
    download = objects.download
    monkeypatch.setattr(objects, "download", lambda key, *rest: downloads.append(key) or download(key, *rest))
    open_viewing(desktop, tmp_path / "large.png", data)
    stage = desktop.window.viewer.stage
    desktop.wait(lambda: stage.bar.load_button.text().endswith(" kB: load anyway"))
    desktop.qtbot.wait(100)
    assert (downloads, stage.picture.is_sharp) == ([], False)
    desktop.qtbot.mouseClick(stage.bar.load_button, Qt.MouseButton.LeftButton)
    desktop.wait(lambda: stage.picture.is_sharp)
    assert not stage.bar.load_button.isVisible()
    desktop.key(Qt.Key.Key_Escape)
    desktop.window.open_viewer(0)
    desktop.wait(lambda: stage.picture.is_sharp)
    assert not stage.bar.load_button.isVisible()


def test_a_large_original_of_this_computer_is_shown_at_once(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer_binding, "LARGE_BYTES", 1000)
    desktop = open_viewing(open_desktop(folder_library), tmp_path / "large.png", make_picture("png", 300, 200))
    desktop.wait(lambda: desktop.window.viewer.picture.is_sharp)


def test_the_details_show_a_thumbnail_that_comes_later(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, tmp_path: Path
) -> None:
    desktop = open_viewing(open_desktop(folder_library), tmp_path / "a.png", make_picture("png", 300, 200))
    desktop.wait(lambda: not desktop.window.viewer.details.lacks_preview)
    desktop.key(Qt.Key.Key_Escape)
    desktop.choose("a.png")
    desktop.wait(lambda: desktop.page.details.record is not None)
    desktop.wait(lambda: not desktop.page.details.lacks_preview)


def test_a_hundred_megapixels_are_there_at_once_by_their_thumbnail_and_then_sharp(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, tmp_path: Path
) -> None:
    desktop = open_desktop(folder_library)
    path = tmp_path / "huge.png"
    path.write_bytes(png_of_one_colour(12_500, 8_000))
    desktop.drop([path])
    desktop.wait_for_rows(1)
    desktop.wait_until_idle()
    record = desktop.records()[0]
    desktop.wait(lambda: desktop.context.thumbnails.best_pixmap(record.image_id) is not None)
    desktop.window.open_viewer(0)
    picture = desktop.window.viewer.stage.picture
    assert not picture.is_sharp
    middle = picture.rect().center()
    shown = picture.grab().toImage().pixelColor(middle)
    desktop.wait(lambda: picture.is_sharp)
    assert shown == picture.grab().toImage().pixelColor(middle)
