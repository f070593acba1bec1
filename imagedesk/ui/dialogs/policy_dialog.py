"""Shows the IAM policy of a library, filled in, for whoever looks after the AWS account: to read, and to copy."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from imagedesk.core.access_policy import (
    IdentityKind,
    PolicyScope,
    administrator_policy,
    person_policy,
    prerequisite,
)
from imagedesk.ui.form_controls import ComboBox
from imagedesk.ui.plain_labels import plain_label

_ADMINISTRATOR = "administrator"
_CHOICES = (
    (IdentityKind.USER.value, "A person who is an IAM user"),
    (IdentityKind.IDENTITY_CENTER.value, "A person of IAM Identity Center"),
    (IdentityKind.ROLE_SESSION.value, "A person who assumes a role"),
    (IdentityKind.PRINCIPAL_TAG.value, "A person with a session tag"),
    (_ADMINISTRATOR, "Whoever runs set-up, besides"),
)


class PolicyDialog(QDialog):
    """Built for one bucket and table."""

    def __init__(self, scope: PolicyScope, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("IAM policy")
        self.resize(680, 620)
        self._scope = scope
        self.kind = ComboBox()
        self.kind.setAccessibleName("Who the policy is for")
        self.kind.view().setAccessibleName("Who the policy is for")
        for value, label in _CHOICES:
            self.kind.addItem(label, value)
        self.kind.currentIndexChanged.connect(self._fill)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName("The policy")
        self._note = plain_label("", "muted")
        self._note.setWordWrap(True)
        box = QDialogButtonBox()
        self.copy_button = box.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.clicked.connect(self._copy)
        box.addButton(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(plain_label("For", "muted"))
        row.addWidget(self.kind, 1)
        intro = plain_label(
            "Everybody reads everything; each person writes and deletes only what is their own, and AWS itself "
            "enforces it.",
            "muted",
        )
        intro.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(intro)
        column.addLayout(row)
        column.addWidget(self.text, 1)
        column.addWidget(self._note)
        column.addWidget(box)
        self._fill()

    def _fill(self) -> None:
        chosen = self.kind.currentData()
        if chosen == _ADMINISTRATOR:
            document, note = administrator_policy(self._scope), None
        else:
            kind = IdentityKind(chosen)
            document, note = person_policy(self._scope, kind), prerequisite(kind)
        self.text.setPlainText(json.dumps(document, indent=2))
        self._note.setText(note or "")
        self._note.setVisible(bool(note))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy_button.setText("Copied")
