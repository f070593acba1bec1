"""The two lines below a picture, shortened to their room and laid out once: scrolling paints a tile many times.

Ages are told to the minute, so a new minute lays everything out anew.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QStaticText

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain
from imagedesk.models.text_format import age_text, size_text

_KEPT = 2000
_LONG_NAME = re.compile("“[^”]{16,}”")
_FILLED = 0.8  # of a line, where words break
_LEAST_ROOM = 24  # logical pixels for who, whatever else there is to say


@dataclass(frozen=True, slots=True)
class Caption:
    """The name; who, when and how large."""

    name: QStaticText
    line: QStaticText


class TileCaptions:
    """For one font and one person. ``height`` is that of both lines."""

    def __init__(self, font: QFont, me: str) -> None:
        self._me = me
        self.name_font, self.line_font = QFont(font), QFont(font)
        self.name_font.setWeight(QFont.Weight.Medium)
        self.line_font.setPointSizeF(max(6.0, font.pointSizeF() * 0.88))
        self._name_metrics, self._line_metrics = QFontMetrics(self.name_font), QFontMetrics(self.line_font)
        self.name_height = self._name_metrics.height()
        self.height = self.name_height + self._line_metrics.height() + 1
        self._now = datetime.now().astimezone()
        self._captions: OrderedDict[tuple[ImageRecord, int], Caption] = OrderedDict()

    def set_now(self, now: datetime) -> None:
        """An aware moment in the zone whose days are meant; ages count from it."""
        if now.replace(second=0, microsecond=0) != self._now.replace(second=0, microsecond=0):
            self._captions.clear()
            self._now = now

    def get(self, record: ImageRecord, width: int) -> Caption:
        key = (record, width)
        caption = self._captions.get(key)
        if caption is None:
            caption = Caption(_static(self._name(record, width)), _static(self._line(record, width)))
            self._captions[key] = caption
            if len(self._captions) > _KEPT:
                self._captions.popitem(last=False)
        return caption

    def paragraph(self, text: str, width: int, height: int) -> str:
        """As much of a sentence as that room holds when it is broken into lines; empty where it holds no line."""
        lines = height // self._line_metrics.height()
        if lines < 1:
            return ""
        shown = _LONG_NAME.sub("“…”", plain(text))  # it would take the room of what is said of it
        # Lines that end between words are shorter than their room.
        return self._line_metrics.elidedText(shown, Qt.TextElideMode.ElideRight, round(lines * width * _FILLED))

    def _name(self, record: ImageRecord, width: int) -> str:
        return self._name_metrics.elidedText(plain(record.filename), Qt.TextElideMode.ElideMiddle, width)

    def _line(self, record: ImageRecord, width: int) -> str:
        who = "you" if record.user_id == self._me else plain(record.user_id, 40)
        rest = f" · {age_text(record.created, self._now)} · {size_text(record.size)}"
        room = max(_LEAST_ROOM, width - self._line_metrics.horizontalAdvance(rest))
        line = self._line_metrics.elidedText(who, Qt.TextElideMode.ElideRight, room) + rest
        return self._line_metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)


def _static(text: str) -> QStaticText:
    static = QStaticText(text)
    static.setTextFormat(Qt.TextFormat.PlainText)
    return static
