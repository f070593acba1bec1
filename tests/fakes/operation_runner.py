"""An operation runner whose work is done and whose results arrive when the test says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, ImageDeskError
from imagedesk.workers.operation_runner import OperationHandle


@dataclass(eq=False)
class HeldOperation:
    """``work`` as a worker thread would, then ``deliver`` as the GUI thread would; either may be left out of turn."""

    operation: Callable[[CancelToken], Any]
    succeeded: Callable[[Any], object]
    failed: Callable[[ImageDeskError], object]
    cancelled: Callable[[], object] | None
    token: CancelToken
    ending: tuple[str, Any] = ("waiting", None)

    def work(self) -> None:
        try:
            self.ending = ("value", self.operation(self.token))
        except Cancelled:
            self.ending = ("cancelled", None)
        except ImageDeskError as error:
            self.ending = ("error", error)

    def deliver(self) -> None:
        kind, value = self.ending
        assert kind != "waiting"
        if kind == "cancelled" or self.token.is_cancelled:
            if self.cancelled is not None:
                self.cancelled()
        elif kind == "error":
            self.failed(value)
        else:
            self.succeeded(value)


class HandRunner:
    """``held`` are the operations that have been started and not been delivered, oldest first."""

    def __init__(self) -> None:
        self.held: list[HeldOperation] = []
        self.started = 0

    def start(
        self,
        work: Callable[[CancelToken], Any],
        succeeded: Callable[[Any], object],
        failed: Callable[[ImageDeskError], object],
        cancelled: Callable[[], object] | None = None,
    ) -> OperationHandle:
        operation = HeldOperation(work, succeeded, failed, cancelled, CancelToken())
        self.held.append(operation)
        self.started += 1
        return OperationHandle(operation.token)

    def run(self) -> None:
        """The oldest from beginning to end."""
        operation = self.held.pop(0)
        operation.work()
        operation.deliver()

    def run_all(self, at_most: int = 50) -> None:
        """Until nobody asks for anything any more."""
        for _ in range(at_most):
            if not self.held:
                return
            self.run()
        raise AssertionError(f"still asking after {at_most} operations")
