"""Notes of deletions in files: there after a crash, whatever the name of the picture or the state of the folder."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk.core.errors import CannotWrite
from imagedesk.stores.deletion_notes import FileDeletionNotes
from tests.fakes.sample_records import sample_record


def test_a_note_is_there_until_it_is_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "not yet" / "notes"
    first, second = sample_record(1, filename="høst \ud800 😀.jpg"), replace(sample_record(2), image_id="../../x")
    for record in (first, second, first):
        FileDeletionNotes(folder).note(record)
    notes = FileDeletionNotes(folder)
    assert {record.image_id: record for record in notes.pending()} == {first.image_id: first, second.image_id: second}
    notes.forget(first.image_id)
    notes.forget(first.image_id)
    assert list(notes.pending()) == [second]
    assert [path.parent for path in folder.iterdir()] == [folder]


def test_a_damaged_note_hides_no_other(tmp_path: Path) -> None:
    notes = FileDeletionNotes(tmp_path)
    (tmp_path / "0.json").write_text("{")
    (tmp_path / "1.json").write_text('{"image_id": "x"}')
    (tmp_path / "2.json").write_bytes(b"\xff\xfe")
    (tmp_path / "3.json").write_text("[]")
    notes.note(sample_record(1))
    assert list(notes.pending()) == [sample_record(1)]


def test_no_folder_is_no_note(tmp_path: Path) -> None:
    notes = FileDeletionNotes(tmp_path / "absent")
    assert list(notes.pending()) == []
    notes.forget("x")


@pytest.mark.skipif(os.name == "nt", reason="a file in the place of the folder is another error there")
def test_a_note_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite):
        FileDeletionNotes(tmp_path / "file").note(sample_record(1))
