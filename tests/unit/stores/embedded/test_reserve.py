"""The room that a deletion finds on a full disk."""

from __future__ import annotations

from pathlib import Path

from imagedesk.stores.embedded.reserve import RESERVE_NAME, SIZE, Reserve


def test_it_is_made_once_and_given_away_once(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path)
    reserve.keep()
    reserve.keep()
    assert (tmp_path / RESERVE_NAME).stat().st_size == SIZE
    assert reserve.free()
    assert not reserve.free()
    reserve.keep()
    assert reserve.free()


def test_a_folder_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    Reserve(tmp_path / "none").keep()
    assert not Reserve(tmp_path / "none").free()
