"""Edit: checked before anything is written, acted out in the right name, and a lost answer is no failure."""

from __future__ import annotations

import pytest

from imagedesk.core.errors import EditConflict, InvalidMetadata, NotFound, NotOwner, StoreUnavailable, WrongUser
from imagedesk.core.metadata import Metadata
from tests.unit.service.conftest import Library

LOST = StoreUnavailable("The connection was lost.")


def test_the_metadata_is_replaced_at_a_moment_that_is_noted(library: Library) -> None:
    seen = library.upload()
    edited = library.service().edit(seen, {"rights": "CC BY"})
    assert (edited.metadata, edited.updated_at) == ({"rights": "CC BY"}, "2026-03-01T12:00:00.000000Z")
    assert library.service().show(seen.image_id) == edited


def test_the_last_field_that_goes_leaves_no_metadata(library: Library) -> None:
    service = library.service()
    seen = service.edit(library.upload(), {"rights": "CC BY"})
    assert service.edit(seen, {}).metadata is None


@pytest.mark.parametrize(
    "metadata",
    [{"n": float("nan")}, {"n": float("inf")}, {"x": "\ud800"}, {"x": "y" * 70_000},
     {"x": {1, 2}}],
)  # fmt: skip
def test_what_cannot_be_stored_is_refused_before_anything_is_written(library: Library, metadata: Metadata) -> None:
    seen = library.upload()
    with pytest.raises(InvalidMetadata):
        library.service().edit(seen, metadata)
    assert library.records.items[seen.image_id] == seen


def test_only_the_owner_edits_and_nobody_in_anothers_name(library: Library) -> None:
    seen = library.upload("ann")
    with pytest.raises(NotOwner):
        library.service("bo").edit(seen, {"n": 1})
    with pytest.raises(WrongUser):
        library.service("bo", verified=True).edit(seen, {"n": 1}, "ann")
    assert library.records.items[seen.image_id] == seen


def test_what_changed_or_went_meanwhile_is_told(library: Library) -> None:
    seen, service = library.upload(), library.service()
    service.edit(seen, {"n": 1})
    with pytest.raises(EditConflict):
        service.edit(seen, {"n": 2})
    service.delete(seen.image_id)
    with pytest.raises(NotFound):
        service.edit(seen, {"n": 2})


def test_an_edit_whose_answer_was_lost_has_succeeded(library: Library) -> None:
    seen = library.upload()
    library.records.faults.fail_next("edit", LOST, after=True)
    edited = library.service().edit(seen, {"n": 1})
    assert library.records.items[seen.image_id] == edited


def test_an_edit_that_did_not_arrive_fails_as_it_failed(library: Library) -> None:
    seen = library.upload()
    library.records.faults.fail_next("edit", LOST)
    with pytest.raises(StoreUnavailable, match="lost"):
        library.service().edit(seen, {"n": 1})
    library.records.faults.fail_next("edit", LOST)
    library.records.faults.fail_next("get", StoreUnavailable("Still away."))
    with pytest.raises(StoreUnavailable, match="lost"):
        library.service().edit(seen, {"n": 1})
    assert library.records.items[seen.image_id] == seen
