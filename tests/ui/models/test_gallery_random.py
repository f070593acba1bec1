"""Random sequences of catalogue changes and gestures: the model always shows one version of the catalogue exactly, and
Qt's persistent indexes stay on their images."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import QPersistentModelIndex
from pytestqt.modeltest import ModelTester

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.changes import LibraryChange
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import LibraryQuery, Order
from imagedesk.models import row_window
from imagedesk.models.gallery_model import GalleryModel
from tests.fakes.operation_runner import HandRunner
from tests.fakes.sample_records import sample_record

QUERIES = [LibraryQuery(order=order) for order in Order] + [
    LibraryQuery(user_ids=frozenset({"bea"}), order=Order.NAME),
    LibraryQuery(content_types=frozenset({"image/png"})),
    LibraryQuery(text="boat", order=Order.SIZE),
]
KEPT = 500


class World:
    """The catalogue, what it held at each version as a plain dictionary, and the model that follows it."""

    def __init__(self, seed: int, catalogue: Catalogue, model: GalleryModel, runner: HandRunner) -> None:
        self.chance = random.Random(seed)
        self.catalogue, self.model, self.runner = catalogue, model, runner
        self.records: dict[str, ImageRecord] = {}
        self.history: dict[int, dict[str, ImageRecord]] = {}
        self.marks: dict[str, QPersistentModelIndex] = {}
        self.number = 0
        self.resets = 0
        model.modelReset.connect(self.on_reset)
        self.note()

    def on_reset(self) -> None:
        self.resets += 1
        self.marks.clear()

    def note(self) -> None:
        self.history[self.catalogue.version] = dict(self.records)

    def new_record(self) -> ImageRecord:
        self.number += 1
        chance = self.chance
        return sample_record(
            chance.choice([self.number, self.number + chance.randrange(1_000_000)]),
            chance.choice(["ann", "bea", "cem"]),
            chance.choice(["image/png", "image/jpeg"]),
            f"{chance.choice(['boat', 'tree', 'house'])}_{chance.randrange(1000)}.jpg",
            size=chance.randrange(50),
        )

    def change_the_catalogue(self) -> None:
        chance, known = self.chance, list(self.records.values())
        some = chance.sample(known, min(len(known), chance.choice([0, 1, 1, 3, 40])))
        removed = tuple(record.image_id for record in some[: len(some) // 2])
        updated = tuple(
            replace(record, **chance.choice([{"size": chance.randrange(50)}, {"metadata": {"n": self.number}}]))
            for record in some[len(some) // 2 :]
        )
        added = tuple(self.new_record() for _ in range(chance.choice([0, 1, 1, 2, 60])))
        self.catalogue.apply(LibraryChange(added, updated, removed))
        self.records.update({record.image_id: record for record in (*added, *updated)})
        for image_id in removed:
            self.records.pop(image_id, None)
        self.note()

    def mark_rows(self) -> None:
        """Remember some rows as a view does."""
        for _ in range(min(3, self.model.rowCount())):
            row = self.chance.randrange(self.model.rowCount())
            if (record := self.model.record(row)) is not None:
                self.marks[record.image_id] = QPersistentModelIndex(self.model.index(row))

    def step(self) -> None:
        kind = self.chance.choice(["change", "change", "refresh", "refresh", "work", "work", "scroll", "mark", "query"])
        if kind == "change":
            self.change_the_catalogue()
        elif kind == "refresh":
            self.model.refresh()
        elif kind == "work" and self.runner.held:
            operation = self.runner.held.pop(0)
            operation.work()
            if self.chance.random() < 0.3:  # the world moves on before the result arrives
                self.change_the_catalogue()
                self.model.refresh()
            operation.deliver()
        elif kind == "scroll":
            row = self.chance.randrange(self.model.rowCount() + 1)
            self.model.visible_rows_changed(row, row + self.chance.randrange(60))
        elif kind == "mark":
            self.mark_rows()
        elif kind == "query" and self.chance.random() < 0.1:
            self.model.set_query(self.chance.choice(QUERIES))

    def shown_of(self, version: int, query: LibraryQuery) -> list[ImageRecord]:
        """The plain list: what the query shows of a version."""
        keys = {
            Order.NAME: lambda record: (_name_key(record.filename), record.image_id),
            Order.SIZE: lambda record: (record.size, record.image_id),
        }
        shown = [
            record
            for record in self.history[version].values()
            if (not query.user_ids or record.user_id in query.user_ids)
            and (not query.content_types or record.content_type in query.content_types)
            and record.filename.startswith(query.text)
        ]
        shown.sort(key=keys.get(query.order, lambda record: (record.created_at, record.image_id)))
        return shown[::-1] if query.order in (Order.NEWEST, Order.SIZE) else shown

    def check(self) -> None:
        version = self.model._version
        if version == -1:  # another query was asked for, and the rows of the one before are still shown
            return
        expected = self.shown_of(version, self.model.query)
        assert self.model.rowCount() == len(expected)
        at_hand = {row: record for row in range(len(expected)) if (record := self.model.record(row)) is not None}
        assert at_hand == {row: expected[row] for row in at_hand}
        assert len(at_hand) <= row_window.KEPT
        row_of = {record.image_id: row for row, record in enumerate(expected)}
        for image_id, mark in self.marks.items():
            if mark.isValid():
                assert mark.row() == row_of[image_id]


def _name_key(name: str) -> str:
    from imagedesk.catalogue.rows import name_key

    return name_key(name)


@pytest.mark.parametrize("seed", range(6))
def test_the_model_always_shows_one_version_exactly(
    seed: int,
    catalogue: Catalogue,
    model: GalleryModel,
    runner: HandRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(row_window, "KEPT", KEPT)
    world = World(seed, catalogue, model, runner)
    for _ in range(20):
        world.change_the_catalogue()
    model.set_query(LibraryQuery())
    for _ in range(250):
        world.step()
        world.check()
    model.refresh()
    runner.run_all()
    world.check()
    assert model._version == catalogue.version
    first, last = model._visible
    assert all(model.record(row) is not None for row in range(first, min(last + 1, model.rowCount())))


@pytest.mark.parametrize("seed", range(4))
def test_what_was_marked_and_stayed_where_it_was_keeps_its_mark(
    seed: int, catalogue: Catalogue, model: GalleryModel, runner: HandRunner
) -> None:
    world = World(seed, catalogue, model, runner)
    for _ in range(5):
        world.change_the_catalogue()
    model.set_query(LibraryQuery())
    runner.run_all()
    resets = world.resets
    for _ in range(40):
        world.mark_rows()
        before = {image_id: world.records[image_id].created_at for image_id, mark in world.marks.items()}
        world.change_the_catalogue()
        model.refresh()
        runner.run_all()
        assert world.resets == resets
        for image_id in before:  # newest first: nothing but a deletion takes a row away
            assert world.marks[image_id].isValid() == (image_id in world.records)
        world.marks = {image_id: mark for image_id, mark in world.marks.items() if mark.isValid()}
        world.check()


def test_the_model_keeps_every_rule_of_qt_on_the_way(
    catalogue: Catalogue, model: GalleryModel, runner: HandRunner, qtmodeltester: ModelTester
) -> None:
    qtmodeltester.check(model)  # goes on watching, and walks every row at every signal
    world = World(99, catalogue, model, runner)
    world.change_the_catalogue()
    model.set_query(LibraryQuery())
    for _ in range(60):
        world.step()
        world.check()
    assert world.resets
