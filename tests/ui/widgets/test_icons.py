"""Our icons: every one is there, takes the colour it is given, and is crisp at each scale."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from imagedesk.ui.icons import application_icon, icon, icon_pixmap
from imagedesk.ui.resource_files import resources_folder

NAMES = sorted(path.stem for path in (resources_folder() / "icons").glob("*.svg") if path.stem != "imagedesk")


def colours(image: QImage) -> set[str]:
    """Of the pixels that are quite opaque."""
    points = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return {image.pixelColor(x, y).name() for x, y in points if image.pixelColor(x, y).alpha() == 255}


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_is_drawn_in_its_colour_alone(qtbot: QtBot, name: str) -> None:
    assert colours(icon_pixmap(name, "#c22626", 24, 2.0).toImage()) == {"#c22626"}


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_an_icon_has_as_many_pixels_as_the_screen(qtbot: QtBot, ratio: float) -> None:
    pixmap = icon_pixmap("upload", "#000000", 16, ratio)
    assert pixmap.size() == QSize(round(16 * ratio), round(16 * ratio))
    assert pixmap.devicePixelRatioF() == ratio
    assert pixmap.deviceIndependentSize().toSize() == QSize(16, 16)


def test_a_larger_icon_is_drawn_anew_and_not_scaled_up(qtbot: QtBot) -> None:
    small, large = (icon_pixmap("trash", "#000000", 16, ratio).toImage() for ratio in (1.0, 4.0))
    scaled = small.scaled(large.size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    scaled.setDevicePixelRatio(4.0)
    assert scaled.convertToFormat(large.format()) != large


def test_a_disabled_control_has_an_icon_of_another_colour(qtbot: QtBot) -> None:
    made = icon("download", "#1a1d21", "#9aa3ae")
    assert colours(made.pixmap(QSize(48, 48), QIcon.Mode.Normal).toImage()) == {"#1a1d21"}
    assert colours(made.pixmap(QSize(48, 48), QIcon.Mode.Disabled).toImage()) == {"#9aa3ae"}


def test_an_icon_paints_itself_where_it_is_told(qtbot: QtBot) -> None:
    canvas = QPixmap(40, 40)
    canvas.fill(QColor("white"))
    painter = QPainter(canvas)
    icon("plus", "#205ee4").paint(painter, 20, 20, 20, 20)
    painter.end()
    image = canvas.toImage()
    assert colours(image.copy(0, 0, 20, 20)) == {"#ffffff"}
    assert "#205ee4" in colours(image.copy(20, 20, 20, 20))


def test_an_icon_that_does_not_ship_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon", "#000000")


def test_the_application_icon_keeps_its_own_colours(qtbot: QtBot) -> None:
    assert len(colours(application_icon().pixmap(QSize(64, 64)).toImage())) > 2
