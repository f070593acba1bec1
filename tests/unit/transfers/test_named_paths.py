from __future__ import annotations

import os
import pickle
from pathlib import Path

from imagedesk.transfers.named_paths import NamedPaths

TWO = NamedPaths(("/a/1.jpg", "/a/2.jpg"))


def test_names_become_paths_where_they_are_used() -> None:
    assert list(TWO) == [Path("/a/1.jpg"), Path("/a/2.jpg")]
    assert (len(TWO), TWO[-1], bool(TWO), bool(NamedPaths())) == (2, Path("/a/2.jpg"), True, False)
    assert TWO[1:] == NamedPaths(("/a/2.jpg",))


def test_more_can_come_whether_named_or_not() -> None:
    assert list(TWO.and_more([Path("/b")]).and_more(TWO)) == [*TWO, Path("/b"), *TWO]


def test_named_ones_are_taken_as_they_are() -> None:
    assert NamedPaths.of(TWO) is TWO
    assert NamedPaths.of([Path("/a/1.jpg"), Path("/a/2.jpg")]) == TWO


def test_a_name_that_is_no_text_comes_back_the_same() -> None:
    path = Path(os.fsdecode(b"/a/\xff.jpg"))
    assert list(NamedPaths.of([path])) == [path]


def test_they_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(TWO)) == TWO
