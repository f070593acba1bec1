from __future__ import annotations

from datetime import timedelta

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import NotFound, NotOwner, StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata_merge import Clash
from imagedesk.core.ports import Noting
from imagedesk.workers.image_operations import delete_images, edit_metadata, image_facts, share_image
from tests.ui.library_in_memory import Stores


class Catalogue:
    """Notes what was edited, and the ids that went."""

    def __init__(self) -> None:
        self.removed: list[str] = []
        self.updated: list[ImageRecord] = []
        self.fault: StoreUnavailable | None = None

    def apply(self, change: LibraryChange) -> None:
        if self.fault is not None:
            raise self.fault
        self.removed += change.removed
        self.updated += change.updated


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.fixture
def records(stores: Stores) -> list[ImageRecord]:
    """Two of Ann's, one of Bea's, one more of Ann's."""
    stores.upload(2)
    stores.upload(1, "bea")
    stores.upload(1)
    return sorted(stores.records.items.values(), key=lambda record: record.image_id.partition("!")[2])


def test_what_is_mine_goes_and_what_is_not_stays_with_the_reason(
    stores: Stores, catalogue: Catalogue, records: list[ImageRecord]
) -> None:
    outcome = delete_images(stores.service, catalogue.apply, records, "ann")(CancelToken())
    beas = records[2]
    mine = [record for record in records if record is not beas]
    assert list(outcome.deleted) == mine
    assert [(record, type(error)) for record, error in outcome.refused] == [(beas, NotOwner)]
    assert outcome.fault is None
    assert catalogue.removed == [record.image_id for record in mine]
    assert list(stores.records.items) == [beas.image_id]
    assert set(stores.objects.contents) == {beas.key, beas.thumbnail_key}


def test_what_somebody_else_deleted_meanwhile_is_gone_too(
    stores: Stores, catalogue: Catalogue, records: list[ImageRecord]
) -> None:
    stores.service.delete(records[0].image_id, "ann")
    outcome = delete_images(stores.service, catalogue.apply, records[:2], "ann")(CancelToken())
    assert outcome.deleted == (records[0], records[1])
    assert catalogue.removed == [records[0].image_id, records[1].image_id]


def test_a_fault_in_the_middle_ends_the_work_and_what_is_gone_is_shown_as_gone(
    stores: Stores, catalogue: Catalogue, records: list[ImageRecord]
) -> None:
    fault = StoreUnavailable("The server cannot be reached.")
    run = delete_images(stores.service, catalogue.apply, [records[0], records[1], records[3]], "ann")
    delete = stores.records.delete

    def fail_second(image_id: str, user_id: str, noting: Noting) -> ImageRecord:
        if image_id == records[1].image_id:
            raise fault
        return delete(image_id, user_id, noting)

    stores.records.delete = fail_second  # type: ignore[method-assign]
    outcome = run(CancelToken())
    assert (outcome.deleted, outcome.refused, outcome.fault) == ((records[0],), (), fault)
    assert catalogue.removed == [records[0].image_id]
    assert records[3].image_id in stores.records.items


def test_an_unexpected_error_hides_nothing_that_is_gone(
    stores: Stores, catalogue: Catalogue, records: list[ImageRecord]
) -> None:
    stores.records.faults.fail_next("delete", NotOwner("No."))
    stores.objects.faults.fail_next("delete", RuntimeError("a bug"))
    with pytest.raises(RuntimeError):
        delete_images(stores.service, catalogue.apply, [records[0], records[1]], "ann")(CancelToken())
    assert catalogue.removed == []
    stores.objects.faults.fail_next("delete", StoreUnavailable("The objects stay as orphans."))
    outcome = delete_images(stores.service, catalogue.apply, [records[3]], "ann")(CancelToken())
    assert outcome.deleted == (records[3],)


