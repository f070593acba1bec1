"""Where the keys of a server that is not Amazon's are typed, and those that are kept can be forgotten.

What is typed leaves by ``typed`` only, to be kept in the system keyring; what is kept there is never shown.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from imagedesk.core.errors import InvalidRequest
from imagedesk.core.server_keys import ServerKeys
from imagedesk.ui.dialogs.form_labels import label_for

_NOT_FOR_AMAZON = "only for a server of its own: give its endpoint first"
_NOT_FOR_AMAZON_TIP = (
    "For Amazon's own S3 and DynamoDB, credentials come from the AWS configuration; they are never typed here."
)
_TYPE = "from your AWS settings, or typed for the system keyring"
_KEPT = "kept in the system keyring; type to change it"


class ServerKeyFields(QObject):
    """Signal: ``edited()``, by a person."""

    edited = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.access_key, self.secret_key = QLineEdit(), QLineEdit()
        self.secret_key.setEchoMode(QLineEdit.EchoMode.Password)
        for field in (self.access_key, self.secret_key):
            field.setMaxLength(300)
            field.textEdited.connect(self.edited)
        self.forget_button = QPushButton("Forget keys")
        self.forget_button.setToolTip("Remove this library's keys from the system keyring")
        self.forget_button.setAutoDefault(False)
        self._is_offered = False

    def add_to(self, form: QFormLayout) -> None:
        secret = QHBoxLayout()
        secret.setContentsMargins(0, 0, 0, 0)
        secret.setSpacing(8)
        secret.addWidget(self.secret_key, 1)
        secret.addWidget(self.forget_button)
        form.addRow(label_for("Access key", self.access_key), self.access_key)
        form.addRow(label_for("Secret key", self.secret_key), secret)

    def offer(self, has_own_server: bool, *, are_kept: bool) -> None:
        """Typing is for a server that is not Amazon's; ``are_kept`` tells that there are keys to forget."""
        self._is_offered = has_own_server
        for field in (self.access_key, self.secret_key):
            field.setEnabled(has_own_server)
            field.setToolTip("" if has_own_server else _NOT_FOR_AMAZON_TIP)
            field.setPlaceholderText(_KEPT if are_kept else _TYPE if has_own_server else _NOT_FOR_AMAZON)
        self.forget_button.setVisible(are_kept)

    def set_busy(self, *, busy: bool) -> None:
        for widget in (self.access_key, self.secret_key, self.forget_button):
            widget.setEnabled(not busy)

    def typed(self) -> ServerKeys | None:
        """None if nothing was typed, or for no server of its own. Raises InvalidRequest for half of it."""
        access_key, secret_key = self.access_key.text().strip(), self.secret_key.text().strip()
        if not self._is_offered or not (access_key or secret_key):
            return None
        if not (access_key and secret_key):
            raise InvalidRequest("Type the access key and the secret key, or neither.")
        return ServerKeys(access_key, secret_key)
