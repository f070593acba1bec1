from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from imagedesk.core.errors import CannotWrite
from imagedesk.transfers.spool import Spool

MOMENT = datetime(2026, 3, 1, 14, 5, 9)


def test_a_pasted_picture_is_a_file_named_for_its_moment(tmp_path: Path) -> None:
    file = Spool(tmp_path / "pasted").keep(b"png", MOMENT)
    assert (file.name, file.size, file.spooled) == ("pasted-20260301-140509.png", 3, True)
    assert file.path.read_bytes() == b"png"
    assert file.modified_ns == file.path.stat().st_mtime_ns


def test_two_pictures_of_one_second_have_two_names_and_nothing_else_stays(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    names = {spool.keep(data, MOMENT).name for data in (b"one", b"two")}
    assert names == {"pasted-20260301-140509.png", "pasted-20260301-140509 (2).png"}
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "pasted").write_text("in the way")
    with pytest.raises(CannotWrite):
        Spool(tmp_path / "pasted").keep(b"png", MOMENT)
