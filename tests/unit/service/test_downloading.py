"""Download: a file appears under its name once it is whole and verified, and never over another."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, CannotWrite, CorruptObject, NotFound, StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from tests.unit.service.conftest import PICTURE, Library


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def record(library: Library) -> ImageRecord:
    return library.upload()


def test_a_folder_gets_the_picture_under_its_own_name(library: Library, record: ImageRecord, tmp_path: Path) -> None:
    assert library.service().download(record, tmp_path) == tmp_path / "x.png"
    assert (tmp_path / "x.png").read_bytes() == PICTURE
    assert names(tmp_path) == ["x.png"]


def test_a_path_gets_the_picture_under_that_name(library: Library, record: ImageRecord, tmp_path: Path) -> None:
    assert library.service().download(record, tmp_path / "mine.bin") == tmp_path / "mine.bin"


@pytest.mark.parametrize("filename", ["../../x.png", "/etc/x.png", "..\\x.png", "con.png", "x\n.png", "..", "é" * 200])
def test_a_hostile_name_stays_in_the_folder(
    library: Library, record: ImageRecord, tmp_path: Path, filename: str
) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    path = library.service().download(replace(record, filename=filename), folder)
    assert path.resolve().parent == folder.resolve()
    assert names(tmp_path) == ["downloads"]
    assert path.read_bytes() == PICTURE


def test_a_taken_name_gets_a_number_whatever_has_taken_it(
    library: Library, record: ImageRecord, tmp_path: Path
) -> None:
    (tmp_path / "x.png").write_text("mine")
    (tmp_path / "x (2).png").mkdir()
    (tmp_path / "x (3).png").symlink_to(tmp_path / "nowhere")
    assert library.service().download(record, tmp_path).name == "x (4).png"
    assert (tmp_path / "x.png").read_text() == "mine"


def test_a_name_taken_at_the_last_moment_is_not_overwritten(
    library: Library, record: ImageRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def taken_first(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        target.write_text("somebody was quicker")
        link(source, target)

    monkeypatch.setattr(os, "link", taken_first)
    assert library.service().download(record, tmp_path).name == "x (2).png"
    assert (tmp_path / "x.png").read_text() == "somebody was quicker"
    assert names(tmp_path) == ["x (2).png", "x.png"]


def test_a_disk_without_hard_links_gets_the_file_too(
    library: Library, record: ImageRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(source: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    assert library.service().download(record, tmp_path).name == "x.png"
    assert names(tmp_path) == ["x.png"]


def test_overwriting_replaces_the_file_in_one_step(library: Library, record: ImageRecord, tmp_path: Path) -> None:
    (tmp_path / "x.png").write_text("old")
    assert library.service().download(record, tmp_path, overwrite=True) == tmp_path / "x.png"
    assert (tmp_path / "x.png").read_bytes() == PICTURE


def test_what_is_there_stays_when_the_picture_that_would_replace_it_is_damaged(
    library: Library, record: ImageRecord, tmp_path: Path
) -> None:
    (tmp_path / "x.png").write_text("old")
    library.objects.contents[record.key] = PICTURE + b"!"
    with pytest.raises(CorruptObject, match="SHA-256"):
        library.service().download(record, tmp_path, overwrite=True)
    assert (tmp_path / "x.png").read_text() == "old"
    assert names(tmp_path) == ["x.png"]


def test_an_image_without_a_digest_is_taken_as_it_comes(library: Library, record: ImageRecord, tmp_path: Path) -> None:
    library.objects.contents[record.key] = b"older client's"
    path = library.service().download(replace(record, sha256=None), tmp_path)
    assert path.read_bytes() == b"older client's"


@pytest.mark.parametrize("error", [StoreUnavailable("Down."), NotFound("Gone."), KeyboardInterrupt()])
def test_a_failed_download_leaves_nothing(
    library: Library, record: ImageRecord, tmp_path: Path, error: BaseException
) -> None:
    library.objects.faults.fail_next("download", error)
    with pytest.raises(type(error)):
        library.service().download(record, tmp_path)
    assert names(tmp_path) == []


def test_a_download_cancelled_at_any_chunk_leaves_nothing(library: Library, tmp_path: Path) -> None:
    record = library.upload(data=PICTURE + bytes(300_000))
    steps: list[int] = []
    library.service().download(record, tmp_path / "whole.png", steps.append)
    assert len(steps) > 3
    for stop in [0, *steps]:
        cancel = CancelToken()
        if stop == 0:
            cancel.cancel()

        def progress(done: int, stop: int = stop, cancel: CancelToken = cancel) -> None:
            if done == stop:
                cancel.cancel()

        with pytest.raises(Cancelled):
            library.service().download(record, tmp_path / "part.png", progress, cancel)
    assert names(tmp_path) == ["whole.png"]


def test_while_it_arrives_the_file_is_hidden(library: Library, tmp_path: Path) -> None:
    record = library.upload(data=PICTURE + bytes(200_000))
    seen: list[str] = []
    library.service().download(record, tmp_path, lambda done: seen.extend(names(tmp_path)))
    assert seen
    assert all(name.startswith(".") and name.endswith(".part") for name in seen)


def test_where_nothing_can_be_written_says_so(library: Library, record: ImageRecord, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    for target in (tmp_path / "absent" / "x.png", tmp_path / "file" / "x.png", tmp_path / ("x" * 300)):
        with pytest.raises(CannotWrite):
            library.service().download(record, target)
    assert names(tmp_path) == ["file"]
