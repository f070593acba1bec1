"""Objects in S3, against a real HTTP server, straight and through a proxy that makes faults."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import (
    AlreadyExists,
    Cancelled,
    CannotWrite,
    CorruptObject,
    LibraryNotSetUp,
    NotFound,
    SourceChanged,
    StoreUnavailable,
    UnreadableFile,
)
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from tests.unit.stores.aws.conftest import description_of
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy

KEY = "images/mila/01/autumn leaves.jpg"
DATA = bytes(range(256)) * 12_000  # three chunks of a download


@pytest.fixture
def objects(connection: AwsConnection) -> S3Objects:
    return S3Objects(connection)


@pytest.fixture
def faulty(proxied: AwsConnection) -> S3Objects:
    return S3Objects(proxied)


def test_what_was_put_is_downloaded_again(objects: S3Objects, tmp_path: Path) -> None:
    source, target = tmp_path / "source.jpg", tmp_path / "target.jpg"
    source.write_bytes(DATA)
    target.write_bytes(b"an older file, longer or not")
    up: list[int] = []
    down: list[int] = []
    objects.put(KEY, source, description_of(DATA), up.append)
    assert objects.download(KEY, target, down.append) == hashlib.sha256(DATA).hexdigest()
    assert target.read_bytes() == DATA
    for seen in (up, down):
        assert seen == sorted(seen)
        assert seen[-1] == len(DATA)


def test_an_object_says_whose_it_is_and_how_to_show_it(objects: S3Objects, connection: AwsConnection) -> None:
    objects.put(KEY, DATA, description_of(DATA, "Äpfel “rot”.jpg"))
    head = connection.s3().head_object(Bucket=connection.profile.bucket, Key=KEY)
    assert head["ContentType"] == "image/jpeg"
    assert head["ContentDisposition"] == (
        "inline; filename=\"_pfel _rot_.jpg\"; filename*=UTF-8''%C3%84pfel%20%E2%80%9Crot%E2%80%9D.jpg"
    )
    assert head["Metadata"] == {
        "owner": "mila",
        "image-id": "mila!01",
        "name": "%C3%84pfel%20%E2%80%9Crot%E2%80%9D.jpg",
        "sha256": hashlib.sha256(DATA).hexdigest(),
    }


def test_a_name_too_long_for_a_header_is_shortened(objects: S3Objects) -> None:
    objects.put(KEY, DATA, description_of(DATA, "葉" * 250 + ".jpg"))


def test_the_same_bytes_again_are_a_success_and_others_are_not(objects: S3Objects) -> None:
    objects.put(KEY, DATA, description_of(DATA))
    objects.put(KEY, DATA, description_of(DATA))
    other = DATA[:-1] + b"!"
    with pytest.raises(AlreadyExists):
        objects.put(KEY, other, description_of(other))
    assert objects.read(KEY, len(DATA)) == DATA


def test_a_file_that_is_not_what_was_described_is_not_stored(objects: S3Objects, tmp_path: Path) -> None:
    source = tmp_path / "source.jpg"
    source.write_bytes(DATA[:-1] + b"!")
    with pytest.raises(SourceChanged):
        objects.put(KEY, source, description_of(DATA))
    source.write_bytes(DATA + b"more")
    with pytest.raises(SourceChanged):
        objects.put(KEY, source, description_of(DATA))
    with pytest.raises(UnreadableFile):
        objects.put(KEY, tmp_path / "absent.jpg", description_of(DATA))
    with pytest.raises(NotFound):
        objects.read(KEY, 10)


def test_a_file_that_shrinks_while_it_is_sent_stops_the_upload(objects: S3Objects, tmp_path: Path) -> None:
    source = tmp_path / "source.jpg"
    source.write_bytes(DATA)
    with pytest.raises(SourceChanged):
        objects.put(KEY, source, description_of(DATA), lambda _done: os.truncate(source, 10))
    with pytest.raises(NotFound):
        objects.read(KEY, 10)


def test_cancelling_stops_an_upload_and_stores_nothing(objects: S3Objects) -> None:
    cancel = CancelToken()
    seen: list[int] = []

    def cancel_soon(done: int) -> None:
        seen.append(done)
        cancel.cancel()

    with pytest.raises(Cancelled):
        objects.put(KEY, DATA, description_of(DATA), cancel_soon, cancel)
    assert len(seen) == 1
    with pytest.raises(Cancelled):
        objects.put(KEY, DATA, description_of(DATA), cancel=cancel)
    with pytest.raises(NotFound):
        objects.read(KEY, 10)


def test_cancelling_stops_a_download(objects: S3Objects, tmp_path: Path) -> None:
    objects.put(KEY, DATA, description_of(DATA))
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        objects.download(KEY, tmp_path / "target", lambda _done: cancel.cancel(), cancel)
    assert (tmp_path / "target").stat().st_size < len(DATA)


def test_reading_stops_at_the_limit(objects: S3Objects) -> None:
    objects.put(KEY, DATA, description_of(DATA))
    with pytest.raises(CorruptObject):
        objects.read(KEY, len(DATA) - 1)


def test_what_is_not_there_is_not_found_and_is_deleted_in_peace(objects: S3Objects, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        objects.download(KEY, tmp_path / "target")
    objects.delete(KEY)
    objects.put(KEY, DATA, description_of(DATA))
    objects.delete(KEY)
    with pytest.raises(NotFound):
        objects.read(KEY, 10)


def test_a_bucket_that_is_not_there_asks_for_set_up(connection: AwsConnection, tmp_path: Path) -> None:
    lost = AwsConnection(replace(connection.profile, bucket="nothing-here"))
    objects = S3Objects(lost)
    with pytest.raises(LibraryNotSetUp, match="imagedesk setup --library aws"):
        objects.put(KEY, DATA, description_of(DATA))
    with pytest.raises(LibraryNotSetUp):
        objects.read(KEY, 10)
    with pytest.raises(LibraryNotSetUp):
        objects.delete(KEY)
    lost.close()


def test_a_folder_that_cannot_be_written_says_so(objects: S3Objects, tmp_path: Path) -> None:
    with pytest.raises(CannotWrite):
        objects.download(KEY, tmp_path / "absent" / "target")


def test_an_object_has_an_address_and_no_local_path(objects: S3Objects, connection: AwsConnection) -> None:
    assert objects.url(KEY) == f"s3://{connection.profile.bucket}/{KEY}"
    assert objects.local_path(KEY) is None


def test_a_link_opens_in_a_browser_until_its_end(objects: S3Objects) -> None:
    objects.put(KEY, DATA, description_of(DATA))
    before = datetime.now(UTC).replace(microsecond=0)
    link = objects.presign(KEY, "Äpfel.png", "image/png", timedelta(hours=1))
    with urlopen(link.url) as answer:
        assert answer.read() == DATA
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Disposition"].startswith("inline; filename=")
    assert before + timedelta(hours=1) <= link.expires_at <= datetime.now(UTC) + timedelta(hours=1)
    assert link.warning == "The link works on this computer only: the library is on it."


def test_a_link_lasts_seven_days_at_most_and_never_runs_a_script(objects: S3Objects) -> None:
    link = objects.presign(KEY, "page.svg", "image/svg+xml", timedelta(days=30))
    assert link.expires_at <= datetime.now(UTC) + timedelta(days=7)
    assert "response-content-disposition=attachment" in link.url


def test_a_link_warns_that_it_ends_with_the_session(objects: S3Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    link = objects.presign(KEY, "a.jpg", "image/jpeg", timedelta(days=1))
    assert link.warning is not None
    assert "when your AWS session ends" in link.warning


def test_a_link_ends_with_a_session_whose_end_is_known(objects: S3Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    end = (datetime.now(UTC) + timedelta(hours=2)).replace(second=30)  # found to the second, told to the minute
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", end.isoformat())
    link = objects.presign(KEY, "a.jpg", "image/jpeg", timedelta(days=1))
    assert abs(link.expires_at - end) < timedelta(seconds=3)
    assert f"{end.astimezone():%H:%M}" in (link.warning or "")


def test_a_put_whose_answer_was_lost_succeeds_once(faulty: S3Objects, proxy: FaultyProxy, objects: S3Objects) -> None:
    proxy.plan(Fault("PUT", "lose"))
    seen: list[int] = []
    faulty.put(KEY, DATA, description_of(DATA), seen.append)
    assert proxy.requests == ["PUT", "PUT", "GET"]
    assert objects.read(KEY, len(DATA)) == DATA


def test_a_put_collides_with_another_and_is_tried_again(faulty: S3Objects, proxy: FaultyProxy) -> None:
    conflict = b"<Error><Code>ConditionalRequestConflict</Code><Message>try again</Message></Error>"
    proxy.plan(Fault("PUT", "answer", status=409, body=conflict))
    faulty.put(KEY, DATA, description_of(DATA))
    assert faulty.read(KEY, len(DATA)) == DATA


def test_a_server_without_conditional_puts_is_looked_at_first(faulty: S3Objects, proxy: FaultyProxy) -> None:
    unknown = b"<Error><Code>NotImplemented</Code><Message>A header you provided</Message></Error>"
    proxy.plan(Fault("PUT", "answer", status=501, body=unknown))
    faulty.put(KEY, DATA, description_of(DATA))
    faulty.put(KEY, DATA, description_of(DATA))
    other = DATA[1:]
    with pytest.raises(AlreadyExists):
        faulty.put(KEY, other, description_of(other))
    assert proxy.requests == ["PUT", "GET", "PUT", "GET", "GET"]


def test_a_download_that_is_cut_goes_on_where_it_was(faulty: S3Objects, proxy: FaultyProxy, tmp_path: Path) -> None:
    faulty.put(KEY, DATA, description_of(DATA))
    proxy.plan(Fault("GET", "cut", times=2))
    seen: list[int] = []
    assert faulty.download(KEY, tmp_path / "target", seen.append) == hashlib.sha256(DATA).hexdigest()
    assert seen == sorted(seen)
    assert proxy.requests.count("GET") == 3


def test_a_server_that_ignores_ranges_is_read_again(faulty: S3Objects, proxy: FaultyProxy, tmp_path: Path) -> None:
    faulty.put(KEY, DATA, description_of(DATA))
    proxy.plan(Fault("GET", "cut"), Fault("GET", "whole"))
    assert faulty.download(KEY, tmp_path / "target") == hashlib.sha256(DATA).hexdigest()


def test_an_object_replaced_while_it_is_read_is_refused(
    faulty: S3Objects, objects: S3Objects, proxy: FaultyProxy, tmp_path: Path
) -> None:
    faulty.put(KEY, DATA, description_of(DATA))
    proxy.plan(Fault("GET", "cut"))
    other = DATA[::-1]
    replaced: list[int] = []

    def replace_it(done: int) -> None:
        if not replaced:
            objects.delete(KEY)
            objects.put(KEY, other, description_of(other))
            replaced.append(done)

    with pytest.raises(CorruptObject):
        faulty.download(KEY, tmp_path / "target", replace_it)


def test_a_download_that_never_gets_through_ends(faulty: S3Objects, proxy: FaultyProxy, tmp_path: Path) -> None:
    small = DATA[:1000]
    faulty.put(KEY, small, description_of(small))
    proxy.plan(Fault("GET", "cut", times=50))
    with pytest.raises(StoreUnavailable, match="was cut"):
        faulty.download(KEY, tmp_path / "target")


def test_a_server_that_finds_the_changed_file_first_is_understood(
    faulty: S3Objects, proxy: FaultyProxy, tmp_path: Path
) -> None:
    source = tmp_path / "source.jpg"
    source.write_bytes(DATA[:-1] + b"!")
    bad = b"<Error><Code>BadDigest</Code><Message>The SHA256 you specified did not match</Message></Error>"
    proxy.plan(Fault("PUT", "answer", status=400, body=bad))
    with pytest.raises(SourceChanged):
        faulty.put(KEY, source, description_of(DATA))
