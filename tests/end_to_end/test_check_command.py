"""The command ``check`` over a library of this computer, with the real decoder."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from imagedesk.__main__ import main
from tests.generated_pictures import make_picture

EIGHT_DAYS = 8 * 86400


def put_old(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    moment = time.time() - EIGHT_DAYS
    os.utime(path, (moment, moment))


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_it_tells_then_repairs_then_finds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = tmp_path / "library"
    put_old(library / "images/ann/1/sea.png", make_picture("png"))
    put_old(library / "images/ann/2/notes.png", b"only text")
    put_old(library / "thumbnails/ann/3.webp", b"x")
    options = ["check", "--library", str(library), "--user", "ann", "--json"]

    assert main(options) == 0
    *findings, summary = lines(capsys)
    assert [(found["kind"], found["state"]) for found in findings] == [
        ("unlisted-picture", "found"),
        ("unlisted-picture", "found"),
        ("leftover-object", "found"),
    ]
    assert summary["findings"] == 3

    assert main([*options, "--repair"]) == 0
    assert {found["state"] for found in lines(capsys)[:-1]} == {"repaired"}
    assert main(options) == 0
    assert lines(capsys) == [{"findings": 0, "summary": {}}]
    assert main(["list", "--library", str(library), "--json"]) == 0
    (answer,) = lines(capsys)
    assert [image["filename"] for image in answer["images"]] == ["sea.png"]  # type: ignore[attr-defined]


def test_a_missing_original_is_repaired_only_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library, picture = tmp_path / "library", tmp_path / "sea.png"
    picture.write_bytes(make_picture("png"))
    options = ["--library", str(library), "--user", "ann"]
    assert main(["upload", str(picture), *options]) == 0
    (original,) = library.glob("images/*/*/*")
    original.unlink()
    capsys.readouterr()
    assert main(["check", "--repair", *options]) == 0
    assert "kept      missing-original" in capsys.readouterr().out
    assert main(["check", *options, "--repair", "missing-original", "unlisted-picture"]) == 0
    assert "younger than seven days" in capsys.readouterr().out
