"""The application icon as the files that each system wants, all drawn from ``resources/icons/imagedesk.svg``.

    python resources/packaging/icon_files.py      writes the PNG icons of resources/linux/icons anew

``imagedesk.spec`` calls ``write_icon`` for Windows (.ico) and macOS (.icns).
"""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

RESOURCES = Path(__file__).resolve().parent.parent
DRAWING = RESOURCES / "icons" / "imagedesk.svg"
DESKTOP_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)


def png_icon(side: int) -> bytes:
    """The drawing as a PNG of ``side`` pixels each way."""
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(DRAWING.read_bytes())).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def write_icon(target: Path) -> Path:
    """An .ico or .icns, by the name's ending."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix == ".ico":
        pictures = [Image.open(io.BytesIO(png_icon(side))) for side in _ICO_SIZES]
        sizes = [picture.size for picture in pictures]
        pictures[-1].save(target, format="ICO", sizes=sizes, append_images=pictures[:-1])
    else:
        Image.open(io.BytesIO(png_icon(1024))).save(target, format="ICNS")
    return target


def write_desktop_icons(folder: Path) -> None:
    """``hicolor`` in the layout of the Icon Theme Specification of freedesktop.org."""
    for side in DESKTOP_SIZES:
        place = folder / "hicolor" / f"{side}x{side}" / "apps"
        place.mkdir(parents=True, exist_ok=True)
        (place / "imagedesk.png").write_bytes(png_icon(side))
    scalable = folder / "hicolor" / "scalable" / "apps"
    scalable.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DRAWING, scalable / "imagedesk.svg")


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    write_desktop_icons(RESOURCES / "linux" / "icons")
