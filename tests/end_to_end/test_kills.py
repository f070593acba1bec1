"""A process that is killed at any step of an upload, whole or in parts, or a deletion leaves nothing broken.

After each kill the library is opened anew, the operation is repeated as the journal would, or given up; then one
check with repairs, and a second that must find nothing. ``--long`` kills at every step, otherwise at some.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import moto.s3.models
import pytest

from imagedesk.core.findings import REPAIRABLE
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.profiles import AwsProfile
from imagedesk.core.query import StoreFilter
from imagedesk.service.uploading import UploadRequest
from imagedesk.stores.aws import objects, parted_put
from tests.contract.aws_servers import aws_credentials, aws_profile, blank_aws_profile, moto_server_url
from tests.end_to_end.doomed_process import KILLED
from tests.end_to_end.fault_scenarios import is_there
from tests.end_to_end.plain_library import ME, PlainLibrary, opened
from tests.fakes.picture_reader import fake_picture

__all__ = ["aws_credentials", "aws_profile", "blank_aws_profile", "moto_server_url"]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
IN_PARTS = "upload in parts"
PART = 100_000
KILLS = 4  # of each operation, end and library in the short mode


class DoomedProcess:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def order(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@pytest.fixture(scope="module")
def doomed() -> Iterator[DoomedProcess]:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.end_to_end.doomed_process"]
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_EC2_METADATA_DISABLED": "true"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root, env={**kept, **keys}
    ) as process:
        yield DoomedProcess(process)
        assert process.stdin is not None
        process.stdin.close()
    assert process.returncode == 0


@pytest.mark.parametrize("end", ["repeated", "given up"])
@pytest.mark.parametrize(
    ("kind", "operation"),
    [("embedded", "upload"), ("embedded", "delete"), ("aws", "upload"), ("aws", "delete"), ("aws", IN_PARTS)],
)
def test_a_killed_process_loses_and_breaks_nothing(
    request: pytest.FixtureRequest,
    doomed: DoomedProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    operation: str,
    end: str,
) -> None:
    if operation == IN_PARTS:
        monkeypatch.setattr(moto.s3.models, "S3_UPLOAD_PART_MIN_SIZE", 1)
        monkeypatch.setattr(objects, "PARTS_FROM", PART)
        monkeypatch.setattr(parted_put, "PART", PART)
    profile: AwsProfile | None = request.getfixturevalue("aws_profile")() if kind == "aws" else None
    rounds = Rounds(doomed, tmp_path, profile, operation, repeated=end == "repeated")
    rounds.kill_at(None)  # makes the folders
    steps = len(rounds.kill_at(None))
    stride = 1 if request.config.getoption("--long") else max(1, steps // KILLS) | 1  # odd: before and after
    for number in range(0, steps, stride):
        rounds.kill_at(number)
    print(f"\n{len(range(0, steps, stride))} kills of {operation} ({kind}, {end}) made good")  # noqa: T201


class Rounds:
    """Each round is a new image in one library, beside one that stays."""

    def __init__(
        self, process: DoomedProcess, folder: Path, profile: AwsProfile | None, operation: str, *, repeated: bool
    ) -> None:
        self._process, self._profile, self._operation, self._repeated = process, profile, operation, repeated
        self._folder, self._source = folder / "library", folder / "source.png"
        self._number = 0

    def kill_at(self, last: int | None) -> list[str]:
        self._number += 1
        size = PART * 2 + 1000 if self._operation == IN_PARTS else 0  # three parts
        self._source.write_bytes(fake_picture(salt=str(self._number)) + bytes(size))
        sha256 = hashlib.sha256(self._source.read_bytes()).hexdigest()
        with self._opened() as library:
            image_id = library.service.new_image_id(ME)
            if self._operation == "delete":
                self._upload(library, image_id)
        answer = self._process.order(
            operation=self._operation,
            image_id=image_id,
            source=str(self._source),
            folder=str(self._folder),
            profile=asdict(self._profile) if self._profile else None,
            last=last,
            part=PART if self._operation == IN_PARTS else None,
        )
        expected = {0} if last is None else {KILLED, 0}  # an answer in one piece or in two: there may be a step less
        assert answer["code"] in expected, answer
        with self._opened() as library:
            self._make_good(library, image_id)
        with self._opened() as library:
            self._verify(library, image_id, sha256)
            if is_there(library.service, image_id):
                library.service.delete(image_id)
        steps: list[str] = answer["steps"]
        return steps

    def _opened(self) -> Any:
        return opened(self._folder, self._profile)

    def _upload(self, library: PlainLibrary, image_id: str) -> ImageRecord:
        return library.service.upload(UploadRequest(self._source, ME, "x.png", {"n": 1}, image_id))

    def _make_good(self, library: PlainLibrary, image_id: str) -> None:
        library.service.finish_deletions()
        there = is_there(library.service, image_id)
        if self._repeated and self._operation != "delete" and not there:
            self._upload(library, image_id)
        elif self._repeated and self._operation == "delete" and there:
            library.service.delete(image_id)

    def _verify(self, library: PlainLibrary, image_id: str, sha256: str) -> None:
        was_there = is_there(library.service, image_id)
        assert {finding.state for finding in library.check.run(REPAIRABLE)} <= {"repaired"}
        assert list(library.check.run()) == []
        records = library.service.list_images(StoreFilter()).records
        assert library.keys() == {key for record in records for key in (record.key, record.thumbnail_key)}
        if self._operation == "delete":
            assert [record.image_id for record in records] == [image_id] * was_there, "it came back"
            assert not (self._repeated and was_there)
        elif self._repeated:
            assert [record.image_id for record in records] == [image_id]
        for record in records:
            assert record.sha256 == sha256
            copy = library.service.download(record, self._folder.parent / "copy.png", overwrite=True)
            assert hashlib.sha256(copy.read_bytes()).hexdigest() == sha256
            library.service.thumbnail(record, 20)
