"""Which names a folder has already, and what one answer means for each file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled
from imagedesk.core.file_names import NameClash
from imagedesk.service.name_clashes import answer_for_each, taken_names
from tests.fakes.sample_records import sample_record

FIRST, SECOND, OTHER = (replace(sample_record(n), filename=name) for n, name in enumerate(("a.png", "A.png", "b.png")))


def test_names_are_looked_up_as_they_will_be_written(tmp_path: Path) -> None:
    (tmp_path / "a_b.png").write_bytes(b"x")
    (tmp_path / "lost.png").symlink_to(tmp_path / "nowhere")
    records = [replace(FIRST, filename=name) for name in ("a:b.png", "lost.png", "new.png")]
    assert taken_names(records, tmp_path, CancelToken()) == records[:2]
    assert taken_names(records, tmp_path / "missing", CancelToken()) == []


def test_the_look_can_be_cancelled(tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        taken_names([FIRST], tmp_path, cancel)


@pytest.mark.parametrize("answer", [NameClash.SKIP, NameClash.KEEP_BOTH])
def test_an_answer_holds_for_all(answer: NameClash) -> None:
    assert set(answer_for_each([FIRST, SECOND, OTHER], answer).values()) == {answer}


def test_two_of_one_name_do_not_replace_each_other() -> None:
    assert answer_for_each([FIRST, SECOND, OTHER], NameClash.REPLACE) == {
        FIRST.image_id: NameClash.REPLACE,
        SECOND.image_id: NameClash.KEEP_BOTH,
        OTHER.image_id: NameClash.REPLACE,
    }
