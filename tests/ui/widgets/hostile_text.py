"""Text as strangers send it, and a look at everything that a widget tells: is it still plain text?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

MARKUP = '<img src="file:///etc/passwd"><b>bold</b> &amp; more'
BIDI = "photo\u202egnp.exe"
CONTROLS = "line\x1b[31m\x07\u2028end"
LONG = "x" * 10_000
HOSTILE = (MARKUP, BIDI, CONTROLS, LONG)

# Controls but for our own line breaks, and marks that reorder or hide text.
_UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\u2028\u2029\ufeff]"
)
_TAG = re.compile("<(?!/?span>|br/>)")
MOST_SHOWN = 1500  # characters


def widgets_of(root: QWidget) -> Iterator[QWidget]:
    yield root
    yield from root.findChildren(QWidget)


def texts_of(root: QWidget) -> Iterator[str]:
    """All that a person reads or a screen reader says, of the widget and of what it holds."""
    for widget in widgets_of(root):
        yield from (widget.windowTitle(), widget.accessibleName(), widget.accessibleDescription())
        typed = isinstance(widget, QLineEdit) and not widget.isReadOnly()  # a person's own text, given back as it is
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit) and not typed:
            yield widget.text()
    yield from (action.text() for action in root.findChildren(QAction))


def tips_of(root: QWidget) -> Iterator[str]:
    yield from (widget.toolTip() for widget in widgets_of(root))
    for action in root.findChildren(QAction):
        if action.toolTip() != QAction(action.text()).toolTip():  # else none was set, and a menu shows none
            yield action.toolTip()


def breaches(root: QWidget) -> list[str]:
    """What is not plain text, one line each."""
    labels = [widget for widget in widgets_of(root) if isinstance(widget, QLabel) and widget.text()]
    rich = [label.text() for label in labels if label.textFormat() != Qt.TextFormat.PlainText]
    texts, tips = list(texts_of(root)), list(tips_of(root))
    return [
        *(f"a label that may take {text[:60]!r} for markup" for text in rich),
        *(f"raw characters in {text[:60]!r}" for text in (*texts, *tips) if _UNSAFE.search(text)),
        *(f"{len(text)} characters of {text[:20]!r}" for text in (*texts, *tips) if len(text) > MOST_SHOWN),
        *(f"markup in the tool tip {tip[:60]!r}" for tip in tips if _TAG.search(tip)),
    ]
