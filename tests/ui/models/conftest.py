"""A catalogue of the test's own, and a runner in the test's hands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.changes import LibraryChange
from imagedesk.core.query import LibraryQuery
from imagedesk.models.gallery_model import GalleryModel
from tests.fakes.operation_runner import HandRunner
from tests.fakes.sample_records import sample_record


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue(tmp_path / "library.sqlite", durable=False)
    yield catalogue
    catalogue.close()


@pytest.fixture
def runner() -> HandRunner:
    return HandRunner()


@pytest.fixture
def model(catalogue: Catalogue, runner: HandRunner, owner: QObject) -> GalleryModel:
    return GalleryModel(catalogue, runner, "ann", owner)


def fill(catalogue: Catalogue, count: int, first: int = 0) -> None:
    catalogue.apply(LibraryChange(added=tuple(sample_record(number) for number in range(first, first + count))))


def ids_at_hand(model: GalleryModel) -> dict[int, str]:
    """Image ids by row, of the rows that are at hand."""
    return {row: record.image_id for row in range(model.rowCount()) if (record := model.record(row)) is not None}


def loaded(model: GalleryModel, runner: HandRunner) -> GalleryModel:
    model.set_query(LibraryQuery())
    runner.run_all()
    return model
