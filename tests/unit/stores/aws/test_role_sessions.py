"""Roles that ask for an MFA code: told in a sentence, asked for in a terminal, or begun by the AWS CLI already."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.utils import JSONFileCache

from imagedesk.core.errors import NotFound, SessionExpired
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.records import DynamoRecords

DEVICE = "arn:aws:iam::123456789012:mfa/mila"
CONFIG = f"""
[profile design]
region = us-east-1
role_arn = arn:aws:iam::123456789012:role/designers
role_session_name = mila
mfa_serial = {DEVICE}
source_profile = mila
"""
KEYS = "[mila]\naws_access_key_id = testing\naws_secret_access_key = testing\n"
Opened = Callable[..., AwsConnection]


@pytest.fixture
def design(profile: AwsProfile, moto_server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AwsProfile:
    """A library whose credentials profile is a role that asks for a code; STS is moto's."""

    def nobody_types(_prompt: str = "") -> str:
        raise AssertionError("the terminal was asked")

    monkeypatch.setattr("getpass.getpass", nobody_types)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text(CONFIG)
    (tmp_path / "credentials").write_text(KEYS)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", moto_server_url)
    return replace(profile, profile="design")


def begin_session_as_the_cli(code: str = "123456") -> None:
    """What ``aws sts get-caller-identity --profile design`` does: botocore, with the CLI's cache, on a terminal."""
    session: Any = boto3.Session(profile_name="design")
    provider = session._session.get_component("credential_provider").get_provider("assume-role")
    provider.cache = JSONFileCache(str(Path("~/.aws/cli/cache").expanduser()))
    provider._prompter = lambda _prompt: code
    session.get_credentials().get_frozen_credentials()


def cached_by_the_cli() -> list[Path]:
    return list(Path("~/.aws/cli/cache").expanduser().glob("*.json"))


def test_where_nobody_can_be_asked_the_sentence_says_what_to_run(design: AwsProfile) -> None:
    with closing(AwsConnection(design)) as connection:
        with pytest.raises(SessionExpired) as told:
            DynamoRecords(connection).get("mila!1")
        assert "“aws sts get-caller-identity --profile design”" in told.value.message
        with pytest.raises(SessionExpired):
            connection.session_end()


def test_after_that_command_it_goes_on_without_a_restart(design: AwsProfile) -> None:
    with closing(AwsConnection(design)) as connection:
        with pytest.raises(SessionExpired):
            DynamoRecords(connection).get("mila!1")
        begin_session_as_the_cli()
        with pytest.raises(NotFound):
            DynamoRecords(connection).get("mila!1")
        end, in_session = connection.session_end()
        assert end is not None
        assert in_session


def test_in_a_terminal_the_code_is_asked_for_and_nothing_is_written(design: AwsProfile) -> None:
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return "123456"

    with closing(AwsConnection(design, ask_for_code=answer)) as connection:
        for _ in range(2):
            with pytest.raises(NotFound):
                DynamoRecords(connection).get("mila!1")
    assert len(prompts) == 1
    assert DEVICE in prompts[0]
    assert cached_by_the_cli() == []


def test_a_profile_without_a_code_needs_none(design: AwsProfile, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(CONFIG.replace(f"mfa_serial = {DEVICE}\n", ""))
    with closing(AwsConnection(design)) as connection, pytest.raises(NotFound):
        DynamoRecords(connection).get("mila!1")
    assert cached_by_the_cli() == []


def test_a_damaged_cache_is_none(design: AwsProfile) -> None:
    begin_session_as_the_cli()
    (cache,) = cached_by_the_cli()
    for damaged in ("{", "[]", '{"Credentials": 7}'):
        cache.write_text(damaged)
        assert_asked(design)


def assert_asked(design: AwsProfile) -> None:
    with closing(AwsConnection(design)) as connection, pytest.raises(SessionExpired):
        DynamoRecords(connection).get("mila!1")
