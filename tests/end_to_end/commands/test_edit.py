"""``imagedesk edit``: fields change, null removes one, the rest stays; only the owner may."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.commands.conftest import CommandLine


def test_fields_are_changed_one_by_one(cli: CommandLine, photos: Path) -> None:
    image_id = cli.upload(photos / "fjord.jpg", "ann", "--metadata", '{"campaign": "autumn", "draft": true}')
    answer = cli.run("edit", image_id, "--user", "ann", "--metadata", '{"draft": null, "n": [1]}', "--json").json
    assert list(answer) == ["image_id", "metadata", "updated_at"]
    assert answer["metadata"] == {"campaign": "autumn", "n": [1]}
    shown = cli.run("show", image_id, "--json").json
    assert (shown["metadata"], shown["updated_at"]) == (answer["metadata"], answer["updated_at"])
    assert "autumn" in cli.run("edit", image_id, "--user", "ann", "--metadata", "{}").out


def test_only_the_owner_edits_what_is_there(cli: CommandLine, photos: Path) -> None:
    image_id = cli.upload(photos / "fjord.jpg", "ann")
    assert cli.run("edit", image_id, "--user", "bo", "--metadata", '{"n": 1}', "--json").code == "not_owner"
    assert cli.run("edit", f"{image_id}x", "--user", "ann", "--metadata", '{"n": 1}', "--json").code == "not_found"
    assert cli.run("edit", image_id, "--user", "ann", "--metadata", "[1]", "--json").code == "invalid_metadata"
    assert "metadata" not in cli.run("show", image_id, "--json").json


def test_an_edit_without_fields_is_a_wrong_call(embedded: CommandLine) -> None:
    with pytest.raises(SystemExit) as caught:
        embedded.run("edit", "ann!1")
    assert caught.value.code == 2
