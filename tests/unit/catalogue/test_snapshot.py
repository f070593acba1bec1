from __future__ import annotations

import threading

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import StoreUnavailable
from imagedesk.core.query import LibraryQuery
from tests.fakes.sample_records import sample_record

EVERYTHING = LibraryQuery()


def add(catalogue: Catalogue, number: int) -> None:
    catalogue.apply(LibraryChange(added=(sample_record(number),)))


def test_what_one_thread_reads_in_a_snapshot_is_of_one_version_whatever_is_committed(catalogue: Catalogue) -> None:
    add(catalogue, 1)
    with catalogue.snapshot():
        version = catalogue.version
        add(catalogue, 2)
        writer = threading.Thread(target=add, args=(catalogue, 3))
        writer.start()
        writer.join()
        assert catalogue.version == version
        assert catalogue.rows(EVERYTHING, 0, 10) == [sample_record(1)]
        assert catalogue.row_changes(EVERYTHING, -1).total == 1
        assert catalogue.position(EVERYTHING, sample_record(3).image_id) is None
    assert catalogue.ids(EVERYTHING, 0, 10) == [sample_record(number).image_id for number in (3, 2, 1)]
    assert catalogue.row_changes(EVERYTHING, version).inserted == (0, 1)


def test_other_threads_see_what_is_committed_meanwhile(catalogue: Catalogue) -> None:
    seen: list[int] = []
    with catalogue.snapshot():
        add(catalogue, 1)
        reader = threading.Thread(target=lambda: seen.append(catalogue.totals(EVERYTHING).images))
        reader.start()
        reader.join()
        assert catalogue.totals(EVERYTHING).images == 0
    assert seen == [1]


def test_a_snapshot_inside_another_is_the_same_and_does_not_end_it(catalogue: Catalogue) -> None:
    with catalogue.snapshot():
        assert catalogue.totals(EVERYTHING).images == 0
        with catalogue.snapshot():
            add(catalogue, 1)
        assert catalogue.totals(EVERYTHING).images == 0


def test_a_snapshot_that_ends_in_an_error_is_over(catalogue: Catalogue) -> None:
    with pytest.raises(ZeroDivisionError), catalogue.snapshot():
        raise ZeroDivisionError
    add(catalogue, 1)
    assert catalogue.totals(EVERYTHING).images == 1


def test_a_closed_catalogue_gives_no_snapshot(catalogue: Catalogue) -> None:
    catalogue.close()
    with pytest.raises(StoreUnavailable), catalogue.snapshot():
        pass
