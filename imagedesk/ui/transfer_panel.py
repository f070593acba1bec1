"""The panel at the bottom: how the uploads and downloads are going, and the controls over them.

It shows a TransferModel and the worker's summaries; what a person asks for goes straight to the worker's controls.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHelpEvent, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from imagedesk.core.plain_text import plain
from imagedesk.models.roles import TransferRole
from imagedesk.models.transfer_model import TransferModel
from imagedesk.models.transfer_text import downloaded_file, pace_text, report_text, title_text
from imagedesk.transfers.transfer import DuplicateAnswer, Transfer, TransferKind, TransferState, TransferSummary
from imagedesk.ui.overflow_bar import OverflowBar
from imagedesk.ui.plain_labels import as_tip, plain_label
from imagedesk.ui.row_list import RowList
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.transfer_row import UPLOAD_ANYWAY, TransferRowDelegate, actions_of, offered_actions
from imagedesk.workers.transfer_worker import TransferWorker

SHOWN_ROWS = 4
STEPS = 1000  # of the bar for the whole


class TransferPanel(QWidget):
    """Hidden while there is no transfer.

    Signal: ``show_requested(list[Path])``: files to be shown where they are.
    """

    show_requested = Signal(object)

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transfers")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._worker: TransferWorker | None = None
        self._summary = TransferSummary()
        self._was_busy = False
        self.title = plain_label("", "title")
        self.total = QProgressBar()
        self.total.setRange(0, STEPS)
        self.total.setTextVisible(False)
        self.total.setAccessibleName("Progress of all transfers")
        self.pace = plain_label("", "muted")
        self.pause = self._button("Pause all", self._on_pause_clicked)
        self.retry = self._button("Retry failed", self._on_retry_clicked)
        self.skip = self._button("Skip duplicates", partial(self._answer_all, DuplicateAnswer.SKIP))
        self.anyway = self._button("Upload them anyway", partial(self._answer_all, DuplicateAnswer.UPLOAD))
        self.cancel = self._button("Cancel all", self._on_cancel_clicked)
        self.clear = self._button("Clear finished", self._on_clear_clicked)
        self.fold = self._button("Hide files", self._on_fold_clicked)
        self.report = self._button("Copy report", self._on_report_clicked)
        self.bar = OverflowBar(self)
        for button in (
            self.pause, self.cancel, self.fold, self.retry, self.skip, self.anyway, self.clear, self.report
        ):  # fmt: skip
            self.bar.add(button)
        self._wants_rows: bool | None = None  # None: as it fits what is going on
        self.rows = RowList()
        self._delegate = TransferRowDelegate(theme, self.rows)
        self._make_rows()
        self._lay_out()
        self._delegate.action_chosen.connect(self._on_action_chosen)
        theme.theme_changed.connect(self.rows.viewport().update)
        self.hide()

    def set_source(self, model: TransferModel | None, worker: TransferWorker | None) -> None:
        """Show the transfers of a library, or none."""
        if self._worker is not None:
            self._worker.summary_changed.disconnect(self._on_summary_changed)
        if (old := self.rows.model()) is not None:
            old.rowsInserted.disconnect(self._fit_height)
            old.rowsRemoved.disconnect(self._fit_height)
            old.modelReset.disconnect(self._fit_height)
        self.rows.setModel(model)
        self._worker = worker
        self._summary = TransferSummary()
        if model is not None:
            model.rowsInserted.connect(self._fit_height)
            model.rowsRemoved.connect(self._fit_height)
            model.modelReset.connect(self._fit_height)
        if worker is not None:
            worker.summary_changed.connect(self._on_summary_changed)
        self._fit_height()

    # -- making -----------------------------------------------------------------------------------------------------

    def _button(self, text: str, slot: object) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", "flat")
        button.clicked.connect(slot)
        return button

    def _make_rows(self) -> None:
        self.rows.setItemDelegate(self._delegate)
        self.rows.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.rows.customContextMenuRequested.connect(self._on_menu_requested)
        self.rows.setAccessibleName("Transfers")
        self.rows.installEventFilter(self)
        self.rows.viewport().installEventFilter(self)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(14, 6, 10, 2)
        top.setSpacing(10)
        top.addWidget(self.title)
        top.addWidget(self.total, 1000)
        top.addStretch(1)  # takes the bar's place at rest
        top.addWidget(self.pace)
        top.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.rows)

    # -- following --------------------------------------------------------------------------------------------------

    def _fit_height(self) -> None:
        model = self.rows.model()
        count = model.rowCount() if model is not None else 0
        self.setVisible(count > 0)
        if count:
            self.rows.setFixedHeight(self.rows.row_height() * min(count, SHOWN_ROWS) + 2)

    def _on_summary_changed(self, summary: TransferSummary) -> None:
        self._summary = summary
        self.title.setText(title_text(summary, self._running_kinds()))
        self.total.setUpdatesEnabled(
            False
        )  # or each step would paint at once all of the window that waits for its frame
        self.total.setValue(round(summary.fraction * STEPS))
        self.total.setUpdatesEnabled(True)
        self.total.setVisible(not summary.is_idle)
        self.pace.setText(pace_text(summary))
        busy = not summary.is_idle
        self._label(self.pause, "Resume all" if summary.paused else "Pause all")
        for button, wanted in (
            (self.pause, busy),
            (self.cancel, busy),
            (self.retry, summary.failed > 0),
            (self.report, summary.failed > 0),
            (self.skip, summary.unanswered > 0),
            (self.anyway, summary.duplicate > 0),
            (self.clear, summary.finished > 0),
        ):
            if not wanted and button is self.window().focusWidget():  # or a second press would be the next command
                self.fold.setFocus()
            self.bar.want(button, wanted=wanted)
        if busy != self._was_busy:
            self._was_busy, self._wants_rows = busy, None
        self._fit_rows()

    def _fit_rows(self) -> None:
        """When all went well, a line says so; the files themselves are shown while they move, or failed."""
        shown = self._wants_rows
        if shown is None:
            shown = self._was_busy or self._summary.failed > 0 or self._summary.unanswered > 0
        self.rows.setVisible(shown)
        self._label(self.fold, "Hide files" if shown else "Show files")

    def _label(self, button: QPushButton, text: str) -> None:
        if text != button.text():
            button.setText(text)
            self.bar.fit()

    def _running_kinds(self) -> set[TransferKind]:
        """Running rows stand first."""
        kinds: set[TransferKind] = set()
        model = self.rows.model()
        for row in range(model.rowCount() if model is not None else 0):
            transfer = model.index(row, 0).data(TransferRole.TRANSFER)
            if transfer.state is not TransferState.RUNNING:
                break
            kinds.add(transfer.kind)
        return kinds

    # -- what a person does -----------------------------------------------------------------------------------------

    def _on_pause_clicked(self) -> None:
        if self._worker is not None:
            (self._worker.resume_all if self._summary.paused else self._worker.pause_all)()

    def _on_fold_clicked(self) -> None:
        self._wants_rows = self.rows.isHidden()
        self._fit_rows()

    def _on_cancel_clicked(self) -> None:
        if self._worker is not None:
            self._worker.cancel_all()

    def _on_retry_clicked(self) -> None:
        if self._worker is not None:
            self._worker.retry_failed()

    def _on_report_clicked(self) -> None:
        """Of everything that failed."""
        _copy(report_text(self._all()))

    def _on_clear_clicked(self) -> None:
        if self._worker is not None:
            self._worker.clear_finished()

    def _on_action_chosen(self, transfer_id: int, name: str) -> None:
        self._ask(name, [transfer_id])

    def _ask(self, name: str, transfer_ids: Sequence[int]) -> None:
        if self._worker is None or not transfer_ids:
            return
        if name == UPLOAD_ANYWAY:
            self._worker.answer_duplicate(DuplicateAnswer.UPLOAD, *transfer_ids)
        else:
            getattr(self._worker, name)(*transfer_ids)

    def _answer_all(self, answer: DuplicateAnswer, _checked: bool = False) -> None:
        """For the batches that have duplicates, and for those found in them later."""
        for batch in {row.batch for row in self._all() if row.state is TransferState.DUPLICATE}:
            if self._worker is not None:
                self._worker.answer_duplicates(answer, batch)

    def _on_menu_requested(self, position: QPoint) -> None:
        chosen = self._chosen()
        if not chosen:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in offered_actions(chosen):
            menu.addAction(action.label).triggered.connect(partial(self._act, action.name))
        if files := [file for transfer in chosen if (file := downloaded_file(transfer)) is not None]:
            menu.addAction("Show in folder").triggered.connect(partial(self._show_files, files))
        if report := report_text(chosen):
            menu.addSeparator()
            menu.addAction("Copy report").triggered.connect(partial(_copy, report))
        menu.popup(self.rows.viewport().mapToGlobal(position))

    def _show_files(self, files: Sequence[Path], _checked: bool = False) -> None:
        self.show_requested.emit(files)

    def _act(self, name: str, _checked: bool = False) -> None:
        """On those of the chosen rows that offer the action."""
        chosen = [row for row in self._chosen() if name in {action.name for action in actions_of(row)}]
        self._ask(name, [row.transfer_id for row in chosen])

    def _chosen(self) -> list[Transfer]:
        """From above; thousands cost little."""
        model = self.rows.model()
        if not isinstance(model, TransferModel):
            return []
        return [model.transfer(row) for first, last in self.rows.chosen_ranges() for row in range(first, last + 1)]

    def _all(self) -> Sequence[Transfer]:
        model = self.rows.model()
        return model.transfers() if isinstance(model, TransferModel) else []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Delete gives up or dismisses what is chosen, R tries it again; a tip shows a sentence that is cut off."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched is self.rows:
            if event.key() == Qt.Key.Key_Delete:
                self._act("cancel")
                self._act("dismiss")
                return True
            if event.key() == Qt.Key.Key_R and not event.modifiers():
                self._act("retry")
                return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        return super().eventFilter(watched, event)

    def _show_tip(self, event: QHelpEvent) -> None:
        index: QModelIndex = self.rows.indexAt(event.pos())
        transfer = index.data(TransferRole.TRANSFER) if index.isValid() else None
        if not isinstance(transfer, Transfer):
            QToolTip.hideText()
            return
        action = self._delegate.action_at(self.rows.visualRect(index), index, event.pos().x())
        text = action.label if action else "\n".join(filter(None, (plain(transfer.name), plain(transfer.reason, 400))))
        QToolTip.showText(event.globalPos(), as_tip(text), self.rows)


def _copy(text: str, _checked: bool = False) -> None:
    QGuiApplication.clipboard().setText(text)
