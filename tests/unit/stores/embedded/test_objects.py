"""What only the folder of an embedded library does; what every object store does is in the contract suite."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from imagedesk.core.errors import (
    CannotWrite,
    DiskFull,
    EnvironmentFault,
    InvalidRequest,
    LinksNotOffered,
    NotFound,
    StoreUnavailable,
    UnreadableFile,
)
from imagedesk.core.ports import ObjectDescription
from imagedesk.stores.embedded.objects import FolderObjects

KEY = "images/ann/01H/IMG 1.jpg"
DATA = b"picture" * 1000

CLIMBING_KEYS = [
    "", "images", "library.sqlite", "/etc/passwd", "../outside/x", "images/../../outside/x", "images/./x", "images//x",
    "images/ann/", "images\\..\\..\\x/y", "C:/windows/x", "images/C:x", "images/a\0b/x", "images/\ud800/x",
    "images/" + "n" * 256,
]  # fmt: skip


def describe(data: bytes) -> ObjectDescription:
    return ObjectDescription("image/jpeg", len(data), hashlib.sha256(data).hexdigest(), "ann", "ann!01H", "IMG 1.jpg")


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def objects(root: Path) -> FolderObjects:
    return FolderObjects(root)


def test_an_object_is_a_plain_file_that_a_person_finds(objects: FolderObjects, root: Path) -> None:
    objects.put(KEY, DATA, describe(DATA))
    assert (root / KEY).read_bytes() == DATA
    assert files_below(root) == [KEY]
    assert objects.local_path(KEY) == root / KEY
    assert objects.url(KEY) == (root / KEY).as_uri()


def test_links_are_not_offered_but_the_file_is_named(objects: FolderObjects, root: Path) -> None:
    with pytest.raises(LinksNotOffered) as caught:
        objects.presign(KEY, "IMG 1.jpg", "image/jpeg", timedelta(days=1))
    assert str(root / KEY) in caught.value.message


@pytest.mark.parametrize("key", CLIMBING_KEYS)
def test_a_key_never_names_anything_outside(objects: FolderObjects, root: Path, key: str) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "x").write_bytes(b"private")
    with pytest.raises(InvalidRequest):
        objects.put(key, DATA, describe(DATA))
    with pytest.raises(InvalidRequest):
        objects.url(key)
    with pytest.raises(NotFound):
        objects.read(key, 100)
    with pytest.raises(NotFound):
        objects.download(key, root.parent / "got")
    objects.delete(key)
    assert objects.local_path(key) is None
    assert files_below(outside) == ["x"]
    assert not files_below(root)


def test_a_symbolic_link_does_not_lead_outside(objects: FolderObjects, root: Path) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "x.jpg").write_bytes(b"private")
    (root / "images").mkdir(parents=True)
    (root / "images" / "ann").symlink_to(outside, target_is_directory=True)
    with pytest.raises(NotFound):
        objects.read("images/ann/x.jpg", 100)
    with pytest.raises(InvalidRequest):
        objects.put("images/ann/y.jpg", DATA, describe(DATA))
    objects.delete("images/ann/x.jpg")
    assert files_below(outside) == ["x.jpg"]


def test_a_circle_of_links_is_nothing(objects: FolderObjects, root: Path) -> None:
    (root / "images").mkdir(parents=True)
    (root / "images" / "ann").symlink_to(root / "images" / "ann")
    with pytest.raises(NotFound):
        objects.read("images/ann/x.jpg", 100)
    objects.delete("images/ann/x.jpg")


def test_delete_tidies_the_folders_that_became_empty(objects: FolderObjects, root: Path) -> None:
    other = "images/ann/02H/IMG 2.jpg"
    objects.put(KEY, DATA, describe(DATA))
    objects.put(other, DATA, describe(DATA))
    objects.delete(KEY)
    assert not (root / "images/ann/01H").exists()
    objects.delete(other)
    assert (root / "images").is_dir()
    assert not (root / "images/ann").exists()


def test_delete_leaves_folders_alone(objects: FolderObjects, root: Path) -> None:
    objects.put(KEY, DATA, describe(DATA))
    objects.delete("images/ann/01H")
    objects.delete(f"{KEY}/deeper")
    assert files_below(root) == [KEY]


def test_a_source_that_cannot_be_read_is_the_files_fault(objects: FolderObjects, root: Path, tmp_path: Path) -> None:
    for source in (tmp_path / "absent.jpg", tmp_path):
        with pytest.raises(UnreadableFile):
            objects.put(KEY, source, describe(DATA))
    assert not files_below(root)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(errno.ENOSPC, DiskFull), (errno.EROFS, CannotWrite), (errno.EACCES, CannotWrite), (errno.EIO, CannotWrite)],
)
@pytest.mark.parametrize("step", ["fsync", "link"])
def test_a_disk_that_refuses_leaves_nothing(
    objects: FolderObjects,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    number: int,
    expected: type[EnvironmentFault],
) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(expected):
        objects.put(KEY, DATA, describe(DATA))
    assert not files_below(root)


def test_a_file_in_the_way_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "library").write_text("in the way")
    with pytest.raises(CannotWrite):
        FolderObjects(tmp_path / "library").put(KEY, DATA, describe(DATA))


def test_a_file_system_without_hard_links_works_too(
    objects: FolderObjects, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_arguments: object) -> None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(os, "link", unsupported)
    objects.put(KEY, DATA, describe(DATA))
    objects.put(KEY, DATA, describe(DATA))
    assert files_below(root) == [KEY]
    assert (root / KEY).read_bytes() == DATA


def test_a_folder_tidied_away_meanwhile_is_made_again(
    objects: FolderObjects, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, refusals = os.link, iter([True, True, False])

    def tidied_first(source: Path, target: Path) -> None:
        if next(refusals):
            target.parent.rmdir()
        link(source, target)

    monkeypatch.setattr(os, "link", tidied_first)
    objects.put(KEY, DATA, describe(DATA))
    assert files_below(root) == [KEY]


def test_the_file_and_its_new_folders_are_synced(
    objects: FolderObjects, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def noting(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").resolve().name if Path("/proc/self/fd").exists() else "?")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    objects.put(KEY, DATA, describe(DATA))
    assert len(synced) == 5
    if "?" not in synced:
        assert synced[1:] == ["01H", "ann", "images", "library"]


def test_a_download_that_cannot_be_written_is_said(objects: FolderObjects, tmp_path: Path) -> None:
    objects.put(KEY, DATA, describe(DATA))
    with pytest.raises(CannotWrite):
        objects.download(KEY, tmp_path / "absent" / "x.jpg")


def test_a_file_that_went_away_during_the_look_is_not_found(
    objects: FolderObjects, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects.put(KEY, DATA, describe(DATA))
    monkeypatch.setattr(Path, "is_file", lambda _path: True)
    (root / KEY).unlink()
    with pytest.raises(NotFound):
        objects.read(KEY, 10)


def test_an_object_that_cannot_be_read_is_the_librarys_fault(
    objects: FolderObjects, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects.put(KEY, DATA, describe(DATA))

    def refuse(*_arguments: object) -> Iterator[bytes]:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(StoreUnavailable):
        objects.read(KEY, 10)
