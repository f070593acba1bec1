"""An answer that breaks off within its head: botocore takes it for a whole one."""

from __future__ import annotations

import types
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from imagedesk.core.errors import StoreUnavailable
from imagedesk.core.profiles import AwsProfile
from imagedesk.core.query import StoreFilter
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from tests.unit.stores.aws.conftest import description_of
from tests.unit.stores.aws.scripted_server import ScriptedServer, scripted_server

KEY = "images/mila/01/autumn leaves.jpg"
DATA = b"picture"
CUT_HEAD = b"HTTP/1.1 200 OK\r\nETag: x\r\n"


def test_an_answer_whose_head_was_cut_is_no_empty_object(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = b"HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: 3\r\n\r\nabc"
    with scripted_server([CUT_HEAD, b"hang up"], [whole]) as server, _client_of(server) as connection:
        monkeypatch.setattr(connection, "lean", lambda: None)
        S3Objects(connection).download(KEY, tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == b"abc"


def test_a_look_whose_answer_was_cut_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = b"HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n"
    with scripted_server([refused], [CUT_HEAD, b"hang up"]) as server, _client_of(server) as connection:
        monkeypatch.setattr(connection, "lean", lambda: None)
        with pytest.raises(StoreUnavailable, match="was cut"):
            S3Objects(connection).put(KEY, DATA, description_of(DATA))


@contextmanager
def _client_of(server: ScriptedServer) -> Iterator[AwsConnection]:
    url = f"http://127.0.0.1:{server.port}"
    profile = AwsProfile(name="team", bucket="b", table="t", s3_endpoint_url=url, dynamodb_endpoint_url=url)
    with closing(AwsConnection(profile)) as connection:
        yield connection


@pytest.mark.parametrize("ask", ["list_objects_v2", "list_multipart_uploads", "get_bucket_versioning"])
def test_a_listing_whose_answer_was_cut_is_no_empty_one(ask: str) -> None:
    with scripted_server([CUT_HEAD, b"hang up"]) as server, _asked(server) as connection:
        getattr(connection.s3(), ask)(Bucket="b")


def test_a_part_whose_answer_was_cut_is_not_taken_for_stored() -> None:
    cut = b"HTTP/1.1 200 OK\r\nX-Odd: x\r\n"
    with scripted_server([cut, b"hang up"]) as server, _asked(server) as connection:
        connection.s3().upload_part(Bucket="b", Key="k", UploadId="u", PartNumber=1, Body=b"x")


@pytest.mark.parametrize("ask", ["get", "describe"])
def test_an_item_whose_answer_was_cut_is_not_taken_for_absent(ask: str) -> None:
    cut = b"HTTP/1.1 200 OK\r\nServer: x\r\n"
    with scripted_server(*[[cut, b"hang up"]] * 2) as server, _client_of(server) as connection:
        records = DynamoRecords(connection)
        with pytest.raises(StoreUnavailable, match="is not DynamoDB"):
            records.get("mila!01") if ask == "get" else records.page(StoreFilter(), 10)


def test_an_error_without_a_body_keeps_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time", types.SimpleNamespace(sleep=lambda _seconds: None))
    busy = [b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"]
    told = pytest.raises(StoreUnavailable, match="has a problem of its own")
    with scripted_server(*[busy] * 5) as server, _client_of(server) as connection, told:
        DynamoRecords(connection).get("mila!01")


@contextmanager
def _asked(server: ScriptedServer) -> Iterator[AwsConnection]:
    """The answer must be told to be none of S3's."""
    with (
        _client_of(server) as connection,
        pytest.raises(StoreUnavailable, match="is not S3"),
        connection.translating("s3"),
    ):
        yield connection
