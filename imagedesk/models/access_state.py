"""What the credentials permit in the open library, asked in the background once it is open and whenever it is asked
anew. Until the answer comes, everything is offered: a refusal then tells of itself."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from imagedesk.core.access import MissingAction, Operation, reason_against
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import ImageDeskError, InvalidCredentials, InvalidSettings
from imagedesk.core.ports import AccessCheck
from imagedesk.workers.operation_runner import OperationRunner


class AccessState(QObject):
    """Without a check (a library on this computer) nothing is ever refused.

    Signals: ``access_changed()``; ``failed(ImageDeskError)``, why nothing can be found out where sync, which asks the
    table alone, need not know: keys that S3 does not accept, a bucket in another region.
    """

    access_changed = Signal()
    failed = Signal(object)

    def __init__(
        self, check: AccessCheck | None, runner: OperationRunner, me: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._check, self._runner, self._me = check, runner, me
        self._asking = False
        self.missing: tuple[MissingAction, ...] = ()

    def refresh(self) -> None:
        """Ask anew, for rights change while the window is open."""
        check = self._check
        if check is None or self._asking:
            return
        self._asking = True

        def ask(_cancel: CancelToken) -> tuple[MissingAction, ...]:
            return check.missing(self._me)

        self._runner.start(ask, self._on_answered, self._on_failed)

    def reason_against(self, operation: Operation) -> str | None:
        """Why the operation cannot be done, in a sentence; None where nothing is known against it."""
        return reason_against(self.missing, operation)

    def _on_answered(self, missing: tuple[MissingAction, ...]) -> None:
        self._asking = False
        if missing != self.missing:
            self.missing = missing
            self.access_changed.emit()

    def _on_failed(self, error: ImageDeskError) -> None:
        """What was known stays. Of a library out of reach or not set up sync tells, and notices when that is over."""
        self._asking = False
        if isinstance(error, InvalidCredentials | InvalidSettings):
            self.failed.emit(error)
