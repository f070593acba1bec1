"""Asks where a library of S3 and DynamoDB is, offers to set it up: first says what that will do, then what it did.

It knows no store: what it gathers goes out as an AwsProfile; what came of it is told by ``set_plan``, ``set_progress``,
``set_steps`` and ``set_error``. Keys are asked for by ``typed_keys``, and in no signal. A plan holds for the fields
that it was made for: a change of them asks for another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from imagedesk.core.access_policy import PolicyScope
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import SetupStep
from imagedesk.core.profiles import AwsProfile
from imagedesk.core.server_keys import ServerKeys
from imagedesk.ui.dialogs.form_labels import label_for
from imagedesk.ui.dialogs.policy_dialog import PolicyDialog
from imagedesk.ui.dialogs.server_key_fields import ServerKeyFields
from imagedesk.ui.dialogs.setup_text import done_text, has_work, lacks_indexes, plan_text, progress_text
from imagedesk.ui.form_controls import CheckBox
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
    ("kms_key", "KMS key", "none: set-up encrypts with S3's own keys"),
)
_SET_UP, _DO_IT = "Set up…", "Do it"
_SETUP_TIP = "See what creating the bucket and the table, or adopting what is there, will do"
_BUSY_TIP = "The library is being set up."


class ConnectDialog(QDialog):
    """Signals: ``connect_requested(AwsProfile, str user)``, the user empty if none was typed;
    ``plan_requested(AwsProfile)``, then ``setup_requested(AwsProfile, bool add_indexes)``; ``forget_requested()``, the
    keys that are kept. The caller accepts the dialog once it is connected."""

    connect_requested = Signal(object, str)
    plan_requested = Signal(object)
    setup_requested = Signal(object, bool)
    forget_requested = Signal()

    def __init__(self, theme: ThemeSource, profile: AwsProfile, user: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("Connect to S3 and DynamoDB")
        self.setMinimumWidth(560)
        self._theme, self._profile = theme, profile
        self.fields = {name: self._field(name, hint) for name, _, hint in _FIELDS}
        self.keys = ServerKeyFields(self)
        self.user = QLineEdit(user)
        self.user.setPlaceholderText("only where nothing can verify it: LocalStack and the like")
        self.user.setMaxLength(64)
        self.message = plain_label()
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message.hide()
        self.add_indexes = CheckBox("Add the missing indexes; the library can be used meanwhile")
        self.add_indexes.setChecked(True)
        self.add_indexes.hide()
        self.setup_button = QPushButton(_SET_UP)
        self.setup_button.setToolTip(_SETUP_TIP)
        self.policy_button = QPushButton("IAM policy…")
        self.policy_button.setToolTip("What the people of the team must be permitted, to hand to an administrator")
        self.connect_button = QPushButton("Connect")
        self.cancel_button = QPushButton("Cancel")
        self._lay_out()
        self._wire()
        self._offer_keys()

    @property
    def known(self) -> AwsProfile:
        """What the dialog began with."""
        return self._profile

    def typed_keys(self) -> ServerKeys | None:
        """Those of a server that is not Amazon's, None if none were typed. Raises InvalidRequest for half of them."""
        return self.keys.typed()

    def profile(self) -> AwsProfile:
        """What the fields say; empty ones are left to boto3 and the environment."""
        values = {name: field.text().strip() or None for name, field in self.fields.items()}
        default = AwsProfile(self._profile.name)
        for name in ("title", "bucket", "table"):
            values[name] = values[name] or getattr(default, name)
        title = str(values["title"])
        given = replace(self._profile, name=self._name(title), **values)  # type: ignore[arg-type]
        # Keys of one server are not another's.
        return replace(given, keys_in_keyring=given.keys_in_keyring and given.own_servers == self._profile.own_servers)

    def set_plan(self, plan: Sequence[SetupStep]) -> None:
        """What set-up would do; the button now does it, if there is anything to do."""
        self._say(plan_text(plan), "muted")
        self.add_indexes.setVisible(lacks_indexes(plan))
        self.setup_button.setText(_DO_IT if has_work(plan) else _SET_UP)
        self._set_busy(busy=False)

    def set_progress(self, steps: Sequence[SetupStep]) -> None:
        """Set-up is under way: what it did so far."""
        self._say(progress_text(steps), "muted")

    def set_steps(self, steps: Sequence[SetupStep]) -> None:
        """Set-up is done: what it did, line by line."""
        self._forget_plan()
        self._say(done_text(steps), "muted")
        self._set_busy(busy=False)

    def set_forgotten(self) -> None:
        """The keys are no longer in the system keyring."""
        self._profile = replace(self._profile, keys_in_keyring=False)
        self._offer_keys()
        self._say(
            "The keys were removed from the system keyring. An open library has them until it is closed.", "muted"
        )
        self._set_busy(busy=False)

    def set_error(self, title: str, sentence: str) -> None:
        self._forget_plan()
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
            "environment). Only for a server of your own can keys be typed here; they go to the system keyring.",
            "muted",
        )
        intro.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, label, _ in _FIELDS:
            form.addRow(label_for(label, self.fields[name]), self.fields[name])
        self.keys.add_to(form)
        form.addRow(label_for("Your name", self.user), self.user)
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
        column.addWidget(self.add_indexes)
        column.addLayout(buttons)

    def _wire(self) -> None:
        for field in self.fields.values():
            field.textEdited.connect(self._on_field_edited)
            field.textChanged.connect(self._offer_keys)
        self.keys.edited.connect(self._on_field_edited)
        self.keys.forget_button.clicked.connect(self._on_forget_clicked)
        self.setup_button.clicked.connect(self._on_setup_clicked)
        self.policy_button.clicked.connect(self._on_policy_clicked)
        self.connect_button.clicked.connect(self._on_connect_clicked)
        self.cancel_button.clicked.connect(self.reject)

    # -- what happens -----------------------------------------------------------------------------------------------

    def _on_setup_clicked(self) -> None:
        if not self._keys_are_whole():
            return
        profile, is_planned = self.profile(), self.setup_button.text() == _DO_IT
        self._set_busy(busy=True)
        if is_planned:
            self.setup_requested.emit(profile, self.add_indexes.isChecked() and not self.add_indexes.isHidden())
        else:
            self._say(f"Looking for the bucket {plain(profile.bucket)} and the table {plain(profile.table)}…", "muted")
            self.plan_requested.emit(profile)

    def _on_field_edited(self) -> None:
        if self.setup_button.text() == _DO_IT:
            self._forget_plan()
            self.message.hide()

    def _forget_plan(self) -> None:
        self.setup_button.setText(_SET_UP)
        self.add_indexes.hide()

    def _on_policy_clicked(self) -> None:
        profile = self.profile()
        try:
            scope = PolicyScope(profile.bucket, profile.table, profile.region or "*", kms_key=profile.kms_key)
        except ImageDeskError as error:
            self.set_error(error.title, error.message)
            return
        PolicyDialog(scope, self).open()

    def _keys_are_whole(self) -> bool:
        try:
            self.typed_keys()
        except ImageDeskError as error:
            self.set_error(error.title, error.message)
            return False
        return True

    def _on_forget_clicked(self) -> None:
        self.set_asking_keyring()
        self.forget_requested.emit()

    def _offer_keys(self) -> None:
        profile = self.profile()
        self.keys.offer(bool(profile.own_servers), are_kept=profile.keys_in_keyring)

    def set_asking_keyring(self) -> None:
        """The keyring is asked; whatever comes of it ends this."""
        self._say("Waiting for the system keyring…", "muted")
        self._set_busy(busy=True)

    def _on_connect_clicked(self) -> None:
        if not self._keys_are_whole():
            return
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
        """While a plan or a set-up is under way its fields stay what it was asked for."""
        for widget in (self.setup_button, self.connect_button, self.add_indexes, *self.fields.values()):
            widget.setEnabled(not busy)
            widget.setToolTip(_BUSY_TIP if busy else _SETUP_TIP if widget is self.setup_button else "")
        self.keys.set_busy(busy=busy)
        if not busy:
            self._offer_keys()
