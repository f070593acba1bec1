"""What becomes of a permission check that cannot be made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from imagedesk.core.access import NEEDED_FOR, MissingAction, Operation
from imagedesk.core.errors import (
    ImageDeskError,
    InvalidCredentials,
    InvalidSettings,
    LibraryNotSetUp,
    SessionExpired,
    StoreUnavailable,
)
from imagedesk.models.access_state import AccessState
from imagedesk.workers.operation_runner import OperationRunner


class Check:
    """Raises ``fault``, or finds one action missing."""

    def __init__(self, fault: ImageDeskError | None = None) -> None:
        self.fault = fault

    def missing(self, user_id: str) -> tuple[MissingAction, ...]:
        if self.fault is not None:
            raise self.fault
        return (MissingAction("s3:PutObject", "the bucket", NEEDED_FOR["s3:PutObject"]),)


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[OperationRunner]:
    runner = OperationRunner("operations")
    yield runner
    runner.shutdown(5000)


@pytest.mark.parametrize("kind", [InvalidCredentials, InvalidSettings])
def test_what_only_the_objects_side_knows_is_told(
    qtbot: QtBot, runner: OperationRunner, kind: type[ImageDeskError]
) -> None:
    check = Check()
    state = AccessState(check, runner, "mila")
    with qtbot.waitSignal(state.access_changed):
        state.refresh()
    check.fault = kind("It does not work.")
    with qtbot.waitSignal(state.failed) as told:
        state.refresh()
    assert told.args == [check.fault]
    assert state.reason_against(Operation.UPLOAD)  # what was known stays


@pytest.mark.parametrize("kind", [StoreUnavailable, SessionExpired, LibraryNotSetUp])
def test_what_sync_tells_is_not_told_twice(qtbot: QtBot, runner: OperationRunner, kind: type[ImageDeskError]) -> None:
    check = Check(kind("It is gone."))
    state = AccessState(check, runner, "mila")
    with qtbot.assertNotEmitted(state.failed):
        state.refresh()
        qtbot.waitUntil(lambda: not state._asking)
    check.fault = None
    with qtbot.waitSignal(state.access_changed):
        state.refresh()
