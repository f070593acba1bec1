"""Large objects in parts: all of it or nothing, continued after a fault, nothing open that nobody remembers."""

from __future__ import annotations

import hashlib
import io
import random
from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists, Cancelled, SourceChanged, StoreUnavailable
from imagedesk.core.ports import no_progress
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.open_uploads import OpenUploads, Part
from imagedesk.stores.aws.parted_put import MOST_PARTS, PART, PartedUpload
from tests.unit.stores.aws.conftest import description_of
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy

SMALLEST = 5 * 1024 * 1024  # what S3 takes as a part that is not the last
PREFIX = "images/mila/01/"
KEY = f"{PREFIX}panorama + høst.tif"
DATA = random.Random(1).randbytes(SMALLEST * 3 + 1000)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagedesk.stores.aws.objects.PARTS_FROM", SMALLEST)
    monkeypatch.setattr("imagedesk.stores.aws.parted_put.PART", SMALLEST)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "panorama.tif"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def faulty(proxied: AwsConnection) -> S3Objects:
    return S3Objects(proxied)


def open_keys(connection: AwsConnection) -> list[str]:
    return [key for key, _ in OpenUploads(connection).below("")]


def test_a_large_file_goes_in_parts_and_comes_back(connection: AwsConnection, source: Path, tmp_path: Path) -> None:
    objects, seen = S3Objects(connection), list[int]()
    objects.put(KEY, source, description_of(DATA), seen.append)
    objects.download(KEY, tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == DATA
    assert seen == sorted(seen)
    assert seen[-1] == len(DATA)
    head = connection.s3().head_object(Bucket=connection.profile.bucket, Key=KEY)
    assert head["ETag"].endswith('-4"')
    assert head["Metadata"]["owner"] == "mila"
    assert head["ContentType"] == "image/jpeg"
    assert open_keys(connection) == []


def test_the_same_again_is_a_success_without_a_byte_sent(faulty: S3Objects, proxy: FaultyProxy, source: Path) -> None:
    faulty.put(KEY, source, description_of(DATA))
    sent = proxy.requests.count("PUT")
    faulty.put(KEY, source, description_of(DATA))
    assert proxy.requests.count("PUT") == sent
    other = DATA[::-1]
    with pytest.raises(AlreadyExists):
        faulty.put(KEY, other, description_of(other))


def test_a_later_try_sends_only_what_is_missing(
    faulty: S3Objects, proxy: FaultyProxy, connection: AwsConnection, source: Path
) -> None:
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        faulty.put(KEY, source, description_of(DATA), lambda _done: cancel.cancel(), cancel, resumable=True)
    (open_key,) = open_keys(connection)
    assert open_key == KEY
    there = len(OpenUploads(connection).parts(KEY, next(OpenUploads(connection).below(KEY))[1]))
    before, seen = proxy.requests.count("PUT"), list[int]()
    faulty.put(KEY, source, description_of(DATA), seen.append, resumable=True)
    assert there >= 1
    assert proxy.requests.count("PUT") - before <= 4 - there  # one that was under way may have arrived since
    assert seen[-1] == len(DATA)
    assert faulty.read(KEY, len(DATA)) == DATA
    assert open_keys(connection) == []


def test_parts_of_another_file_are_sent_anew(connection: AwsConnection, source: Path) -> None:
    uploads = OpenUploads(connection)
    upload_id = uploads.begin(KEY, description_of(DATA))
    connection.s3().upload_part(
        Bucket=connection.profile.bucket, Key=KEY, UploadId=upload_id, PartNumber=1, Body=DATA[::-1][:SMALLEST]
    )
    objects = S3Objects(connection)
    objects.put(KEY, source, description_of(DATA), resumable=True)
    assert objects.read(KEY, len(DATA)) == DATA


def test_what_is_given_up_leaves_nothing_open_and_touches_nothing_else(connection: AwsConnection, source: Path) -> None:
    objects, cancel = S3Objects(connection), CancelToken()
    OpenUploads(connection).begin("images/mila/012/other.tif", description_of(DATA))
    with pytest.raises(Cancelled):
        objects.put(KEY, source, description_of(DATA), lambda _done: cancel.cancel(), cancel, resumable=True)
    objects.discard_unfinished(PREFIX)
    objects.discard_unfinished(PREFIX)
    assert open_keys(connection) == ["images/mila/012/other.tif"]


@pytest.mark.parametrize("resumable", [True, False])
def test_a_file_that_changed_is_refused_and_nothing_stays_open(
    connection: AwsConnection, source: Path, resumable: bool
) -> None:
    source.write_bytes(DATA[:-1] + b"!")
    with pytest.raises(SourceChanged):
        S3Objects(connection).put(KEY, source, description_of(DATA), resumable=resumable)
    assert open_keys(connection) == []


def test_where_nobody_remembers_the_key_a_cancelled_put_leaves_nothing_open(
    connection: AwsConnection, source: Path
) -> None:
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        S3Objects(connection).put(KEY, source, description_of(DATA), lambda _done: cancel.cancel(), cancel)
    assert open_keys(connection) == []


@pytest.mark.parametrize("request_", ["PUT", "POST"])
@pytest.mark.parametrize("kind", ["lose", "refuse"])
def test_a_part_or_a_beginning_that_is_lost_is_asked_for_again(
    faulty: S3Objects, proxy: FaultyProxy, connection: AwsConnection, source: Path, request_: str, kind: str
) -> None:
    proxy.plan(Fault(request_, kind))
    faulty.put(KEY, source, description_of(DATA))
    assert faulty.read(KEY, len(DATA)) == DATA
    assert open_keys(connection) == []


@pytest.mark.parametrize("kind", ["lose", "refuse"])
def test_a_completion_that_is_lost_succeeds_once(
    faulty: S3Objects, proxy: FaultyProxy, connection: AwsConnection, source: Path, kind: str
) -> None:
    def at_the_end(done: int) -> None:
        if done == len(DATA):
            proxy.plan(Fault("POST", kind))

    faulty.put(KEY, source, description_of(DATA), at_the_end)
    assert proxy.requests.count("POST") == 3
    assert faulty.read(KEY, len(DATA)) == DATA
    assert open_keys(connection) == []


def test_an_upload_that_the_server_gave_up_is_worth_another_try(
    connection: AwsConnection, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = S3Objects(connection)
    upload_id = OpenUploads(connection).begin(KEY, description_of(DATA))
    OpenUploads(connection).abort(KEY, upload_id)
    with monkeypatch.context() as patch:
        patch.setattr(OpenUploads, "find", lambda *_: upload_id)
        patch.setattr(OpenUploads, "parts", lambda *_: {})
        with pytest.raises(StoreUnavailable):
            objects.put(KEY, source, description_of(DATA), resumable=True)
    objects.put(KEY, source, description_of(DATA), resumable=True)
    assert objects.read(KEY, len(DATA)) == DATA


def test_where_uploads_may_not_be_listed_it_begins_anew(faulty: S3Objects, proxy: FaultyProxy, source: Path) -> None:
    denied = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
    free = b"<Error><Code>NoSuchKey</Code><Message>no</Message></Error>"
    proxy.plan(Fault("GET", "answer", status=404, body=free), Fault("GET", "answer", status=403, body=denied))
    faulty.put(KEY, source, description_of(DATA), resumable=True)
    assert faulty.read(KEY, len(DATA)) == DATA


def test_a_part_is_known_by_its_digest_or_else_by_its_md5() -> None:
    data, md5 = b"part", hashlib.md5(b"part", usedforsecurity=False).hexdigest()
    assert Part(1, '"x"', 4, "sum").holds(data, "sum")
    assert not Part(1, f'"{md5}"', 4, "other").holds(data, "sum")
    assert Part(1, f'"{md5}"', 4, None).holds(data, "sum")
    assert not Part(1, '"x"', 4, None).holds(data, "sum")
    assert not Part(1, f'"{md5}"', 5, None).holds(data, "sum")


@pytest.mark.parametrize("size", [1, PART, 5_000_000_000, MOST_PARTS * PART, MOST_PARTS * PART + 1, 5 * 10**12])
def test_no_file_has_more_parts_than_s3_takes(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagedesk.stores.aws.parted_put.PART", PART)
    description = replace(description_of(b""), size=size)
    upload = PartedUpload(KEY, io.BytesIO(), description, no_progress, CancelToken(), resumable=True)
    assert upload.part_size >= PART
    assert -(-size // upload.part_size) <= MOST_PARTS
