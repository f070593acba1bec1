"""Typed keys sign every request to their server, and none to Amazon; nothing but the signature has them."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError

from imagedesk.core.errors import InvalidCredentials
from imagedesk.core.profiles import AwsProfile
from imagedesk.core.server_keys import ServerKeys
from imagedesk.libraries import forget_keys, keep_keys, open_library, plan_library
from imagedesk.settings import load_settings, save_profile, settings_path
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from tests.fakes.keyring_backend import MemoryKeyring
from tests.fakes.picture_reader import FakePictureReader
from tests.unit.stores.aws.conftest import description_of

KEYS = ServerKeys("AKTYPED", "very-secret")
DATA = b"bytes of a picture"


@pytest.fixture
def typed(profile: AwsProfile) -> Iterator[AwsConnection]:
    with closing(AwsConnection(profile, lambda: KEYS, "in the system keyring")) as connection:
        yield connection


def signer_of(headers: Any) -> str:
    value = headers["Authorization"]
    text = value.decode() if isinstance(value, bytes) else value
    return text.partition("Credential=")[2].partition("/")[0]


def test_every_way_to_the_server_signs_with_them(typed: AwsConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    signers: list[str] = []

    def note(request: Any, **_context: object) -> None:
        signers.append(signer_of(request.headers))

    for client in (typed.s3(), typed.dynamodb()):
        client.meta.events.register_first("before-send", note)
    objects = S3Objects(typed)
    objects.put("images/ann/1/x.jpg", DATA, description_of(DATA))
    lean = typed.lean()
    assert lean is not None
    signed = lean._signer.signed("GET", "/", "", {"host": "x"}, "e3b0")
    signers.append(signer_of({"Authorization": signed["authorization"]}))
    objects.delete("images/ann/1/x.jpg")
    typed.dynamodb().describe_table(TableName=typed.profile.table)
    link = objects.presign("images/ann/1/x.jpg", "x.jpg", "image/jpeg", timedelta(hours=1))
    signers.append(parse_qs(urlsplit(link.url).query)["X-Amz-Credential"][0].partition("/")[0])
    assert len(signers) > 4
    assert set(signers) == {"AKTYPED"}


def test_amazon_never_sees_them(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def keys() -> ServerKeys:
        asked.append(1)
        return KEYS

    at_amazon = AwsProfile("aws", region="eu-west-1", s3_endpoint_url="https://s3.eu-west-1.amazonaws.com")
    with closing(AwsConnection(at_amazon, keys)) as connection:
        clients: list[Any] = [connection.s3(), connection.dynamodb()]
        signers = [client._get_credentials().access_key for client in clients]
    assert signers == ["testing", "testing"]
    assert asked == []


def test_refused_keys_say_where_they_are(typed: AwsConnection) -> None:
    for code in ("InvalidAccessKeyId", "SignatureDoesNotMatch"):
        refusal: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 403}}
        typed.s3()
        with pytest.raises(InvalidCredentials) as told, typed.translating("s3"):
            raise ClientError(refusal, "ListObjectsV2")
        assert "in the system keyring" in told.value.message


def test_after_a_refusal_changed_keys_are_asked_for_anew(profile: AwsProfile) -> None:
    given = iter([ServerKeys("OLD", "x"), ServerKeys("NEW", "y")])
    with closing(AwsConnection(profile, lambda: next(given))) as connection:
        client: Any = connection.s3()
        assert client._get_credentials().access_key == "OLD"
        refusal: Any = {"Error": {"Code": "InvalidAccessKeyId"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
        with pytest.raises(InvalidCredentials), connection.translating("s3"):
            raise ClientError(refusal, "ListObjectsV2")
        client = connection.s3()
        assert client._get_credentials().access_key == "NEW"


def test_a_library_whose_keys_are_kept_opens_with_them(profile: AwsProfile, system_keyring: MemoryKeyring) -> None:
    kept = replace(profile, name="nas", keys_in_keyring=True)
    keep_keys(profile, kept, KEYS)
    library = open_library(kept, FakePictureReader(), typed_user="ann", with_catalogue=False)
    with closing(library):
        assert list(library.check.run()) == []
    assert [step.state for step in plan_library(kept)]
    forget_keys(kept)
    again = open_library(kept, FakePictureReader(), typed_user="ann", with_catalogue=False)
    with closing(again), pytest.raises(InvalidCredentials, match="holds no keys for nas at"):
        list(again.check.run())


def test_a_library_that_is_renamed_takes_its_keys_along(profile: AwsProfile, system_keyring: MemoryKeyring) -> None:
    old, new = replace(profile, name="old", keys_in_keyring=True), replace(profile, name="new", keys_in_keyring=True)
    keep_keys(profile, old, KEYS)
    keep_keys(old, new, None)
    assert [name for _service, name in system_keyring.entries] == [f"new at {profile.s3_endpoint_url}"]


def test_neither_settings_logs_nor_representations_hold_a_secret(
    profile: AwsProfile, system_keyring: MemoryKeyring, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    kept = replace(profile, name="nas", keys_in_keyring=True)
    keep_keys(profile, kept, KEYS)
    save_profile(load_settings(), kept)
    assert load_settings().libraries["nas"] == kept
    library = open_library(kept, FakePictureReader(), typed_user="ann", with_catalogue=False)
    with closing(library):
        list(library.check.run())
        texts = [repr(library), repr(vars(library.service)), settings_path().read_text(), caplog.text]
    home = Path.home()
    texts += [path.read_text("latin-1") for path in home.rglob("*") if path.is_file()]
    assert "keys_in_keyring = true" in settings_path().read_text()
    for text in texts:
        assert "very-secret" not in text
        assert "AKTYPED" not in text


def test_the_library_is_imported_only_when_keys_are_wanted() -> None:
    code = "import sys, imagedesk.libraries; assert not {'keyring', 'boto3'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
