"""What is visible is at hand, and little else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.changes import LibraryChange
from imagedesk.core.query import LibraryQuery
from imagedesk.models import row_window
from imagedesk.models.gallery_model import GalleryModel
from tests.fakes.operation_runner import HandRunner
from tests.fakes.sample_records import sample_record
from tests.ui.models.conftest import fill, ids_at_hand, loaded

EVERYTHING = LibraryQuery()


def test_what_is_visible_is_at_hand_after_a_reset_too(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner
) -> None:
    fill(catalogue, 4000)
    loaded(model, runner)
    model.visible_rows_changed(2990, 3010)
    runner.run_all()
    fill(catalogue, 2500, first=5000)  # more than a view follows row by row
    model.refresh()
    runner.run_all()
    assert model.rowCount() == 6500
    assert all(model.record(row) is not None for row in range(2990, 3011))


def test_what_is_visible_is_at_hand_after_many_rows_came_above_it_or_went(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner
) -> None:
    fill(catalogue, 3000)
    loaded(model, runner)
    model.visible_rows_changed(1000, 1050)
    runner.run_all()
    fill(catalogue, 900, first=5000)
    model.refresh()
    runner.run_all()
    assert all(model.record(row) is not None for row in range(1000, 1051))
    gone = catalogue.ids(EVERYTHING, 500, 900)
    catalogue.apply(LibraryChange(removed=tuple(gone)))
    model.refresh()
    runner.run_all()
    assert [model.record(row).image_id for row in range(1000, 1051)] == catalogue.ids(EVERYTHING, 1000, 51)


def test_a_visible_image_that_changed_is_read_again_though_hundreds_came(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner
) -> None:
    fill(catalogue, 300)
    loaded(model, runner)
    model.visible_rows_changed(590, 610)
    changed = replace(sample_record(295), metadata={"title": "Boats"})
    catalogue.apply(LibraryChange(added=tuple(sample_record(n) for n in range(1000, 1600)), updated=(changed,)))
    model.refresh()
    runner.run_all()
    assert model.record(604) == changed


def test_what_a_slot_asks_for_while_rows_move_is_loaded(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner
) -> None:
    fill(catalogue, 2000)
    loaded(model, runner)
    model.rowsInserted.connect(lambda *_: model.visible_rows_changed(1500, 1520))
    fill(catalogue, 3, first=3000)
    model.refresh()
    runner.run_all()
    assert [model.record(row).image_id for row in range(1500, 1521)] == catalogue.ids(EVERYTHING, 1500, 21)


def test_a_page_that_comes_short_is_not_asked_for_for_ever(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(catalogue, 10)
    monkeypatch.setattr(catalogue, "rows", lambda _query, _offset, _limit: [])
    model.set_query(EVERYTHING)
    runner.run_all(at_most=3)
    assert (model.rowCount(), ids_at_hand(model)) == (10, {})


def test_the_rows_at_hand_are_bounded_while_thousands_come_and_the_view_scrolls(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_window, "KEPT", 1000)
    fill(catalogue, 500)
    loaded(model, runner)
    for number in range(10):  # nobody scrolls
        fill(catalogue, 300, first=1000 + 300 * number)
        model.refresh()
        runner.run_all()
        assert len(ids_at_hand(model)) <= 1000
    for row in range(0, 3400, 170):
        model.visible_rows_changed(row, row + 40)
        runner.run_all()
        assert len(ids_at_hand(model)) <= 1000
        assert model.record(row + 20) is not None
