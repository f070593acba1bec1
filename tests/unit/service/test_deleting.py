"""Delete: the item first, by its owner only; then the objects that are the owner's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imagedesk.core.errors import AccessDenied, NotFound, NotOwner, StoreUnavailable, WrongUser
from tests.unit.service.conftest import Library

DOWN = StoreUnavailable("Nothing answers.")


def test_the_item_goes_first(library: Library) -> None:
    record = library.upload()
    assert library.service().delete(record.image_id) == record
    assert library.asked == ["delete item", "delete images", "delete thumbnails"]
    assert (library.objects.contents, library.records.items) == ({}, {})


def test_a_refused_delete_touches_no_object(library: Library) -> None:
    record = library.upload("bo")
    for image_id, expected in ((record.image_id, NotOwner), ("ann!unknown", NotFound), ("", NotFound)):
        with pytest.raises(expected):
            library.service("ann").delete(image_id)
    assert set(library.asked) == {"delete item"}
    library.check_whole()


def test_a_delete_that_did_not_reach_the_table_leaves_the_image_whole(library: Library) -> None:
    record = library.upload()
    library.records.faults.fail_next("delete", DOWN)
    with pytest.raises(StoreUnavailable):
        library.service().delete(record.image_id)
    assert library.asked == ["delete item"]
    library.check_whole()


@pytest.mark.parametrize("error", [DOWN, AccessDenied("No.")])
def test_an_object_that_stays_behind_is_an_orphan_and_no_failure(library: Library, error: Exception) -> None:
    record = library.upload()
    library.objects.faults.fail_next("delete", error)
    assert library.service().delete(record.image_id) == record
    assert library.records.items == {}
    assert library.orphans() == {record.key, record.thumbnail_key}


def test_our_own_bug_in_a_delete_is_not_swallowed(library: Library) -> None:
    record = library.upload()
    library.objects.faults.fail_next("delete", ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        library.service().delete(record.image_id)


@pytest.mark.parametrize("field", ["key", "thumbnail_key"])
def test_a_forged_item_does_not_delete_the_pictures_of_others(library: Library, field: str) -> None:
    theirs, mine = library.upload("bo"), library.upload("ann")
    library.records.items[mine.image_id] = replace(mine, **{field: getattr(theirs, field)})
    library.service("ann").delete(mine.image_id)
    assert {theirs.key, theirs.thumbnail_key} <= set(library.objects.contents)


def test_an_image_without_a_thumbnail_is_deleted(library: Library) -> None:
    record = library.upload()
    library.records.items[record.image_id] = replace(record, thumbnail_key=None)
    library.service().delete(record.image_id)
    assert library.asked == ["delete item", "delete images"]


def test_a_verified_identity_deletes_in_its_own_name_only(library: Library) -> None:
    record = library.upload("bo")
    with pytest.raises(WrongUser):
        library.service("ann", verified=True).delete(record.image_id, "bo")
    assert library.asked == []
    library.service("ann").delete(record.image_id, "bo")
    assert library.records.items == {}
