"""``imagedesk upload --camera-data``: what stays in the files, and what the answer says of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from imagedesk.settings import load_settings, settings_path
from tests.end_to_end.commands.conftest import CommandLine
from tests.unit.pictures.stripping.tagged_pictures import PLACES, coordinate_bytes, tagged


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "fjord.jpg"
    path.write_bytes(tagged("jpeg"))
    return path


def place_in(cli: CommandLine, image_id: str, folder: Path) -> bool:
    data = Path(cli.run("download", image_id, "--output", folder / "got.jpg", "--json").json["path"]).read_bytes()
    return any(place in data for place in (*PLACES, *coordinate_bytes()))


def test_the_option_decides_and_everybody_is_told(cli: CommandLine, photograph: Path, tmp_path: Path) -> None:
    sent = cli.run("upload", photograph, "--user", "ann", "--camera-data", "location", "--json").json
    assert sent["removed"] == ["location", "attachments"]
    assert not place_in(cli, sent["image_id"], tmp_path)
    shown = cli.run("show", sent["image_id"], "--json").json
    assert (shown["removed"], len(shown["source_sha256"])) == (sent["removed"], 64)
    assert re.search(r"^removed: +location, attached files$", cli.run("show", sent["image_id"]).out, re.MULTILINE)
    assert "removed: location, camera data" in cli.run("upload", photograph, "--user", "bo", "--camera-data", "all").out


def test_without_it_a_file_is_kept_unless_the_person_has_answered_otherwise(
    embedded: CommandLine, photograph: Path, tmp_path: Path
) -> None:
    kept = embedded.run("upload", photograph, "--user", "ann", "--json").json
    assert "removed" not in kept
    assert place_in(embedded, kept["image_id"], tmp_path)
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text('[preferences]\ncamera_data = "all"\n')
    assert load_settings().preferences.camera_data == "all"
    (tmp_path / "got.jpg").unlink()
    sent = embedded.run("upload", photograph, "--user", "ann", "--json").json
    assert not place_in(embedded, sent["image_id"], tmp_path)
    settings_path().write_text('[preferences]\ncamera_data = "some"\n')
    assert embedded.run("list", "--json").code == "invalid_settings"
