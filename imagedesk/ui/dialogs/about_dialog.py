"""What this program is, its version, and the libraries that it stands on with their licences."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from imagedesk.ui.icons import application_icon
from imagedesk.ui.plain_labels import plain_label

LIBRARIES = (
    ("PySide6-Essentials", "LGPL-3.0"),
    ("boto3", "Apache-2.0"),
    ("Pillow", "MIT-CMU"),
    ("pyvips", "MIT"),
    ("pyvips-binary", "LGPL-3.0"),
    ("python-ulid", "MIT"),
    ("platformdirs", "MIT"),
    ("tomlkit", "MIT"),
    ("keyring", "MIT"),
    ("jeepney", "MIT"),
)
# What those bring along, some on one system only. A test compares both lists with the packages' own metadata.
BENEATH = (
    ("shiboken6", "LGPL-3.0"),
    ("botocore", "Apache-2.0"),
    ("s3transfer", "Apache-2.0"),
    ("jmespath", "MIT"),
    ("urllib3", "MIT"),
    ("python-dateutil", "Apache-2.0 and BSD-3-Clause"),
    ("six", "MIT"),
    ("SecretStorage", "BSD-3-Clause"),
    ("cryptography", "Apache-2.0"),
    ("cffi", "MIT-0"),
    ("pycparser", "BSD-3-Clause"),
    ("pywin32-ctypes", "BSD-3-Clause"),
    ("jaraco.classes", "MIT"),
    ("jaraco.context", "MIT"),
    ("jaraco.functools", "MIT"),
    ("more-itertools", "MIT"),
    ("backports.tarfile", "MIT"),
    ("importlib-metadata", "Apache-2.0"),
    ("zipp", "MIT"),
    ("lazy-importer", "Apache-2.0"),
)


class AboutDialog(QDialog):
    def __init__(self, version: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("About ImageDesk")
        picture = QLabel()
        picture.setPixmap(application_icon().pixmap(64, 64))
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(plain_label(f"ImageDesk {version}", "title"))
        words.addWidget(plain_label("A team's shared image library on its own S3 and DynamoDB, or on this computer."))
        words.addWidget(plain_label("MIT licence. Nothing leaves this computer but what goes to your own library."))
        words.addSpacing(8)
        words.addWidget(plain_label("It stands on", "heading"))
        for name, licence in LIBRARIES:
            words.addWidget(plain_label(f"{name} {_version(name)} · {licence}", "muted"))
        beneath = plain_label("and beneath: " + ", ".join(f"{name} ({licence})" for name, licence in BENEATH), "muted")
        beneath.setWordWrap(True)
        words.addWidget(beneath)
        top = QHBoxLayout()
        top.setSpacing(18)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(box)


def _version(name: str) -> str:
    """Empty where a frozen executable left the package's metadata out."""
    from importlib import metadata  # loads the mail parser, which the first paint need not wait for

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
