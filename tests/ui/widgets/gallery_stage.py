"""A real grid on a small catalogue, with thumbnails that tell by their colour whose they are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.changes import LibraryChange
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import LibraryQuery
from imagedesk.models.gallery_model import GalleryModel
from imagedesk.models.thumbnail_store import ThumbnailStore
from imagedesk.ui.gallery_view import GalleryView
from imagedesk.ui.theme import ThemeSource
from imagedesk.workers.operation_runner import OperationRunner
from tests.fakes.sample_records import sample_record

WAIT_MS = 30_000
NO_KEYS = Qt.KeyboardModifier.NoModifier
PEOPLE = ("ann", "bob", "cem")


def record_of(number: int) -> ImageRecord:
    return sample_record(number, PEOPLE[number % len(PEOPLE)])


def colour_of(image_id: str) -> QColor:
    """Another one for each image, and never one that the theme has."""
    number = int(image_id[-17:])
    return QColor(200 + number % 50, number // 50 % 250, 5 + number // 12_500)


class TaggedThumbnails(QObject):
    """Stands for the loader: keeps every request, and delivers what a test says, late and in any order."""

    thumbnails_ready = Signal(object)
    thumbnails_failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, int]] = []
        self.last_request: list[str] = []

    def request(self, records: Sequence[ImageRecord], side: int) -> None:
        self.last_request = [record.image_id for record in records]
        self.asked += [(image_id, side) for image_id in self.last_request]

    def forget_failures(self) -> None:
        """Nothing is remembered here."""

    def deliver(self, chance: random.Random | None = None, share: float = 1.0) -> None:
        """Some of what was ever asked for, stale requests included."""
        chosen = [key for key in self.asked if chance is None or chance.random() < share]
        if chance is not None:
            chance.shuffle(chosen)
        self.asked = [key for key in self.asked if key not in set(chosen)]
        self.thumbnails_ready.emit([(image_id, side, _thumbnail(image_id, side)) for image_id, side in chosen])


def _thumbnail(image_id: str, side: int) -> QImage:
    image = QImage(side, side * 3 // 4, QImage.Format.Format_RGB32)
    image.fill(colour_of(image_id))
    return image


class GalleryStage:
    """``close`` must be called; the fixture does. The grid shows the newest first: image ``count - 1`` is row 0."""

    def __init__(self, qtbot: QtBot, folder: Path, theme: ThemeSource, count: int = 600) -> None:
        self.qtbot, self.owner = qtbot, QObject()
        self.catalogue = Catalogue(folder / "catalogue.sqlite", durable=False)
        self.add(*range(count))
        self.runner = OperationRunner("catalogue", threads=1, newest_first=True, parent=self.owner)
        self.model = GalleryModel(self.catalogue, self.runner, me="ann", parent=self.owner)
        self.loader = TaggedThumbnails()
        self.view = GalleryView(theme)
        self.view.setModel(self.model)
        self.view.set_thumbnails(ThumbnailStore(self.loader, self.view))
        self.view.resize(720, 500)
        self.view.show()
        self.show(LibraryQuery())

    def close(self) -> None:
        assert self.runner.shutdown()
        self.view.hide()
        self.view.deleteLater()
        self.owner.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.catalogue.close()

    # What the library does

    def add(self, *numbers: int) -> None:
        self.catalogue.apply(LibraryChange(added=tuple(map(record_of, numbers))))

    def remove(self, *numbers: int) -> None:
        self.catalogue.apply(LibraryChange(removed=tuple(record_of(number).image_id for number in numbers)))

    def follow(self) -> None:
        """Let the grid follow the catalogue."""
        self.model.refresh()
        self.settle()

    def show(self, query: LibraryQuery) -> None:
        with self.qtbot.waitSignal(self.model.modelReset, timeout=WAIT_MS):
            self.model.set_query(query)
        self.settle()

    def settle(self) -> None:
        """Until the rows are those of the catalogue and what is visible is at hand."""

        def is_settled() -> bool:
            first, last = self.view.visible_rows()
            total = self.catalogue.totals(self.model.query).images
            return self.model.rowCount() == total and all(self.model.record(row) for row in range(first, last + 1))

        QApplication.processEvents()
        self.qtbot.waitUntil(is_settled, timeout=WAIT_MS)
        QApplication.processEvents()

    # What a person does

    def mouse(self, kind: QEvent.Type, at: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        viewport, point = self.view.viewport(), QPointF(at)
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        button = none if kind == QEvent.Type.MouseMove else left
        held = none if kind == QEvent.Type.MouseButtonRelease else left
        event = QMouseEvent(kind, point, viewport.mapToGlobal(point), button, held, keys)
        QApplication.sendEvent(viewport, event)

    def press(self, at: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.mouse(QEvent.Type.MouseButtonPress, at, keys)

    def drag_to(self, at: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.mouse(QEvent.Type.MouseMove, at, keys)

    def release(self, at: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.mouse(QEvent.Type.MouseButtonRelease, at, keys)

    def click(self, row: int, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.qtbot.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, keys, self.place(row).center())

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.qtbot.keyClick(self.view, key, keys)

    def wheel(self, steps: int, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Positive is away from the person: up, or larger."""
        viewport, point = self.view.viewport(), QPointF(300, 200)
        event = QWheelEvent(
            point, viewport.mapToGlobal(point), QPoint(), QPoint(0, 120 * steps),
            Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(viewport, event)

    def scroll_to(self, row: int) -> None:
        self.view.scrollTo(self.model.index(row, 0), GalleryView.ScrollHint.PositionAtTop)
        self.settle()

    # What is to be seen

    def place(self, row: int) -> QRect:
        """In the viewport."""
        return self.view.visualRect(self.model.index(row, 0))

    def chosen(self) -> list[str]:
        """The ids of the chosen rows that are at hand, from the top."""
        rows = [row for first, last in self.view.selected_ranges() for row in range(first, last + 1)]
        return [record.image_id for row in rows if (record := self.model.record(row)) is not None]

    def name(self, row: int) -> str:
        record = self.model.record(row)
        assert record is not None
        return record.image_id

    def painted(self) -> QImage:
        """What stands on the screen now, not what a new paint would give."""
        QApplication.processEvents()
        return self.view.screen().grabWindow(self.view.winId()).toImage()
