"""What a library on S3 and DynamoDB relies on its server for: links that end, refusals, items of other clients."""

from __future__ import annotations

import base64
import hashlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import botocore.auth
import pytest

from imagedesk.core.errors import (
    AccessDenied,
    CorruptObject,
    InvalidCredentials,
    LibraryNotSetUp,
    NotFound,
    StoreUnavailable,
)
from imagedesk.core.ports import ObjectDescription
from imagedesk.core.query import StoreFilter
from imagedesk.stores.aws.connection import AwsConnection, Caller
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from tests.contract.aws_servers import AwsProfileFactory
from tests.fakes.sample_records import sample_record
from tests.unit.stores.aws.sample_records import older_item, put_items

KEY, DATA = "images/ann/01H/høst 1.jpg", b"picture" * 100
OTHER_KEY = "images/ann/01H/other.jpg"
REALLY_NOW = botocore.auth.get_current_datetime


@pytest.fixture
def connection(aws_profile: AwsProfileFactory) -> Iterator[AwsConnection]:
    opened = AwsConnection(aws_profile())
    yield opened
    opened.close()


@pytest.fixture
def objects(connection: AwsConnection) -> S3Objects:
    """With a picture under each of the two keys."""
    store = S3Objects(connection)
    for key in (KEY, OTHER_KEY):
        facts = ObjectDescription(
            "image/jpeg", len(DATA), hashlib.sha256(DATA).hexdigest(), "ann", "ann!01H", "høst 1.jpg"
        )
        store.put(key, DATA, facts)
    return store


def link(objects: S3Objects) -> str:
    return objects.presign(KEY, "høst 1.jpg", "image/jpeg", timedelta(hours=1)).url


def refusal(url: str) -> int:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url)
    caught.value.close()
    return caught.value.code


def two_hours_ago(remove_tzinfo: bool = True) -> datetime:
    return REALLY_NOW(remove_tzinfo) - timedelta(hours=2)


def test_a_link_opens_as_the_picture_under_its_name(objects: S3Objects) -> None:
    with urllib.request.urlopen(link(objects)) as answer:
        assert answer.read() == DATA
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert "h%C3%B8st%201.jpg" in answer.headers["Content-Disposition"]


@pytest.mark.needs("private buckets")
def test_nothing_opens_without_a_signature(objects: S3Objects) -> None:
    assert refusal(link(objects).partition("?")[0]) == 403


@pytest.mark.needs("link signatures")
def test_a_link_opens_no_other_picture(objects: S3Objects) -> None:
    assert refusal(link(objects).replace("h%C3%B8st%201.jpg?", "other.jpg?")) == 403


@pytest.mark.needs("link expiry")
def test_a_link_does_not_open_after_its_end(objects: S3Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", two_hours_ago)
    assert refusal(link(objects)) == 403


@pytest.mark.needs("checksums")
def test_bytes_damaged_on_the_way_are_refused(connection: AwsConnection) -> None:
    checksum = base64.b64encode(hashlib.sha256(b"what was meant").digest()).decode()
    with pytest.raises(CorruptObject), connection.translating("s3"):
        connection.s3().put_object(Bucket=connection.profile.bucket, Key=KEY, Body=DATA, ChecksumSHA256=checksum)
    with pytest.raises(NotFound):
        S3Objects(connection).read(KEY, 1000)


@pytest.mark.needs("secrets")
def test_a_wrong_secret_is_refused(
    objects: S3Objects, connection: AwsConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    connection.close()
    with pytest.raises(InvalidCredentials, match="secret access key"):
        objects.read(KEY, 1000)


@pytest.mark.needs("unknown keys")
def test_an_unknown_key_is_refused(
    objects: S3Objects, connection: AwsConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    connection.close()
    with pytest.raises(InvalidCredentials, match="access key id"):
        objects.read(KEY, 1000)


@pytest.mark.needs("request times")
def test_a_clock_that_is_wrong_is_told(
    objects: S3Objects, connection: AwsConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", two_hours_ago)
    if (lean := connection.lean()) is not None:  # it signs by a clock of its own
        monkeypatch.setattr(lean._signer, "_clock", lambda: two_hours_ago(False).timestamp())
    with pytest.raises(StoreUnavailable, match="clock of this computer"):
        objects.read(KEY, 1000)


@pytest.mark.needs("bucket owners")
def test_a_bucket_of_another_account_is_refused(objects: S3Objects, connection: AwsConnection) -> None:
    connection._caller = Caller("999999999999", "arn:aws:iam::999999999999:user/mila")
    with pytest.raises(AccessDenied, match="another account"):
        objects.read(KEY, 1000)


def test_what_was_never_set_up_names_the_command(blank_aws_profile: AwsProfileFactory) -> None:
    profile = replace(blank_aws_profile(), table="absent-table")
    connection = AwsConnection(profile)
    for ask in (lambda: DynamoRecords(connection).page(StoreFilter(), 1), lambda: S3Objects(connection).read(KEY, 1)):
        with pytest.raises(LibraryNotSetUp) as caught:
            ask()
        assert f"imagedesk setup --library aws --bucket {profile.bucket} --table absent-table" in caught.value.message
        assert f"--s3-endpoint-url {profile.s3_endpoint_url}" in caught.value.message
    connection.close()


def test_items_of_other_clients_list_or_are_counted(connection: AwsConnection) -> None:
    odd: list[dict[str, Any]] = [
        older_item(1),
        older_item(2, metadata={"M": {"deep": {"L": [{"BOOL": True}, {"NULL": True}, {"N": "1.5"}]}}}),
        older_item(3, size={"N": "123456789012345678901234567890"}),
        older_item(4, filename={"SS": ["a", "b"]}),
        older_item(5, sha256={"B": b"\0\1"}, width={"S": "wide"}, extra={"NS": ["1", "2"]}),
        older_item(6, created_at=None),
        {"image_id": {"S": "bare"}},
    ]
    put_items(connection, *odd)
    store = DynamoRecords(connection)
    record = sample_record(1)
    store.add(record)
    page = store.page(StoreFilter(), 10)
    assert {each.filename for each in page.records} == {record.filename, "old 1.jpg", "old 2.jpg", "old 5.jpg"}
    assert page.skipped == 4
    assert {each.filename for each in store.page(StoreFilter("mila"), 10).records} == {
        "old 1.jpg",
        "old 2.jpg",
        "old 5.jpg",
    }