def test_the_outcome_is_told_though_the_catalogue_cannot_be(
    stores: Stores, catalogue: Catalogue, records: list[ImageRecord], caplog: pytest.LogCaptureFixture
) -> None:
    catalogue.fault = StoreUnavailable("The disk is busy.")
    outcome = delete_images(stores.service, catalogue.apply, records[:1], "ann")(CancelToken())
    assert outcome.deleted == (records[0],)
    assert "still shows 1 deleted images" in caplog.text


def test_a_cancellation_stops_before_the_next_image(
    stores: Stores, catalogue: Catalogue, records: list[ImageRecord]
) -> None:
    cancel, delete = CancelToken(), stores.records.delete

    def delete_and_cancel(image_id: str, user_id: str, noting: Noting) -> ImageRecord:
        cancel.cancel()
        return delete(image_id, user_id, noting)

    stores.records.delete = delete_and_cancel  # type: ignore[method-assign]
    outcome = delete_images(stores.service, catalogue.apply, records, "ann")(cancel)
    assert outcome.deleted == (records[0],)
    assert catalogue.removed == [records[0].image_id]


def test_a_link_is_made_for_the_lifetime_that_was_chosen(stores: Stores, records: list[ImageRecord]) -> None:
    short = share_image(stores.service, records[0], timedelta(hours=1))(CancelToken())
    long = share_image(stores.service, records[0], timedelta(days=7))(CancelToken())
    assert records[0].key in short.url
    assert timedelta(days=6) < long.expires_at - short.expires_at < timedelta(days=7)


def test_facts_are_those_of_the_original(stores: Stores, records: list[ImageRecord]) -> None:
    facts = image_facts(stores.service, records[0])(CancelToken())
    assert (facts.content_type, facts.width, facts.height) == ("image/png", 40, 30)
    stores.objects.contents.clear()
    with pytest.raises(NotFound):
        image_facts(stores.service, records[1])(CancelToken())


def test_an_edit_is_committed_and_told_to_the_catalogue(
    stores: Stores, catalogue: Catalogue, records: list[ImageRecord]
) -> None:
    outcome = edit_metadata(stores.service, catalogue.apply, records[0], {"n": 1}, "ann")(CancelToken())
    assert outcome.clashes == ()
    assert outcome.record.metadata == {"n": 1}
    assert catalogue.updated == [outcome.record] == [stores.records.items[outcome.record.image_id]]


def test_what_another_changed_in_other_fields_is_kept(
    stores: Stores, catalogue: Catalogue, records: list[ImageRecord]
) -> None:
    seen = stores.service.edit(records[0], {"campaign": "autumn", "rights": "CC BY"}, "ann")
    stores.service.edit(seen, {"campaign": "autumn", "rights": "CC0", "new": 1}, "ann")
    outcome = edit_metadata(stores.service, catalogue.apply, seen, {"campaign": "winter", "rights": "CC BY"}, "ann")(
        CancelToken()
    )
    assert outcome.clashes == ()
    assert outcome.record.metadata == {"campaign": "winter", "rights": "CC0", "new": 1}


def test_what_both_changed_is_asked_for_and_nothing_is_written(
    stores: Stores, catalogue: Catalogue, records: list[ImageRecord]
) -> None:
    seen = stores.service.edit(records[0], {"campaign": "autumn"}, "ann")
    theirs = stores.service.edit(seen, {"campaign": "spring"}, "ann")
    outcome = edit_metadata(stores.service, catalogue.apply, seen, {"campaign": "winter"}, "ann")(CancelToken())
    assert outcome.clashes == (Clash("campaign", "winter", "spring"),)
    assert outcome.record == theirs == stores.records.items[seen.image_id]
    assert catalogue.updated == [theirs]


def test_an_edit_whose_catalogue_cannot_be_told_is_made_all_the_same(
    stores: Stores, catalogue: Catalogue, records: list[ImageRecord]
) -> None:
    catalogue.fault = StoreUnavailable("The catalogue is closed.")
    outcome = edit_metadata(stores.service, catalogue.apply, records[0], {"n": 1}, "ann")(CancelToken())
    assert stores.records.items[outcome.record.image_id].metadata == {"n": 1}
