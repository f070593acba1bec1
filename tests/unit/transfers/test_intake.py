from __future__ import annotations

import os
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, SourceChanged, UnreadableFile
from imagedesk.transfers.intake import IntakeFile, check_unchanged, walk
from imagedesk.transfers.transfer import Transfer, TransferKind

PNG = b"\x89PNG\r\n\x1a\n and the rest"


def found(*paths: Path) -> tuple[list[IntakeFile], int, list[str]]:
    files: list[IntakeFile] = []
    skipped, notes = 0, []
    for chunk in walk(paths, CancelToken()):
        files += chunk.files
        skipped += chunk.skipped
        notes += chunk.notes
    return files, skipped, notes


def transfer_of(file: IntakeFile) -> Transfer:
    return Transfer(
        1, TransferKind.UPLOAD, file.name, file.size, "i", "ann", 1, source=file.path, modified_ns=file.modified_ns
    )


def test_a_file_that_was_named_is_always_listed(tmp_path: Path) -> None:
    for name in ("notes.txt", ".hidden.png", "notes.png"):
        (tmp_path / name).write_text("text")
    wanted = [tmp_path / "notes.txt", tmp_path / ".hidden.png", tmp_path / "notes.png", tmp_path / "gone.png"]
    files, skipped, notes = found(*wanted)
    assert [file.path for file in files] == wanted
    assert (skipped, notes) == (0, [])


def test_hidden_files_and_files_that_are_no_pictures_are_counted_inside_folders(tmp_path: Path) -> None:
    for name in ("a.PNG", "b.jpeg", "readme.txt", ".c.png", "Makefile"):
        (tmp_path / name).write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "d.png").write_text("x")
    files, skipped, _ = found(tmp_path)
    assert [file.name for file in files] == ["a.PNG", "b.jpeg"]
    assert skipped == 4


@pytest.mark.parametrize(
    "head", [PNG, b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x1cftypavif", b"II*\0"]
)
def test_a_picture_under_a_strange_name_is_found_by_its_first_bytes(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "camera-roll").write_bytes(head)
    files, skipped, _ = found(tmp_path)
    assert [file.name for file in files] == ["camera-roll"]
    assert skipped == 0


def test_the_folder_of_a_file_is_kept_beginning_with_the_one_that_was_dropped(tmp_path: Path) -> None:
    (tmp_path / "Holiday" / "Day 1").mkdir(parents=True)
    (tmp_path / "Holiday" / "a.png").write_bytes(PNG)
    (tmp_path / "Holiday" / "Day 1" / "b.png").write_bytes(PNG)
    (tmp_path / "c.png").write_bytes(PNG)
    files, _, _ = found(tmp_path / "Holiday", tmp_path / "c.png")
    assert {file.name: file.folder for file in files} == {"a.png": "Holiday", "b.png": "Holiday/Day 1", "c.png": ""}


def test_nothing_is_listed_twice(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a.png").write_bytes(PNG)
    files, _, _ = found(folder / "a.png", folder, folder, folder / ".." / "pictures" / "a.png")
    assert [file.name for file in files] == ["a.png"]


def test_a_link_that_leads_round_in_a_circle_ends(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.png").symlink_to(tmp_path / "self.png")
    (tmp_path / "b.png").symlink_to(tmp_path / "a.png")
    files, skipped, _ = found(tmp_path)
    assert [file.name for file in files] == ["a.png", "b.png"]
    assert skipped == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert found(tmp_path)[:2] == ([], 1)
    (file,) = found(tmp_path / "pipe.png")[0]
    with pytest.raises(UnreadableFile, match="no ordinary file"):
        check_unchanged(transfer_of(file))


def test_a_thousand_mixed_files_come_in_chunks(tmp_path: Path) -> None:
    for number in range(1000):
        (tmp_path / f"{number:04d}{'.png' if number % 2 else '.txt'}").touch()
    chunks = list(walk([tmp_path], CancelToken(), chunk=100))
    assert [len(chunk.files) for chunk in chunks] == [100, 100, 100, 100, 100, 0]
    assert sum(chunk.skipped for chunk in chunks) == 500


def test_a_folder_that_cannot_be_read_is_reported_and_the_rest_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "a.png").write_bytes(PNG)
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    files, _, notes = found(tmp_path)
    assert [file.name for file in files] == ["a.png"]
    assert notes == ["The folder “locked” cannot be read (Permission denied): check its permissions."]


def test_the_search_stops_when_it_is_cancelled(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        list(walk([tmp_path], token))


@pytest.mark.skipif(os.name != "posix" or os.uname().sysname != "Linux", reason="names are text here")
def test_a_name_that_is_no_text_is_shown_with_replacement_characters(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.png")
    path.write_bytes(PNG)
    (file,) = found(tmp_path)[0]
    assert (file.path, file.name) == (path, "caf\ufffd.png")


def test_a_source_that_has_changed_or_gone_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    (file,) = found(path)[0]
    check_unchanged(transfer_of(file))
    path.write_bytes(PNG + b"more")
    with pytest.raises(SourceChanged, match="has changed"):
        check_unchanged(transfer_of(file))
    path.unlink()
    with pytest.raises(UnreadableFile, match="moved or deleted"):
        check_unchanged(transfer_of(file))
