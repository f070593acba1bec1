"""PySide6 6.12.0 loses a reference to None in every void call of QPainter on Python 3.11: after some thousand paints
the interpreter aborts. A version that does so must not get into the application."""

from __future__ import annotations

import sys

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from pytestqt.qtbot import QtBot

PAINTS = 10_000


def paint(image: QImage) -> None:
    painter = QPainter(image)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor("black")))
    painter.fillRect(QRect(0, 0, 8, 8), Qt.GlobalColor.white)
    painter.drawLine(0, 0, 8, 8)
    painter.drawRect(QRect(1, 1, 5, 5))
    painter.translate(1, 1)
    painter.restore()
    painter.end()


def test_painting_ten_thousand_times_neither_takes_nor_leaves_references_to_none(qtbot: QtBot) -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    paint(image)
    before = sys.getrefcount(None)
    for _ in range(PAINTS):
        paint(image)
    # from Python 3.12 on None is immortal and its count stands still; here it may move by what runs beside
    assert abs(sys.getrefcount(None) - before) < PAINTS // 10
