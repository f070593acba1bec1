"""A day of scripts: the headless commands over a folder and over S3 and DynamoDB, as processes and as calls."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from imagedesk.__main__ import main
from imagedesk.core.image_record import parse_timestamp
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.indexes import usable_indexes
from imagedesk.stores.aws.items import INDEX_KEYS
from tests.contract.aws_servers import AwsProfileFactory, create_bare_table
from tests.end_to_end.commands.conftest import REPOSITORY, CommandLine, aws_options

Capture = pytest.CaptureFixture[str]


# As a script would


def test_a_library_is_set_up_filled_listed_and_emptied(
    blank_aws_profile: AwsProfileFactory, capsys: Capture, photos: Path, tmp_path: Path
) -> None:
    cli = CommandLine(aws_options(blank_aws_profile()), capsys, False)
    assert {step["state"] for step in cli.process("setup", "--json").json["steps"]} >= {"made"}

    sent = cli.process("upload", "fjord.jpg", "Høst 2.png", "--user", "ann", "--json", folder=photos)
    first, second = map(json.loads, sent.out.splitlines())
    assert (sent.status, sent.err) == (0, "")
    assert list(first) == ["image_id", "user_id", "filename", "s3_url", "size"]
    assert (first["user_id"], first["filename"], second["filename"]) == ("ann", "fjord.jpg", "Høst 2.png")
    assert first["size"] == (photos / "fjord.jpg").stat().st_size
    assert re.fullmatch(r"s3://images-[0-9a-f]+/images/ann/[0-9A-Z]{26}/fjord\.jpg", first["s3_url"])

    listed = cli.process("list", "--json").json
    assert list(listed) == ["count", "images", "next_cursor"]
    assert [image["image_id"] for image in listed["images"]] == [second["image_id"], first["image_id"]]

    got = cli.process("download", first["image_id"], "--output", tmp_path / "got.jpg", "--json").json
    assert got == {"image_id": first["image_id"], "path": str(tmp_path / "got.jpg"), "size": first["size"]}
    assert (tmp_path / "got.jpg").read_bytes() == (photos / "fjord.jpg").read_bytes()

    shared = cli.process("share", first["image_id"], "--json")
    assert json.loads(shared.err)["note"]
    with urlopen(json.loads(shared.out)["presigned_url"]) as answer:
        assert answer.read() == (photos / "fjord.jpg").read_bytes()

    assert cli.process("delete", first["image_id"], "--user", "bo", "--json").code == "not_owner"
    deleted = cli.process("delete", first["image_id"], "--user", "ann", "--json").json
    assert deleted == {"message": "Image deleted successfully", "image_id": first["image_id"]}
    assert cli.process("show", first["image_id"], "--json").code == "not_found"


def test_a_folder_needs_no_settings_no_qt_and_no_boto3(embedded: CommandLine, photos: Path) -> None:
    imports = re.compile(r"^import time: .*\| +(\S+)$", re.MULTILINE)
    for words in (("upload", photos / "fjord.jpg", "--user", "ann"), ("list", "--json")):
        done = embedded.process(*words, flags=["-X", "importtime"])
        loaded = {name.partition(".")[0] for name in imports.findall(done.err)}
        assert done.status == 0
        assert "sqlite3" in loaded
        assert not loaded & {"PySide6", "shiboken6", "boto3", "botocore", "PIL", "tomlkit"}


def test_an_aws_run_loads_no_qt(aws_profile: AwsProfileFactory, capsys: Capture) -> None:
    done = CommandLine(aws_options(aws_profile()), capsys, False).process("list", flags=["-X", "importtime"])
    assert done.status == 0
    assert "botocore" in done.err
    assert not any(name in done.err for name in ("PySide6", "shiboken6", "PIL"))


def test_the_reader_of_a_pipe_may_leave(embedded: CommandLine) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "imagedesk", "list", *embedded.options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 1


def test_without_a_screen_the_window_says_what_to_use_instead(
    embedded: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems always have a screen")
    done = embedded.process()
    assert done.status == 1
    assert "imagedesk --help" in done.err


# The shapes that scripts rely on


def test_answers_have_the_shapes_that_scripts_rely_on(cli: CommandLine, photos: Path, tmp_path: Path) -> None:
    picture = photos / "Høst 2.png"
    before = datetime.now(UTC)
    metadata = '{"campaign": "høst", "n": [1, 2]}'
    sent = cli.run("upload", picture, "--user", "ann", "--metadata", metadata, "--json").json
    assert list(sent) == ["image_id", "user_id", "filename", "s3_url", "size"]
    image_id = sent["image_id"]
    assert sent["s3_url"].startswith("file://" if cli.is_embedded else "s3://")

    shown = cli.run("show", image_id, "--json").json
    expected = {**sent, "content_type": "image/png", "metadata": json.loads(metadata), "width": 64, "height": 48}
    assert {name: shown[name] for name in expected} == expected
    assert before <= parse_timestamp(shown["created_at"]) <= datetime.now(UTC)

    assert cli.run("list", "--json").json == {"count": 1, "images": [shown], "next_cursor": None}
    assert cli.run("list", "--user", "bo", "--json").json == {"count": 0, "images": [], "next_cursor": None}

    got = cli.run("download", image_id, "--output", tmp_path, "--json").json
    assert got == {"image_id": image_id, "path": str(tmp_path / "Høst 2.png"), "size": sent["size"]}

    if cli.is_embedded:
        assert cli.run("share", image_id, "--json").code == "links_not_offered"
    else:
        link = json.loads(cli.run("share", image_id, "--expires", "30m", "--json").out)
        assert list(link) == ["image_id", "presigned_url", "expires_at", "metadata"]
        assert (link["image_id"], link["metadata"]) == (image_id, json.loads(metadata))
        left = datetime.fromisoformat(link["expires_at"]) - datetime.now(UTC)
        assert timedelta(minutes=29) < left <= timedelta(minutes=30, seconds=1)

    deleted = cli.run("delete", image_id, "--user", "ann", "--json").json
    assert deleted == {"message": "Image deleted successfully", "image_id": image_id}


def test_setting_up_twice_keeps_everything(cli: CommandLine) -> None:
    cli.run("setup")
    steps = cli.run("setup", "--json").json["steps"]
    assert {step["state"] for step in steps} - {"not offered"} == {"kept"}
    assert all(list(step) == ["name", "state", "detail"] for step in steps)


def test_a_dry_run_says_what_set_up_would_do_and_does_nothing(
    blank_aws_profile: AwsProfileFactory, capsys: Capture, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    for options in (["--library", str(folder)], aws_options(blank_aws_profile())):
        cli = CommandLine(options, capsys, False)
        for _ in range(2):
            planned = cli.run("setup", "--dry-run", "--json").json["steps"]
            assert {step["state"] for step in planned} - {"not offered"} == {"to make"}
        assert "to make" in cli.run("setup", "--dry-run").out
        done = cli.run("setup", "--json").json["steps"]
        assert [step["name"] for step in done] == [step["name"] for step in planned]
        kept = cli.run("setup", "--dry-run", "--json").json["steps"]
        assert {step["state"] for step in kept} - {"not offered"} == {"kept"}


def test_a_table_without_indexes_gets_them_when_asked(blank_aws_profile: AwsProfileFactory, capsys: Capture) -> None:
    profile = blank_aws_profile()
    connection = AwsConnection(profile)
    create_bare_table(connection)
    cli = CommandLine(aws_options(profile), capsys, False)
    bare = cli.run("setup", "--json")
    assert [step["state"] for step in bare.json["steps"] if step["name"].startswith("Index")] == ["missing"] * 3
    assert "--add-indexes" in json.loads(bare.err)["note"]
    planned = cli.run("setup", "--dry-run", "--add-indexes", "--json").json["steps"]
    assert [step["state"] for step in planned if step["name"].startswith("Index")] == ["to make"] * 3
    assert usable_indexes(connection) == frozenset()
    lines = cli.run("setup", "--add-indexes").out.splitlines()
    assert [line.split()[0] for line in lines if " Index " in line] == ["making", "made"] * 3
    assert usable_indexes(connection) == frozenset(INDEX_KEYS)
    connection.close()


def test_pages_follow_one_another_to_the_end(cli: CommandLine, photos: Path) -> None:
    uploaded = [
        cli.upload(photos / name, user)
        for name, user in (("fjord.jpg", "ann"), ("Høst 2.png", "bo"), ("fjord.jpg", "ann"), ("Høst 2.png", "ann"))
    ]
    for words, expected in (
        ([], uploaded),
        (["--user", "ann"], [uploaded[0], uploaded[2], uploaded[3]]),
        (["--type", "jpg"], [uploaded[0], uploaded[2]]),
        (["--user", "ann", "--type", "image/png"], [uploaded[3]]),
        (["--user", "nobody"], []),
    ):
        found: list[str] = []
        cursor: list[str] = []
        while True:
            page = cli.run("list", "--limit", "2", "--json", *words, *cursor).json
            found += [image["image_id"] for image in page["images"]]
            assert page["count"] == len(page["images"]) <= 2
            if page["next_cursor"] is None:
                break
            assert page["count"] == 2
            cursor = ["--cursor", page["next_cursor"]]
        assert found == expected[::-1]


def test_several_people_share_a_library_and_each_deletes_only_their_own(cli: CommandLine, photos: Path) -> None:
    anns, bos = cli.upload(photos / "fjord.jpg", "ann"), cli.upload(photos / "fjord.jpg", "bo")
    assert cli.run("delete", anns, "--user", "bo", "--json").code == "not_owner"
    assert cli.run("delete", "ann!unknown", "--user", "ann", "--json").code == "not_found"
    assert cli.run("delete", anns, "--user", "ann").status == 0
    assert cli.run("delete", anns, "--user", "ann", "--json").code == "not_found"
    assert [image["image_id"] for image in cli.run("list", "--json").json["images"]] == [bos]


# For people


def test_people_read_lines(cli: CommandLine, photos: Path) -> None:
    assert cli.run("list").out == "No images.\n"
    sent = cli.run("upload", photos / "fjord.jpg", "--user", "ann", "--metadata", '{"campaign": "høst"}').out
    image_id, name = sent.split()
    assert name == "fjord.jpg"
    heading, line = cli.run("list").out.splitlines()
    assert heading.split() == ["ID", "PERSON", "TYPE", "SIZE", "UPLOADED", "NAME"]
    assert line.split()[:3] == [image_id, "ann", "JPEG"]
    assert line.endswith("fjord.jpg")
    shown = cli.run("show", image_id).out
    assert re.search(r"^metadata: +\{\"campaign\":\"høst\"\}$", shown, re.MULTILINE)
    refused = cli.run("delete", image_id, "--user", "bo")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err == "imagedesk: “fjord.jpg” belongs to ann: only its owner can delete it.\n"
    if not cli.is_embedded:
        link, until = cli.run("share", image_id).out.splitlines()
        assert link.startswith("http://127.0.0.1:")
        assert until.startswith("Works until ")
    assert cli.run("delete", image_id, "--user", "ann").out == "Deleted fjord.jpg.\n"


def test_a_page_that_goes_on_says_how(embedded: CommandLine, photos: Path) -> None:
    for _ in range(2):
        embedded.upload(photos / "fjord.jpg")
    more = embedded.run("list", "--limit", "1").out.splitlines()[-1]
    assert more.startswith("More: --cursor ")
    assert len(embedded.run("list", *more.split()[1:]).out.splitlines()) == 2


def test_a_wrong_call_ends_with_two(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["list", "--limit", "many"])
    assert caught.value.code == 2
    assert "invalid int value: 'many'" in capsys.readouterr().err
