"""Bad files, words, cursors and names: each has its code, stores nothing, and reaches no file outside its folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.end_to_end.commands.conftest import CommandLine
from tests.generated_pictures import make_picture, png_bomb, truncated

Capture = pytest.CaptureFixture[str]


# Bad input


def bad_file(kind: str, folder: Path) -> Path:
    data = {
        "a text with the name of a picture": b"Meeting notes\n",
        "an empty file": b"",
        "a picture that was cut": truncated(make_picture("jpeg", 600, 400)),
        "two hundred megapixels": png_bomb(),
        "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    }
    path = folder / "x.png"
    if kind == "a folder of texts":
        (folder / "texts").mkdir()
        return folder / "texts"
    if kind in data:
        path.write_bytes(data[kind])
    return path


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("a text with the name of a picture", "not_an_image"),
        ("an empty file", "empty_file"),
        ("a picture that was cut", "unreadable_image"),
        ("two hundred megapixels", "too_many_pixels"),
        ("an SVG", "not_an_image"),
        ("no file at all", "unreadable_file"),
        ("a folder of texts", "not_an_image"),
    ],
)
def test_a_bad_file_is_refused_with_its_code_and_nothing_is_stored(
    embedded: CommandLine, tmp_path: Path, kind: str, code: str
) -> None:
    answer = embedded.run("upload", bad_file(kind, tmp_path), "--user", "ann", "--json")
    assert answer.code == code
    assert answer.error["message"].endswith(".")
    assert embedded.run("list", "--json").json["count"] == 0
    assert not [path for path in (tmp_path / "library" / "images").rglob("*") if path.is_file()]


def test_a_file_over_the_limit_is_refused(embedded: CommandLine, tmp_path: Path) -> None:
    with (tmp_path / "x.png").open("wb") as file:
        file.truncate(5_000_000_001)  # sparse: it takes no room
    assert embedded.run("upload", tmp_path / "x.png", "--user", "ann", "--json").code == "too_large"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--user", ""], "missing_user"),
        (["--user", "  "], "missing_user"),
        (["--user", "a/b"], "invalid_user"),
        (["--user", ".."], "invalid_user"),
        (["--user", "ann!"], "invalid_user"),
        (["--metadata", "[1]"], "invalid_metadata"),
        (["--metadata", "campaign"], "invalid_metadata"),
        (["--metadata", '{"a": NaN}'], "invalid_metadata"),
        (["--metadata", '{"a": "\\ud83d"}'], "invalid_metadata"),
    ],
)
def test_bad_words_are_refused_before_anything_is_made(
    embedded: CommandLine, photos: Path, tmp_path: Path, words: list[str], code: str
) -> None:
    assert embedded.run("upload", photos / "fjord.jpg", "--json", *words).code == code
    assert not (tmp_path / "library").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["list", "--limit", "0"], "invalid_limit"),
        (["list", "--limit", "1001"], "invalid_limit"),
        (["list", "--limit", "-1"], "invalid_limit"),
        (["list", "--user", ""], "missing_user"),
        (["list", "--type", "photo"], "invalid_request"),
        (["list", "--cursor", "nonsense"], "invalid_cursor"),
        (["show", ""], "not_found"),
        (["show", "../../etc/passwd"], "not_found"),
        (["show", "x" * 5000], "not_found"),
        (["download", "ann!unknown"], "not_found"),
        (["share", "ann!unknown"], "not_found"),
        (["share", "ann!unknown", "--expires", "8d"], "invalid_limit"),
        (["delete", "bo!unknown", "--user", "ann"], "not_found"),
        (["delete", "bo!unknown", "--user", ""], "missing_user"),
    ],
)
def test_a_bad_request_has_its_code(embedded: CommandLine, words: list[str], code: str) -> None:
    assert embedded.run(*words, "--json").code == code


def test_a_cursor_that_was_changed_or_is_of_another_listing_is_refused(embedded: CommandLine, photos: Path) -> None:
    for _ in range(2):
        embedded.upload(photos / "fjord.jpg")
    cursor = str(embedded.run("list", "--limit", "1", "--json").json["next_cursor"])
    for words in (
        ["--cursor", cursor[:-1]],
        ["--cursor", cursor[:-1] + ("A" if cursor[-1] != "A" else "B")],
        ["--cursor", cursor[::-1]],
        ["--cursor", cursor, "--user", "ann"],
        ["--cursor", cursor, "--type", "png"],
    ):
        assert embedded.run("list", "--json", *words).code == "invalid_cursor"
    assert embedded.run("list", "--cursor", cursor, "--json").json["count"] == 1


def test_one_bad_file_among_several_is_told_and_the_rest_goes_on(
    cli: CommandLine, photos: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.png").write_bytes(b"text")
    files = [photos / "fjord.jpg", tmp_path / "bad.png", photos / "Høst 2.png"]
    answer = cli.run("upload", *files, "--user", "ann", "--json")
    assert answer.status == 1
    assert [json.loads(line)["filename"] for line in answer.out.splitlines()] == ["fjord.jpg", "Høst 2.png"]
    fault = json.loads(answer.err)
    assert (fault["error"]["code"], fault["file"]) == ("not_an_image", str(tmp_path / "bad.png"))

    told = cli.run("upload", *files, "--user", "ann")
    assert (told.status, len(told.out.splitlines())) == (1, 2)
    assert "bad.png: Not an image" in told.err
    assert "1 of 3 could not be uploaded." in told.err
    assert cli.run("list", "--json").json["count"] == 4


@pytest.mark.parametrize("name", ["a\nb.png", "../../x.png", "photo\u202egnp.exe", "x" * 300 + ".png", "CON", " . "])
def test_a_hostile_name_is_shown_on_one_line_and_downloaded_into_the_folder(
    embedded: CommandLine, photos: Path, tmp_path: Path, name: str
) -> None:
    image_id = embedded.upload(photos / "Høst 2.png", "ann", "--filename", name)
    assert len(embedded.run("list").out.splitlines()) == 2
    folder = tmp_path / "downloads"
    folder.mkdir()
    path = Path(embedded.run("download", image_id, "--output", folder, "--json").json["path"])
    assert path.resolve().parent == folder.resolve()
    assert path.read_bytes() == (photos / "Høst 2.png").read_bytes()
    assert "\u202e" not in embedded.run("show", image_id).out


def test_a_file_with_a_hostile_name_is_uploaded(embedded: CommandLine, photos: Path, tmp_path: Path) -> None:
    for name in (b"a\nb.png", b"not \xff text.png", "photo\u202egnp.png".encode()):
        path = Path(os.fsdecode(bytes(tmp_path) + b"/" + name))
        path.write_bytes((photos / "Høst 2.png").read_bytes())
        shown = embedded.run("upload", path, "--user", "ann", "--json").json["filename"]
        assert shown.endswith(".png")
        assert shown.isprintable()


# Downloads


def test_a_download_overwrites_only_when_asked(embedded: CommandLine, photos: Path, tmp_path: Path) -> None:
    image_id, target = embedded.upload(photos / "fjord.jpg"), tmp_path / "mine.jpg"
    target.write_text("mine")
    assert embedded.run("download", image_id, "--output", target, "--json").code == "already_exists"
    assert target.read_text() == "mine"
    assert embedded.run("download", image_id, "--output", target, "--overwrite", "--json").status == 0
    assert target.read_bytes() == (photos / "fjord.jpg").read_bytes()
    for absent in ("absent/x.jpg", "absent/", "x" * 300):
        answer = embedded.run("download", image_id, "--output", f"{tmp_path}/{absent}", "--json")
        assert answer.code == "cannot_write"


def test_without_an_output_the_picture_lands_here_under_its_own_name(
    embedded: CommandLine, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image_id = embedded.upload(photos / "fjord.jpg")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for name in ("fjord.jpg", "fjord (2).jpg"):
        assert embedded.run("download", image_id).out == f"{tmp_path / 'here' / name}\n"


def test_a_damaged_original_is_not_handed_out(embedded: CommandLine, photos: Path, tmp_path: Path) -> None:
    image_id = embedded.upload(photos / "fjord.jpg")
    [original] = (tmp_path / "library" / "images").rglob("*.jpg")
    original.write_bytes(original.read_bytes()[:-1] + b"!")
    assert embedded.run("download", image_id, "--output", tmp_path / "x.jpg", "--json").code == "corrupt_object"
    assert not (tmp_path / "x.jpg").exists()
