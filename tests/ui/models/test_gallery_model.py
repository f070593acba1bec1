from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import StoreUnavailable
from imagedesk.core.query import LibraryQuery, Order
from imagedesk.models.gallery_model import GalleryModel
from imagedesk.models.roles import GalleryRole
from imagedesk.models.row_window import PAGE
from imagedesk.workers.operation_runner import OperationRunner
from tests.fakes.operation_runner import HandRunner
from tests.fakes.sample_records import sample_record
from tests.ui.library_in_memory import WAIT_MS
from tests.ui.models.conftest import fill, ids_at_hand, loaded

EVERYTHING = LibraryQuery()


class Steps(QObject):
    """Notes what the model tells, in order."""

    def __init__(self, model: GalleryModel) -> None:
        super().__init__(model)
        self.told: list[tuple[object, ...]] = []
        model.rowsRemoved.connect(self.on_removed)
        model.rowsInserted.connect(self.on_inserted)
        model.modelReset.connect(self.on_reset)
        model.relocated.connect(self.on_relocated)
        model.failed.connect(self.on_failed)

    def on_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        self.told.append(("removed", first, last))

    def on_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        self.told.append(("inserted", first, last))

    def on_reset(self) -> None:
        self.told.append(("reset",))

    def on_relocated(self, found: dict[str, int]) -> None:
        self.told.append(("relocated", found))

    def on_failed(self, error: Exception) -> None:
        self.told.append(("failed", type(error)))


def test_it_keeps_every_rule_of_qt_while_rows_come_go_and_change(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner, qtmodeltester: ModelTester
) -> None:
    qtmodeltester.check(model)  # goes on watching
    fill(catalogue, 30)
    loaded(model, runner)
    changed = replace(sample_record(4), metadata={"note": "x"})
    gone = (sample_record(0).image_id, sample_record(29).image_id, sample_record(12).image_id)
    catalogue.apply(LibraryChange(added=(sample_record(99),), updated=(changed,), removed=gone))
    model.refresh()
    runner.run_all()
    assert model.rowCount() == 28


def test_a_row_shows_its_name_owner_id_and_record_as_plain_text(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner
) -> None:
    record = sample_record(1, filename="a\u202egpj.exe")
    catalogue.apply(LibraryChange(added=(record,)))
    index = loaded(model, runner).index(0)
    assert index.data(GalleryRole.RECORD) == record
    assert index.data(GalleryRole.IMAGE_ID) == record.image_id
    assert index.data() == "a\ufffdgpj.exe"
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "a\ufffdgpj.exe, by ann"
    assert index.data(Qt.ItemDataRole.EditRole) is None


def test_a_row_that_is_not_at_hand_is_there_and_empty(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner
) -> None:
    fill(catalogue, 3 * PAGE)
    loaded(model, runner)
    assert model.rowCount() == 3 * PAGE
    assert model.index(3 * PAGE - 1).data(GalleryRole.RECORD) is None
    assert model.index(3 * PAGE - 1).data() is None
    model.visible_rows_changed(3 * PAGE - 10, 3 * PAGE - 1)
    runner.run_all()
    assert model.index(3 * PAGE - 1).data(GalleryRole.RECORD) == sample_record(0)


def test_rows_move_exactly_as_the_catalogue_says(catalogue: Catalogue, model: GalleryModel, runner: HandRunner) -> None:
    fill(catalogue, 10)
    steps = Steps(loaded(model, runner))
    steps.told.clear()
    gone = tuple(sample_record(number).image_id for number in (0, 5, 6))
    catalogue.apply(LibraryChange(added=(sample_record(20), sample_record(21)), removed=gone))
    model.refresh()
    runner.run_all()
    assert steps.told == [("removed", 9, 9), ("removed", 3, 4), ("inserted", 0, 1)]
    assert ids_at_hand(model) == dict(enumerate(catalogue.ids(EVERYTHING, 0, 100)))


def test_selection_and_persistent_indexes_follow_their_images(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner
) -> None:
    fill(catalogue, 20)
    selection = QItemSelectionModel(loaded(model, runner), model)
    for row in (3, 4, 15):
        selection.select(model.index(row), QItemSelectionModel.SelectionFlag.Select)
    selection.setCurrentIndex(model.index(15), QItemSelectionModel.SelectionFlag.NoUpdate)
    kept, gone = QPersistentModelIndex(model.index(15)), QPersistentModelIndex(model.index(4))
    chosen = [model.record(row).image_id for row in (3, 15)]
    removed = (model.record(4).image_id, model.record(10).image_id)
    catalogue.apply(LibraryChange(added=(sample_record(50), sample_record(51), sample_record(52)), removed=removed))
    model.refresh()
    runner.run_all()
    assert sorted(index.data(GalleryRole.IMAGE_ID) for index in selection.selectedIndexes()) == sorted(chosen)
    assert (kept.row(), gone.isValid()) == (16, False)
    assert selection.currentIndex().row() == 16


