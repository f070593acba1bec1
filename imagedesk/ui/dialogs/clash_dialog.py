"""Asks what becomes of metadata fields that were changed here and elsewhere: yours, theirs, or both."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata_merge import Choice, Clash
from imagedesk.models.field_text import clash_text
from imagedesk.ui.dialogs.answer_buttons import answer_buttons
from imagedesk.ui.plain_labels import ElidedLabel, plain_label

_LABELS = {Choice.YOURS: "Yours", Choice.THEIRS: "Theirs", Choice.BOTH: "Both"}


class ClashDialog(QDialog):
    """Signal: ``decided(dict[str, Choice])``, a Choice for each field's name. Rejected, theirs stays as it is."""

    decided = Signal(object)  # as a dict, Qt would make plain text of the choices

    def __init__(self, parent: QWidget, record: ImageRecord, clashes: Sequence[Clash]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("Changed elsewhere meanwhile")
        self.setMinimumWidth(560)
        self.options: dict[str, dict[Choice, QRadioButton]] = {}
        self._groups: list[QButtonGroup] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(8)
        column.addWidget(ElidedLabel(record.filename, "title", Qt.TextElideMode.ElideMiddle))
        sentence = plain_label(
            "The metadata was changed elsewhere while you edited it. Choose what to keep; what only one of you changed "
            "is kept anyway. “Both” keeps the other value in a second field.",
            "muted",
        )
        sentence.setWordWrap(True)
        column.addWidget(sentence)
        column.addWidget(self._table(clashes), 1)
        column.addWidget(self._buttons())

    def _table(self, clashes: Sequence[Clash]) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        line = 0
        for clash in clashes:
            grid.addWidget(ElidedLabel(clash.name, "heading"), line, 0, 1, 2)
            group = QButtonGroup(self)
            self._groups.append(group)
            self.options[clash.name] = {}
            texts = {Choice.YOURS: clash_text(clash.yours), Choice.THEIRS: clash_text(clash.theirs), Choice.BOTH: ""}
            for choice, text in texts.items():
                line += 1
                grid.addWidget(self._option(clash, choice, text, group), line, 0)
                grid.addWidget(ElidedLabel(text), line, 1)
            line += 1
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(table)
        return scroll

    def _option(self, clash: Clash, choice: Choice, text: str, group: QButtonGroup) -> QRadioButton:
        option = QRadioButton(_LABELS[choice])
        option.setAccessibleName(f"{clash_text(clash.name)}: {_LABELS[choice]} {text}".strip())
        option.setChecked(choice is Choice.YOURS)
        group.addButton(option)
        self.options[clash.name][choice] = option
        return option

    def _buttons(self) -> QDialogButtonBox:
        buttons = answer_buttons(self, "Save", self._on_accepted, "Keep theirs")
        self.save_button, self.cancel_button = buttons.answer, buttons.way_out
        return buttons.box

    def _on_accepted(self) -> None:
        self.decided.emit(
            {
                name: next(choice for choice, option in options.items() if option.isChecked())
                for name, options in self.options.items()
            }
        )
        self.accept()
