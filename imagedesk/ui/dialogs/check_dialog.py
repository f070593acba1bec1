"""The library check in the window: what does not fit between table and bucket, then a repair of what is one's own.

It runs nothing itself: ``check_requested`` asks for a run, ``show_findings`` and ``show_error`` bring what came of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QProgressBar, QPushButton, QVBoxLayout, QWidget

from imagedesk.core.findings import REPAIRABLE, Finding, FindingKind, FindingState
from imagedesk.core.plain_text import plain
from imagedesk.models.text_format import count_text
from imagedesk.ui.plain_labels import as_tip, plain_label

KINDS = {
    FindingKind.UNLISTED: "Picture that no list shows",
    FindingKind.LEFTOVER: "Left over",
    FindingKind.NO_ORIGINAL: "Listed, but its picture is gone",
    FindingKind.NO_THUMBNAIL: "Without a thumbnail",
    FindingKind.UNFINISHED: "Unfinished upload",
    FindingKind.FORGED: "Forged item",
    FindingKind.MALFORMED: "Item that cannot be read",
    FindingKind.NOT_CHECKED: "Not checked",
}
# A disk that is not connected would make every item look like this: only the command repairs it, by name.
REPAIRED_HERE = frozenset(REPAIRABLE) - {FindingKind.NO_ORIGINAL}
SHOWN = 2000


class CheckDialog(QDialog):
    """Signal: ``check_requested(frozenset[FindingKind])``, the kinds to repair; none for a dry run."""

    check_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("Library check")
        self.resize(720, 480)
        self.summary = plain_label("", "title")
        self.hint = plain_label(
            "Compares every item with what is stored. Nothing is changed before you ask for a repair; a repair touches "
            "only what is your own, and nothing younger than seven days but thumbnails.",
            "muted",
        )
        self.hint.setWordWrap(True)
        self.findings = QListWidget()
        self.findings.setAccessibleName("Findings")
        self.findings.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.findings.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.findings.setUniformItemSizes(True)
        self.findings.setSpacing(2)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName("The check is running")
        self.again_button, self.repair_button = QPushButton("Check again"), QPushButton("Repair")
        self.close_button = QPushButton("Close")
        self._lay_out()
        self.again_button.clicked.connect(self._on_again_clicked)
        self.repair_button.clicked.connect(self._on_repair_clicked)
        self.close_button.clicked.connect(self.reject)

    def begin(self, repairs: Collection[FindingKind] = frozenset()) -> None:
        """A run is asked for."""
        self._set_busy(busy=True)
        self.summary.setText("Repairing…" if repairs else "Checking…")
        self.check_requested.emit(frozenset(repairs))

    def show_progress(self, read: int) -> None:
        self.summary.setText(f"{self.summary.text().partition('…')[0]}… {count_text(read)} read")

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """What a run came to."""
        self._set_busy(busy=False)
        self.findings.clear()
        for line in map(finding_line, findings[:SHOWN]):
            self.findings.addItem(line)
            self.findings.item(self.findings.count() - 1).setToolTip(as_tip(line))
        self.findings.setVisible(bool(findings))
        states = Counter(finding.state for finding in findings)
        self.summary.setText(summary_line(states))
        self.repair_button.setEnabled(any(f.state is FindingState.FOUND and f.kind in REPAIRED_HERE for f in findings))
        self.repair_button.setToolTip("" if self.repair_button.isEnabled() else "There is nothing that you can repair.")

    def show_error(self, title: str, sentence: str) -> None:
        self._set_busy(busy=False)
        self.summary.setText(title)
        self.hint.setText(sentence)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.repair_button)
        buttons.addWidget(self.again_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        for widget in (self.summary, self.hint, self._busy):
            column.addWidget(widget)
        column.addWidget(self.findings, 1)
        column.addStretch(0)
        column.addLayout(buttons)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy.setVisible(busy)
        for button in (self.again_button, self.repair_button):
            button.setEnabled(not busy)
            button.setToolTip("The check is running." if busy else "")

    def _on_again_clicked(self) -> None:
        self.begin()

    def _on_repair_clicked(self) -> None:
        self.begin(REPAIRED_HERE)


def finding_line(finding: Finding) -> str:
    """One line: what it is, where, and what became of it."""
    what = plain(finding.key or finding.image_id or "", 200)
    outcome = "" if finding.state is FindingState.FOUND else f" · {finding.state.value}"
    why = f": {plain(finding.reason, 300)}" if finding.reason else ""
    return f"{KINDS[finding.kind]} · {what} · {plain(finding.detail, 300)}{outcome}{why}"


def summary_line(states: Counter[FindingState]) -> str:
    if not states:
        return "Everything fits"
    words = {
        FindingState.FOUND: "can be repaired",
        FindingState.REPAIRED: "repaired",
        FindingState.KEPT: "left alone",
        FindingState.FAILED: "could not be repaired",
    }
    return ", ".join(f"{count_text(states[state])} {words[state]}" for state in words if states[state])