def test_an_image_that_changed_in_place_shows_as_it_is_now(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner, qtbot: QtBot
) -> None:
    fill(catalogue, 10)
    loaded(model, runner)
    changed = replace(sample_record(6), metadata={"title": "Boats"})
    catalogue.apply(LibraryChange(updated=(changed,)))
    with qtbot.waitSignal(model.dataChanged, check_params_cb=lambda top, *_: top.row() == 3):
        model.refresh()
        runner.run_all()
    assert model.record(3) == changed


def test_a_reset_tells_where_the_remembered_images_went(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner
) -> None:
    fill(catalogue, 10)
    steps = Steps(loaded(model, runner))
    model.remember([sample_record(2).image_id, sample_record(9).image_id, "nobody!x"])
    steps.told.clear()
    model.set_query(LibraryQuery(order=Order.OLDEST))
    runner.run_all()
    assert steps.told == [
        ("reset",),
        ("relocated", {sample_record(2).image_id: 2, sample_record(9).image_id: 9}),
    ]


def test_a_result_that_another_query_has_overtaken_is_dropped(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner
) -> None:
    fill(catalogue, 10)
    steps = Steps(model)
    model.set_query(EVERYTHING)
    late = runner.held.pop()
    late.work()
    model.set_query(LibraryQuery(user_ids=frozenset({"bea"})))
    runner.run_all()
    late.deliver()
    assert late.token.is_cancelled
    assert model.rowCount() == 0
    assert steps.told == [("reset",), ("relocated", {})]


def test_a_failure_that_another_query_has_overtaken_is_not_told(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner
) -> None:
    steps = Steps(loaded(model, runner))
    steps.told.clear()
    model.fetch_records([(0, 20_000)], lambda records: steps.told.append(("used", records)))
    late = runner.held.pop()
    late.ending = ("error", StoreUnavailable("gone"))
    model.set_query(LibraryQuery(order=Order.SIZE))
    late.deliver()
    assert steps.told == []


def test_a_load_that_fails_is_told_and_made_up_for_by_the_next_look(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner
) -> None:
    fill(catalogue, 10)
    steps = Steps(model)
    model.set_query(EVERYTHING)
    runner.held[0].operation = _out_of_reach
    runner.run_all()
    assert steps.told == [("failed", StoreUnavailable)]
    model.visible_rows_changed(0, 5)
    runner.run_all()
    assert len(ids_at_hand(model)) == 10


def _out_of_reach(_cancel: object) -> None:
    raise StoreUnavailable("The disk is away.")


def test_one_load_is_under_way_at_a_time_and_one_more_makes_up_for_all_that_came_meanwhile(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner
) -> None:
    fill(catalogue, 10)
    loaded(model, runner)
    runner.started = 0
    for number in range(50):
        fill(catalogue, 1, first=100 + number)
        model.refresh()
    assert len(runner.held) == 1
    runner.run_all()
    assert runner.started == 2
    assert model.rowCount() == 60


def test_it_follows_a_catalogue_that_other_threads_write(
    catalogue: Catalogue, owner: QObject, qtbot: QtBot, qtmodeltester: ModelTester
) -> None:
    runner = OperationRunner("catalogue", threads=1, parent=owner)
    writers = OperationRunner("writers", threads=2, parent=owner)
    model = GalleryModel(catalogue, runner, "ann", owner)
    qtmodeltester.check(model)
    model.set_query(EVERYTHING)
    for number in range(40):
        writers.start(lambda _cancel, n=number: fill(catalogue, 5, first=n * 5), lambda _v: model.refresh(), print)
    qtbot.waitUntil(lambda: len(ids_at_hand(model)) == 200, timeout=WAIT_MS)
    assert ids_at_hand(model) == dict(enumerate(catalogue.ids(EVERYTHING, 0, 200)))
    assert writers.shutdown()
    assert runner.shutdown()


def test_the_image_at_hand_is_found_by_id(catalogue: Catalogue, model: GalleryModel, runner: HandRunner) -> None:
    fill(catalogue, 10)
    loaded(model, runner)
    assert model.row_of(sample_record(9).image_id) == 0
    assert model.row_of("nobody!x") is None
    assert model.query == EVERYTHING
