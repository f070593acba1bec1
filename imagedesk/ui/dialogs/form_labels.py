"""The label before a field of a form: by the keyboard and for a screen reader it names the field."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QLineEdit

from imagedesk.ui.plain_labels import plain_label


def label_for(text: str, field: QLineEdit) -> QLabel:
    label = plain_label(text, "muted")
    label.setBuddy(field)
    field.setAccessibleName(text)
    return label
