from __future__ import annotations

import pytest

from imagedesk.core.camera_data import MAX_KINDS, Removed, dump_removed, ordered, read_removed, removed_text


def test_what_was_removed_is_told_in_words_the_weightiest_first() -> None:
    kinds = ordered({Removed.ATTACHMENTS, Removed.CAMERA, Removed.LOCATION})
    assert removed_text(kinds) == "location, camera data, attached files"
    assert read_removed(dump_removed(kinds)) == kinds
    assert dump_removed(()) is None


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (None, ()),
        ("", ()),
        (7, ()),
        (["location", 3], ("location",)),
        ("location, <b>x</b>,\u202ecamera," + "x" * 40, ("location",)),
        ("thermal", ("thermal",)),
        (",".join(["a"] * 500), ("a",) * MAX_KINDS),
    ],
)
def test_what_another_client_wrote_is_read_tolerantly(stored: object, read: tuple[str, ...]) -> None:
    assert read_removed(stored) == read
