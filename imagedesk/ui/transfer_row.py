"""Paints one row of the transfer panel, and says where its buttons are and what they do.

An arrow, the name, a bar or a sentence, how much of it is done, and the actions that fit its state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from imagedesk.core.plain_text import plain
from imagedesk.models.roles import TransferRole
from imagedesk.models.transfer_text import amount_text
from imagedesk.transfers.transfer import Transfer, TransferKind, TransferState
from imagedesk.ui.icons import icon_pixmap
from imagedesk.ui.theme import ThemeSource

HEIGHT = 25
_ICON, _GAP, _MARGIN = 14, 12, 14
_ACTION_WIDTH = 24

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class RowAction:
    """``name`` is the method of the transfer worker that it calls."""

    name: str
    label: str
    icon: str


UPLOAD_ANYWAY = "upload_anyway"  # the one action that is no method of the worker: it is an answer
_CANCEL = RowAction("cancel", "Cancel", "close")
_DISMISS = RowAction("dismiss", "Dismiss", "close")
_RETRY = RowAction("retry", "Retry", "retry")
_ACTIONS = {
    TransferState.WAITING: (RowAction("pause", "Pause", "pause"), _CANCEL),
    TransferState.RUNNING: (RowAction("pause", "Pause", "pause"), _CANCEL),
    TransferState.PAUSED: (RowAction("resume", "Resume", "play"), _CANCEL),
    TransferState.FAILED: (_RETRY, _DISMISS),
    TransferState.CANCELLED: (_RETRY, _DISMISS),
    TransferState.DUPLICATE: (RowAction(UPLOAD_ANYWAY, "Upload anyway", "upload"), _DISMISS),
    TransferState.DONE: (_DISMISS,),
}


def actions_of(transfer: Transfer) -> tuple[RowAction, ...]:
    """What a person can do with a row, from left to right."""
    return _ACTIONS[transfer.state]


def offered_actions(transfers: Iterable[Transfer]) -> list[RowAction]:
    """What can be done with some of them, each once."""
    states = {transfer.state for transfer in transfers}
    return list({action.name: action for state in _ACTIONS if state in states for action in _ACTIONS[state]}.values())


class TransferRowDelegate(QStyledItemDelegate):
    """Signal: ``action_chosen(int transfer_id, str name)``, by a click on one of a row's buttons."""

    action_chosen = Signal(int, str)

    def __init__(self, theme: ThemeSource, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, max(HEIGHT, QFontMetrics(option.font).height() + 8))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        transfer = index.data(TransferRole.TRANSFER)
        if not isinstance(transfer, Transfer):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option)
        columns = _Columns(option.rect, transfer)
        ratio = painter.device().devicePixelRatioF() if painter.device() is not None else 1.0
        self._paint_sign(painter, columns.sign, transfer, ratio)
        metrics = QFontMetrics(option.font)
        painter.setPen(self._theme.theme.color("text"))
        _draw(painter, metrics, columns.name, plain(transfer.name), Qt.TextElideMode.ElideMiddle)
        if transfer.reason:
            failed = transfer.state is TransferState.FAILED
            painter.setPen(self._theme.theme.color("danger" if failed else "muted"))
            _draw(painter, metrics, columns.reason, plain(transfer.reason, 400), Qt.TextElideMode.ElideRight)
        else:
            self._paint_bar(painter, columns.bar, transfer)
            painter.setPen(self._theme.theme.color("muted"))
            _draw(painter, metrics, columns.amount, amount_text(transfer), Qt.TextElideMode.ElideRight)
        for action, area in columns.actions:
            self._paint_icon(painter, area, action.icon, self._theme.theme.text, ratio)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """A released click on a button acts."""
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            action = self.action_at(option.rect, index, event.position().toPoint().x())
            if action is not None:
                self.action_chosen.emit(index.data(TransferRole.TRANSFER).transfer_id, action.name)
                return True
        return super().editorEvent(event, model, option, index)

    def action_at(self, rect: QRect, index: _Index, x: int) -> RowAction | None:
        """The button under an x coordinate of the row, if there is one."""
        transfer = index.data(TransferRole.TRANSFER)
        if not isinstance(transfer, Transfer):
            return None
        return next((a for a, area in _Columns(rect, transfer).actions if area.left() <= x <= area.right()), None)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        theme, frame = self._theme.theme, option.rect.adjusted(6, 1, -6, -1)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selection"))
            painter.drawRoundedRect(frame, 4, 4)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, 4, 4)

    def _paint_sign(self, painter: QPainter, area: QRect, transfer: Transfer, ratio: float) -> None:
        theme = self._theme.theme
        if transfer.state is TransferState.FAILED:
            name, color = "warning", theme.danger
        elif transfer.state is TransferState.DONE:
            name, color = "check", theme.success
        elif transfer.state is TransferState.DUPLICATE:
            name, color = "copy", theme.muted
        else:
            name, color = "upload" if transfer.kind is TransferKind.UPLOAD else "download", theme.text
        self._paint_icon(painter, area, name, color, ratio)

    def _paint_icon(self, painter: QPainter, area: QRect, name: str, color: str, ratio: float) -> None:
        corner = area.center() - QRect(0, 0, _ICON, _ICON).center()
        painter.drawPixmap(corner, icon_pixmap(name, color, _ICON, ratio))

    def _paint_bar(self, painter: QPainter, area: QRect, transfer: Transfer) -> None:
        theme = self._theme.theme
        groove = QRect(area.left(), area.center().y() - 2, area.width(), 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("track"))
        painter.drawRoundedRect(groove, 2, 2)
        done = 1.0 if transfer.state is TransferState.DONE else transfer.done / transfer.total if transfer.total else 0
        if done > 0:
            painter.setBrush(theme.color("success" if transfer.state is TransferState.DONE else "accent"))
            painter.drawRoundedRect(QRect(groove.topLeft(), QSize(max(4, round(groove.width() * done)), 4)), 2, 2)


class _Columns:
    """Where the parts of a row are."""

    def __init__(self, rect: QRect, transfer: Transfer) -> None:
        inner = rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        self.sign = QRect(inner.left(), inner.top(), _ICON, inner.height())
        right, found = inner.right() + 1, []
        for action in reversed(actions_of(transfer)):
            right -= _ACTION_WIDTH
            found.append((action, QRect(right, inner.top(), _ACTION_WIDTH, inner.height())))
        self.actions = list(reversed(found))
        right = inner.right() + 1 - 2 * _ACTION_WIDTH - _GAP  # the same for every state, so that columns line up
        left = self.sign.right() + 1 + _GAP
        name_width = min(220, (right - left) * 2 // 5)
        self.name = QRect(left, inner.top(), name_width, inner.height())
        left += name_width + _GAP
        self.reason = QRect(left, inner.top(), max(0, right - left), inner.height())
        amount = min(130, (right - left) // 2)
        self.amount = QRect(right - amount, inner.top(), amount, inner.height())
        self.bar = QRect(left, inner.top(), max(0, right - left - amount - _GAP), inner.height())


def _draw(painter: QPainter, metrics: QFontMetrics, area: QRect, text: str, mode: Qt.TextElideMode) -> None:
    shown = metrics.elidedText(text, mode, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
