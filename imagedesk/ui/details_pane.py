"""The pane at the right: what is known of the chosen image. Everything from outside is plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from imagedesk.core.camera_data import Removed, removed_text
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.media_types import label_for, name_difference
from imagedesk.core.pictures import PictureFacts
from imagedesk.core.plain_text import plain
from imagedesk.models.text_format import dimensions_text, images_text, moment_text, size_text
from imagedesk.ui.metadata_fields import MetadataFields
from imagedesk.ui.plain_labels import ElidedLabel, plain_label
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.tile_painter import fitted

EXIF_LABELS = (
    ("camera", "Camera"),
    ("lens", "Lens"),
    ("exposure", "Exposure"),
    ("taken", "Taken"),
    ("location", "Location"),
    ("colour profile", "Colour"),
)
_DIGEST = re.compile("[0-9a-fA-F]{64}")  # what an older client wrote instead is nothing to show
LOCATION_MARK = "present: "
LOCATION_WARNING = "present: shared with everyone who can download"
LOCATION_REMOVED = "removed on upload"
PREVIEW_HEIGHT, PREVIEW_MAX_HEIGHT = 160, 240  # logical pixels, without a picture and with a tall one


_WRAPPED = {"", "Location", "Removed"}  # a sentence is no good shortened


class _Preview(QWidget):
    def __init__(self, theme: ThemeSource) -> None:
        super().__init__()
        self._theme = theme
        self._pixmap: QPixmap | None = None
        self.setFixedHeight(PREVIEW_HEIGHT)

    @property
    def has_pixmap(self) -> bool:
        return self._pixmap is not None

    def show_pixmap(self, pixmap: QPixmap | None) -> None:
        self._pixmap = pixmap
        self._fit_height()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        """As high as the picture at full width; a tall one stands between margins."""
        if self._pixmap is not None and self._pixmap.width():
            height = round(self.width() * self._pixmap.height() / self._pixmap.width())
            self.setFixedHeight(min(max(80, height), PREVIEW_MAX_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), 8, 8)
        painter.fillPath(path, self._theme.theme.color("tile"))
        if self._pixmap is not None:
            painter.setClipPath(path)
            painter.drawPixmap(fitted(self._pixmap.size(), self.rect()), self._pixmap)


class DetailsPane(QScrollArea):
    """Shows one image, how many are chosen, or a hint."""

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setObjectName("details-pane")
        self.setAccessibleName("Details")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # long details are scrolled by keys as well
        self.setMinimumWidth(200)
        self._record: ImageRecord | None = None
        self._facts: PictureFacts | None = None
        self._preview = _Preview(theme)
        self._name = ElidedLabel("", "title", Qt.TextElideMode.ElideMiddle)
        self._line = ElidedLabel("", "muted")
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(7)
        self.fields = MetadataFields(theme)
        self._refusal: str | None = None
        self._me = ""
        self._owner = plain_label("", "heading")
        self._owner.setWordWrap(True)
        body = QWidget()
        body.setObjectName("details")
        column = QVBoxLayout(body)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(6)
        for widget in (self._preview, self._name, self._line):
            column.addWidget(widget)
        column.addSpacing(4)
        column.addLayout(self._grid)
        column.addWidget(self.fields)
        column.addSpacing(8)
        column.addWidget(self._owner)
        column.addStretch(1)
        self.setWidget(body)
        self.clear()

    @property
    def record(self) -> ImageRecord | None:
        return self._record

    def show_image(self, record: ImageRecord, me: str, pixmap: QPixmap | None) -> None:
        if self._record is None or record.image_id != self._record.image_id:
            self._facts = None
        self._record, self._me = record, me
        mine = record.user_id == me
        self._preview.setVisible(True)
        self._preview.show_pixmap(pixmap)
        self._name.set_text(record.filename)
        who = "you" if mine else record.user_id
        self._line.set_text(f"Uploaded by {who} · {moment_text(record.created.astimezone())}")
        only = "you" if mine else plain(record.user_id, 64)
        self._owner.setText(f"ONLY {only.upper() if mine else only} CAN DELETE THIS IMAGE")
        self._fill()

    def refresh(self, record: ImageRecord) -> None:
        """The same image, as somebody has changed it."""
        if self._record is not None and self._record.image_id == record.image_id:
            self._record = record
            self._fill()

    def set_edit_refusal(self, reason: str | None) -> None:
        """Why the credentials do not permit to edit, in a sentence; None while they do."""
        self._refusal = reason
        if self._record is not None:
            self._show_fields(self._record)

    @property
    def lacks_preview(self) -> bool:
        """Whether an image is shown whose thumbnail was not at hand."""
        return self._record is not None and not self._preview.has_pixmap

    def set_preview(self, pixmap: QPixmap | None) -> None:
        self._preview.show_pixmap(pixmap)

    def set_facts(self, image_id: str, facts: PictureFacts) -> None:
        """What the original's header says, once it is read; dropped if another image is shown by now."""
        if self._record is not None and self._record.image_id == image_id:
            self._facts = facts
            self._fill()

    def show_selection(self, count: int, size: int | None) -> None:
        self._show_words(f"{images_text(count)} selected", size_text(size) if size is not None else "")

    def clear(self) -> None:
        self._show_words("Nothing selected", "Choose an image to see its details.")

    def _show_words(self, title: str, line: str) -> None:
        self._record = self._facts = None
        self._preview.setVisible(False)
        self._name.set_text(title)
        self._line.set_text(line)
        self._owner.setText("")
        self._fill()

    def _fill(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.fields.setVisible(self._record is not None)
        if self._record is None:
            self.fields.clear()
            return
        line = 0
        for label, value in self._rows(self._record):
            self._add(line, label, value, full=None)
            line += 1
        digest = self._record.sha256 or ""
        if _DIGEST.fullmatch(digest):
            self._add(line, "SHA-256", f"{digest[:4]}…{digest[-4:]}", full=digest)
        self._show_fields(self._record)

    def _show_fields(self, record: ImageRecord) -> None:
        if record.user_id != self._me:
            verb = "change these" if record.metadata else "add fields"
            self.fields.show_record(record, f"Only {plain(record.user_id, 64)} can {verb}: the image is theirs.")
        else:
            self.fields.show_record(record, self._refusal)

    def _rows(self, record: ImageRecord) -> Iterable[tuple[str, str]]:
        yield "Type", label_for(record.content_type)
        if difference := name_difference(record.filename, record.content_type):
            yield "", difference
        if record.width and record.height:
            yield "Dimensions", dimensions_text(record.width, record.height)
        yield "Size", size_text(record.size)
        exif = dict(self._facts.exif) if self._facts is not None else {}
        if "location" in exif:
            exif["location"] = f"{LOCATION_WARNING} ({exif['location'].removeprefix(LOCATION_MARK)})"
        elif Removed.LOCATION in record.removed:
            exif["location"] = LOCATION_REMOVED
        yield from ((label, exif[name]) for name, label in EXIF_LABELS if name in exif)
        if others := [kind for kind in record.removed if kind != Removed.LOCATION]:
            yield "Removed", f"{removed_text(others)} (on upload)"
        if self._facts is not None and self._facts.frames > 1:
            yield "Pages" if self._facts.pages > 1 else "Frames", str(self._facts.frames)

    def _add(self, line: int, label: str, value: str, full: str | None) -> None:
        name = ElidedLabel(label, "muted")
        name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        name.setFixedWidth(84)
        text: QLabel = ElidedLabel(value)
        if full is not None:
            text = plain_label(value)
            text.setToolTip(full)
        elif label in _WRAPPED:
            text = plain_label(plain(value))
            text.setWordWrap(True)
        text.setAccessibleName(f"{plain(label, 100)}: {plain(full or value, 500)}".removeprefix(": "))
        self._grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(text, line, 1)

    def sizeHint(self) -> QSize:
        return QSize(280, 400)
