"""What a view asks of the catalogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imagedesk.catalogue.catalogue import Catalogue, Totals
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import NotFound, NotOwner, StoreUnavailable
from imagedesk.core.query import LibraryQuery, Order
from tests.fakes.sample_records import sample_record

PNG = "image/png"
EVERYTHING = LibraryQuery()


def query(*user_ids: str, types: tuple[str, ...] = (), text: str = "", order: Order = Order.NEWEST) -> LibraryQuery:
    return LibraryQuery(frozenset(user_ids), frozenset(types), text, order)


def filenames(catalogue: Catalogue, shown: LibraryQuery) -> list[str]:
    return [record.filename for record in catalogue.rows(shown, 0, 100)]


def test_a_new_catalogue_is_empty(catalogue: Catalogue) -> None:
    assert catalogue.totals(EVERYTHING) == Totals(0, 0)
    assert catalogue.rows(EVERYTHING, 0, 10) == []
    assert catalogue.facets(EVERYTHING).people == ()


def test_a_record_comes_back_as_it_went_in(catalogue: Catalogue) -> None:
    record = sample_record(1, metadata={"campaign": "autumn", "tags": ["a", 1, None], "ü": {"nested": True}})
    bare = replace(
        sample_record(2), sha256=None, width=None, height=None, thumbnail_key=None, updated_at="2026-01-01T00:00:00Z"
    )
    catalogue.apply(LibraryChange(added=(record, bare)))
    assert catalogue.get(record.image_id) == record
    assert catalogue.get_many([bare.image_id, "nobody!1"]) == {bare.image_id: bare}


def test_applying_a_change_twice_changes_nothing_the_second_time(catalogue: Catalogue) -> None:
    change = LibraryChange(added=(sample_record(1), sample_record(2)), removed=("ann!unknown",))
    catalogue.apply(change)
    version, told = catalogue.version, []
    catalogue.subscribe(lambda: told.append(1))
    catalogue.apply(change)
    assert (catalogue.version, told) == (version, [])
    assert catalogue.totals(EVERYTHING) == Totals(2, 2000)


def test_listeners_are_told_once_for_each_commit_that_changed_something(catalogue: Catalogue) -> None:
    told: list[int] = []
    catalogue.subscribe(lambda: told.append(catalogue.version))
    catalogue.apply(LibraryChange(added=(sample_record(1), sample_record(2))))
    catalogue.apply(LibraryChange(removed=(sample_record(1).image_id,)))
    catalogue.add_if_absent(sample_record(3))
    catalogue.remove_if_owned(sample_record(3).image_id, "ann")
    assert told == [1, 2, 3, 4]


def test_an_update_replaces_the_record_and_its_counts(catalogue: Catalogue) -> None:
    record = sample_record(1, size=10)
    catalogue.apply(LibraryChange(added=(record,)))
    changed = replace(record, content_type=PNG, size=70, filename="harbour.png", metadata={"place": "Bergen"})
    catalogue.apply(LibraryChange(updated=(changed,)))
    assert catalogue.rows(EVERYTHING, 0, 10) == [changed]
    assert catalogue.totals(query(types=(PNG,))) == Totals(1, 70)
    assert [(count.value, count.images) for count in catalogue.facets(EVERYTHING).types] == [(PNG, 1)]
    assert filenames(catalogue, query(text="harbour")) == ["harbour.png"]
    assert filenames(catalogue, query(text="img")) == []


def test_adding_an_id_that_is_taken_returns_what_is_there(catalogue: Catalogue) -> None:
    first = sample_record(1)
    assert catalogue.add_if_absent(first) is None
    assert catalogue.add_if_absent(replace(first, filename="other.jpg")) == first
    assert catalogue.get(first.image_id) == first


def test_only_the_owner_removes_an_image(catalogue: Catalogue) -> None:
    record = sample_record(1)
    catalogue.apply(LibraryChange(added=(record,)))
    with pytest.raises(NotOwner):
        catalogue.remove_if_owned(record.image_id, "bo")
    with pytest.raises(NotFound):
        catalogue.remove_if_owned("ann!unknown", "ann")
    assert catalogue.remove_if_owned(record.image_id, "ann") == record
    assert catalogue.get(record.image_id) is None


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.NEWEST, ["Ärger.jpg", "apple.jpg", "Zebra.jpg", "Banana.jpg"]),
        (Order.OLDEST, ["Banana.jpg", "Zebra.jpg", "apple.jpg", "Ärger.jpg"]),
        (Order.NAME, ["apple.jpg", "Banana.jpg", "Zebra.jpg", "Ärger.jpg"]),
        (Order.SIZE, ["apple.jpg", "Ärger.jpg", "Zebra.jpg", "Banana.jpg"]),
    ],
)
def test_each_order_sorts_by_its_own_key(catalogue: Catalogue, order: Order, expected: list[str]) -> None:
    named = [("Banana.jpg", 5), ("Zebra.jpg", 30), ("apple.jpg", 900), ("Ärger.jpg", 200)]
    records = [sample_record(number, filename=name, size=size) for number, (name, size) in enumerate(named)]
    catalogue.apply(LibraryChange(added=tuple(records)))
    assert filenames(catalogue, query(order=order)) == expected


def test_equal_keys_are_ordered_by_id_so_that_pages_never_overlap(catalogue: Catalogue) -> None:
    moment = "2026-05-05T05:05:05.000000Z"
    records = tuple(sample_record(n, filename="same.jpg", created_at=moment) for n in range(50))
    catalogue.apply(LibraryChange(added=records))
    for order in Order:
        ids = [i for start in range(0, 50, 7) for i in catalogue.ids(query(order=order), start, 7)]
        assert ids == sorted(ids, reverse=order in {Order.NEWEST, Order.SIZE})
        assert len(set(ids)) == 50


def test_filters_are_or_within_and_and_across(catalogue: Catalogue) -> None:
    catalogue.apply(
        LibraryChange(
            added=(
                sample_record(1, "ann", "image/jpeg"),
                sample_record(2, "ann", PNG),
                sample_record(3, "bo", PNG),
                sample_record(4, "cy", "image/gif"),
            )
        )
    )
    assert catalogue.totals(query("ann", "bo")).images == 3
    assert catalogue.totals(query("ann", "bo", types=(PNG,))).images == 2
    assert [r.user_id for r in catalogue.rows(query("ann", "cy", types=(PNG, "image/gif")), 0, 9)] == ["cy", "ann"]
    assert catalogue.images_of("ann") == 2
    assert catalogue.images_of("nobody") == 0


def test_rows_beyond_the_end_are_empty(catalogue: Catalogue) -> None:
    catalogue.apply(LibraryChange(added=tuple(map(sample_record, range(5)))))
    assert catalogue.rows(EVERYTHING, 5, 10) == []
    assert catalogue.rows(EVERYTHING, 3, 0) == []
    assert len(catalogue.rows(EVERYTHING, 3, 10)) == 2


def test_position_is_the_inverse_of_rows(catalogue: Catalogue) -> None:
    records = tuple(sample_record(n, "ab"[n % 2], (PNG, "image/gif")[n % 3 == 0], size=n // 4) for n in range(60))
    catalogue.apply(LibraryChange(added=records))
    for order in Order:
        for shown in (query(order=order), query("a", types=(PNG,), order=order), query(text="img", order=order)):
            ids = catalogue.ids(shown, 0, 100)
            assert [catalogue.position(shown, image_id) for image_id in ids] == list(range(len(ids)))
    assert catalogue.position(query("b"), records[0].image_id) is None
    assert catalogue.position(query(text="nowhere"), records[0].image_id) is None
    assert catalogue.position(EVERYTHING, "ann!unknown") is None


def test_each_facet_is_counted_under_the_other_filters_but_not_its_own(catalogue: Catalogue) -> None:
    catalogue.apply(
        LibraryChange(
            added=(
                sample_record(1, "ann", "image/jpeg"),
                sample_record(2, "ann", PNG),
                sample_record(3, "bo", PNG),
                sample_record(4, "cy", "image/gif"),
            )
        )
    )
    facets = catalogue.facets(query("ann", types=(PNG,)))
    assert [(count.value, count.images) for count in facets.people] == [("ann", 1), ("bo", 1), ("cy", 0)]
    assert [(count.value, count.images) for count in facets.types] == [("image/jpeg", 1), (PNG, 1), ("image/gif", 0)]
    assert facets.library_images == 4


def test_facets_of_a_search_count_its_matches(catalogue: Catalogue) -> None:
    catalogue.apply(
        LibraryChange(
            added=(
                sample_record(1, "ann", filename="harbour.jpg"),
                sample_record(2, "bo", PNG, filename="harbour.png"),
                sample_record(3, "bo", filename="forest.jpg"),
            )
        )
    )
    facets = catalogue.facets(query("bo", text="harb"))
    assert [(count.value, count.images) for count in facets.people] == [("ann", 1), ("bo", 1)]
    assert [(count.value, count.images) for count in facets.types] == [(PNG, 1), ("image/jpeg", 0)]
    assert catalogue.totals(query("bo", text="harb")) == Totals(1, 1000)


def test_a_value_leaves_the_facets_with_its_last_image(catalogue: Catalogue) -> None:
    catalogue.apply(LibraryChange(added=(sample_record(1, "ann"), sample_record(2, "bo"))))
    catalogue.apply(LibraryChange(removed=(sample_record(2, "bo").image_id,)))
    assert [count.value for count in catalogue.facets(EVERYTHING).people] == ["ann"]


def test_absurd_sizes_do_not_break_the_totals(catalogue: Catalogue) -> None:
    catalogue.apply(LibraryChange(added=tuple(sample_record(n, size=2**63 - 1) for n in range(10))))
    assert catalogue.totals(EVERYTHING).images == 10
    assert catalogue.totals(query(text="img")) == catalogue.totals(EVERYTHING)
    assert catalogue.get(sample_record(0).image_id) == sample_record(0, size=2**63 - 1)


def test_text_that_is_no_unicode_is_kept_readable(catalogue: Catalogue) -> None:
    hostile = replace(
        sample_record(1, metadata={"note": "a\ud800b"}), image_id="ann!\udfff", filename="a\0b\ud800.jpg", key="k\ud800"
    )
    catalogue.apply(LibraryChange(added=(hostile,)))
    catalogue.apply(LibraryChange(added=(hostile,)))
    kept = catalogue.get("ann!\udfff")
    assert kept is not None
    assert (kept.image_id, kept.filename, kept.metadata) == ("ann!�", "a\0b�.jpg", {"note": "a�b"})
    assert catalogue.version == 1
    assert catalogue.totals(query("\ud800", text="\ud800 a\0")).images == 0
    catalogue.apply(LibraryChange(removed=("ann!\udfff",)))
    assert catalogue.totals(EVERYTHING).images == 0


def test_since_and_all_ids_walk_everything_by_batches(catalogue: Catalogue) -> None:
    records = [sample_record(n) for n in range(2500)]
    catalogue.apply(LibraryChange(added=tuple(records)))
    assert list(catalogue.all_ids()) == [record.image_id for record in records]
    assert list(catalogue.since(records[300].created_at)) == list(reversed(records[300:]))


def test_a_closed_catalogue_says_so(catalogue: Catalogue) -> None:
    catalogue.close()
    catalogue.close()
    with pytest.raises(StoreUnavailable):
        catalogue.totals(EVERYTHING)
    with pytest.raises(StoreUnavailable):
        catalogue.apply(LibraryChange(added=(sample_record(1),)))
    with pytest.raises(StoreUnavailable):
        catalogue.refresh_external()


def test_bytes_are_found_by_their_digest_the_oldest_image_first(catalogue: Catalogue) -> None:
    digest = "ab" * 32
    first, second = (replace(sample_record(number), sha256=digest) for number in (1, 2))
    catalogue.apply(LibraryChange(added=(second, first, replace(sample_record(3), sha256=None))))
    assert catalogue.find_by_sha256(digest) == min(first, second, key=lambda record: record.created_at)
    assert catalogue.find_by_sha256("cd" * 32) is None
    catalogue.apply(LibraryChange(removed=(first.image_id, second.image_id)))
    assert catalogue.find_by_sha256(digest) is None


def test_a_digest_is_looked_up_by_its_index(catalogue: Catalogue) -> None:
    with catalogue._database.reading() as connection:
        plan = connection.execute("EXPLAIN QUERY PLAN SELECT 1 FROM images WHERE sha256 = 'ab'").fetchall()
    assert "images_by_sha256" in str(plan)
