"""Edits under way: one at a time for an image, later ones build on earlier ones, each ends once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject

from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import ImageDeskError, StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata
from imagedesk.models.metadata_edits import MetadataEdits
from imagedesk.workers.image_operations import EditOutcome
from tests.fakes.operation_runner import HandRunner
from tests.ui.library_in_memory import Stores


class Watcher:
    def __init__(self, edits: MetadataEdits) -> None:
        self.saved: list[Metadata | None] = []
        self.clashed: list[tuple[Metadata, EditOutcome]] = []
        self.failed: list[ImageDeskError] = []
        edits.saved.connect(lambda record: self.saved.append(record.metadata))
        edits.clashed.connect(lambda _seen, yours, outcome: self.clashed.append((yours, outcome)))
        edits.failed.connect(lambda _image_id, error: self.failed.append(error))


@pytest.fixture
def runner() -> HandRunner:
    return HandRunner()


@pytest.fixture
def edits(stores: Stores, runner: HandRunner, owner: QObject) -> MetadataEdits:
    tell: Callable[[LibraryChange], None] = lambda _change: None  # noqa: E731
    return MetadataEdits(stores.service, tell, runner, "ann", owner)  # type: ignore[arg-type]


@pytest.fixture
def seen(stores: Stores) -> ImageRecord:
    stores.upload(1)
    (record,) = stores.records.items.values()
    return stores.service.edit(record, {"campaign": "autumn"}, "ann")


def test_an_edit_ends_as_saved(edits: MetadataEdits, runner: HandRunner, seen: ImageRecord) -> None:
    watcher = Watcher(edits)
    edits.start(seen, {"campaign": "winter"})
    assert edits.is_running(seen.image_id)
    runner.run_all()
    assert not edits.is_running(seen.image_id)
    assert (watcher.saved, watcher.failed, watcher.clashed) == ([{"campaign": "winter"}], [], [])


def test_what_is_edited_while_an_edit_runs_builds_on_it(
    edits: MetadataEdits, runner: HandRunner, seen: ImageRecord, stores: Stores
) -> None:
    watcher = Watcher(edits)
    edits.start(seen, {"campaign": "winter"})
    edits.start(seen, {"campaign": "winter", "a": 1})
    edits.start(seen, {"campaign": "winter", "a": 1, "b": 2})
    assert len(runner.held) == 1
    stores.service.edit(seen, {"campaign": "autumn", "theirs": 3}, "ann")
    runner.run_all()
    assert stores.records.items[seen.image_id].metadata == {"campaign": "winter", "theirs": 3, "a": 1, "b": 2}
    assert len(watcher.saved) == 1
    assert (watcher.failed, watcher.clashed) == ([], [])


def test_a_clash_carries_all_that_was_typed(
    edits: MetadataEdits, runner: HandRunner, seen: ImageRecord, stores: Stores
) -> None:
    watcher = Watcher(edits)
    edits.start(seen, {"campaign": "winter"})
    edits.start(seen, {"campaign": "winter", "a": 1})
    stores.service.edit(seen, {"campaign": "spring"}, "ann")
    runner.run_all()
    ((yours, outcome),) = watcher.clashed
    assert yours == {"campaign": "winter", "a": 1}
    assert outcome.record.metadata == {"campaign": "spring"}
    assert watcher.saved == []


def test_a_failure_ends_it_and_the_next_edit_starts_anew(
    edits: MetadataEdits, runner: HandRunner, seen: ImageRecord, stores: Stores
) -> None:
    watcher = Watcher(edits)
    stores.records.faults.fail_next("edit", StoreUnavailable("Away."))
    edits.start(seen, {"campaign": "winter"})
    edits.start(seen, {"campaign": "winter", "a": 1})
    runner.run_all()
    assert [error.message for error in watcher.failed] == ["Away."]
    edits.start(seen, {"b": 2})
    runner.run_all()
    assert watcher.saved == [{"b": 2}]
