"""Asks where a library of S3 and DynamoDB is, offers to set it up, and says what set-up did.

It knows no store: what it gathers goes out as an AwsProfile; what came of it is told by ``set_steps``, ``set_error``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from imagedesk.core.access_policy import PolicyScope
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import SetupStep
from imagedesk.core.profiles import AwsProfile
from imagedesk.ui.dialogs.policy_dialog import PolicyDialog
from imagedesk.ui.plain_labels import plain_label, plain_lines
from imagedesk.ui.theme import ThemeSource

_FIELDS = (
    ("title", "Name in the menu", "Team library (AWS)"),
    ("bucket", "S3 bucket", "images"),
    ("table", "DynamoDB table", "image-metadata"),
    ("region", "Region", "from your AWS settings"),
    ("profile", "AWS profile", "default"),
    ("s3_endpoint_url", "S3 endpoint", "Amazon's; or http://localhost:4566 for LocalStack"),
    ("dynamodb_endpoint_url", "DynamoDB endpoint", "Amazon's; or http://localhost:4566 for LocalStack"),
)
_SETUP_TIP = "Create the bucket and the table, or adopt what is there"
_BUSY_TIP = "The library is being set up."
_STATES = {"made": "made", "kept": "was there already", "not offered": "not offered by this server"}


class ConnectDialog(QDialog):
    """Signals: ``connect_requested(AwsProfile, str user)``, the user empty if none was typed;
    ``setup_requested(AwsProfile)``. The caller accepts the dialog once it is connected."""

    connect_requested = Signal(object, str)
    setup_requested = Signal(object)

    def __init__(self, theme: ThemeSource, profile: AwsProfile, user: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("Connect to S3 and DynamoDB")
        self.setMinimumWidth(560)
        self._theme, self._profile = theme, profile
        self.fields = {name: self._field(name, hint) for name, _, hint in _FIELDS}
        self.user = QLineEdit(user)
        self.user.setPlaceholderText("only where nothing can verify it: LocalStack and the like")
        self.user.setMaxLength(64)
        self.message = plain_label()
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message.hide()
        self.setup_button = QPushButton("Set up…")
        self.setup_button.setToolTip(_SETUP_TIP)
        self.policy_button = QPushButton("IAM policy…")
        self.policy_button.setToolTip("What the people of the team must be permitted, to hand to an administrator")
        self.connect_button = QPushButton("Connect")
        self.cancel_button = QPushButton("Cancel")
        self._lay_out()
        self._wire()

    def profile(self) -> AwsProfile:
        """What the fields say; empty ones are left to boto3 and the environment."""
        values = {name: field.text().strip() or None for name, field in self.fields.items()}
        default = AwsProfile(self._profile.name)
        for name in ("title", "bucket", "table"):
            values[name] = values[name] or getattr(default, name)
        title = str(values["title"])
        return replace(self._profile, name=self._name(title), **values)  # type: ignore[arg-type]

    def set_steps(self, steps: Sequence[SetupStep]) -> None:
        """Set-up is done: what it did, line by line."""
        lines = [f"{plain(s.name)}: {_STATES.get(s.state, s.state)}{_detail(s)}" for s in steps]
        self._say("The library is set up.\n" + "\n".join(lines), "muted")
        self._set_busy(busy=False)

    def set_error(self, title: str, sentence: str) -> None:
        self._say(f"{title}. {sentence}", "danger")
        self._set_busy(busy=False)

    # -- making -----------------------------------------------------------------------------------------------------

    def _field(self, name: str, hint: str) -> QLineEdit:
        value = getattr(self._profile, name)
        field = QLineEdit(value if value is not None else "")
        field.setPlaceholderText(hint)
        field.setMaxLength(300)
        return field

    def _lay_out(self) -> None:
        intro = plain_label(
            "Credentials come from where the AWS command line keeps them (aws configure, aws sso login, the "
            "environment). ImageDesk never asks for a secret and never stores one.",
            "muted",
        )
        intro.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, label, _ in _FIELDS:
            form.addRow(_label_for(label, self.fields[name]), self.fields[name])
        form.addRow(_label_for("Your name", self.user), self.user)
        buttons = QHBoxLayout()
        buttons.addWidget(self.setup_button)
        buttons.addWidget(self.policy_button)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.connect_button)
        for button in (self.setup_button, self.policy_button, self.cancel_button):
            button.setAutoDefault(False)
        self.connect_button.setProperty("kind", "primary")
        self.connect_button.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(intro)
        column.addLayout(form)
        column.addWidget(self.message)
        column.addLayout(buttons)

    def _wire(self) -> None:
        self.setup_button.clicked.connect(self._on_setup_clicked)
        self.policy_button.clicked.connect(self._on_policy_clicked)
        self.connect_button.clicked.connect(self._on_connect_clicked)
        self.cancel_button.clicked.connect(self.reject)

    # -- what happens -----------------------------------------------------------------------------------------------

    def _on_setup_clicked(self) -> None:
        profile = self.profile()
        self._say(f"Setting up the bucket {plain(profile.bucket)} and the table {plain(profile.table)}…", "muted")
        self._set_busy(busy=True)
        self.setup_requested.emit(profile)

    def _on_policy_clicked(self) -> None:
        profile = self.profile()
        try:
            scope = PolicyScope(profile.bucket, profile.table, profile.region or "*", "*")
        except ImageDeskError as error:
            self.set_error(error.title, error.message)
            return
        PolicyDialog(scope, self).open()

    def _on_connect_clicked(self) -> None:
        self.connect_requested.emit(self.profile(), self.user.text().strip())

    def _name(self, title: str) -> str:
        """The plain profile keeps its name; one with a title of its own gets a name made of it."""
        if title == AwsProfile(self._profile.name).title or title == self._profile.title:
            return self._profile.name
        return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or self._profile.name

    def _say(self, text: str, kind: str) -> None:
        self.message.setProperty("kind", kind)
        self.message.style().unpolish(self.message)
        self.message.style().polish(self.message)
        self.message.setText(plain_lines(text))
        self.message.show()

    def _set_busy(self, *, busy: bool) -> None:
        self.setup_button.setEnabled(not busy)
        self.connect_button.setEnabled(not busy)
        self.setup_button.setToolTip(_BUSY_TIP if busy else _SETUP_TIP)
        self.connect_button.setToolTip(_BUSY_TIP if busy else "")


def _label_for(text: str, field: QLineEdit) -> QLabel:
    label = plain_label(text, "muted")
    label.setBuddy(field)
    field.setAccessibleName(text)
    return label


def _detail(step: SetupStep) -> str:
    return f" ({plain(step.detail, 200)})" if step.detail else ""
