"""kill -9 at random moments of a mixed batch on S3 and DynamoDB: nothing lost, nothing twice, nothing half."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.open_uploads import OpenUploads
from imagedesk.stores.aws.records import DynamoRecords
from tests.contract.aws_servers import AwsProfileFactory
from tests.faults.test_kills import Moments, make_batch, run
from tests.generated_pictures import make_picture

FILES = 20
PICTURE = make_picture(
    "PNG"
)  # for the real decoders of the process that transfers; what follows its end is no part of it
IN_PARTS = 33 * 1024 * 1024
CHANCE = random.Random(10)


def check(folder: Path, profile: AwsProfile) -> None:
    """Every file that was taken in is there once and bit-exact, what was deleted is not, no name holds half a file."""
    digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "source").iterdir()}
    kept = Counter(digest for path, digest in digests.items() if path.name.startswith("kept"))
    connection = AwsConnection(profile)
    objects = S3Objects(connection)
    records = [record for page in DynamoRecords(connection).scan() for record in page.records]
    assert Counter(record.sha256 for record in records) == kept
    for record in records:
        assert objects.download(record.key, folder / "checked") == record.sha256
        assert record.thumbnail_key is not None
        assert objects.read(record.thumbnail_key, 1000)
    for page in connection.s3().get_paginator("list_objects_v2").paginate(Bucket=profile.bucket, Prefix="images/"):
        for found in page.get("Contents", []):  # orphans may be left, halves may not
            assert objects.download(found["Key"], folder / "checked") in digests.values()
    assert list(OpenUploads(connection).below("images/")) == []
    connection.close()
    downloaded = [path for path in (folder / "target").iterdir() if not path.name.startswith(".")]
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in downloaded} == set(kept)


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
def test_a_batch_on_s3_survives_kills_at_any_moment(
    tmp_path: Path,
    aws_profile: AwsProfileFactory,
    times: Callable[[int, int], int],
    report: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted, kills, batches, moments = times(2, 200), 0, 0, Moments(3.0)
    while kills < wanted or not batches:
        folder, profile = tmp_path / f"batch {batches}", aws_profile()
        make_batch(folder, FILES, PICTURE)
        large = PICTURE + CHANCE.randbytes(1024) * (IN_PARTS // 1024)
        (folder / "source" / "kept in parts.png").write_bytes(large)
        monkeypatch.setenv("XDG_DATA_HOME", str(folder / "home"))
        told = json.dumps(asdict(profile))
        batches += 1
        while kills < wanted:
            ended = run(folder, moments.next(), told)
            moments.hit(not ended)
            if ended:
                break
            kills += 1
        assert run(folder, None, told)
        check(folder, profile)
    report(f"{kills} kills in {batches} batches of {FILES + 1} files on S3: every file there once and bit-exact")
