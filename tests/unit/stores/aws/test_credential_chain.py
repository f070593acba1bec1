"""What files and programs of the AWS configuration cause is told as trouble with the credentials, never as a bug."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from imagedesk.core.errors import ImageDeskError, InvalidCredentials, InvalidSettings
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.records import DynamoRecords

CLOSED_PORT = "http://127.0.0.1:1"
Said = Callable[[str], ImageDeskError]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Said:
    """What a person hears with this AWS configuration for the profile ``team``."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)

    def ask(lines: str) -> ImageDeskError:
        config = tmp_path / "config"
        config.write_text(f"[profile team]\nregion = eu-west-1\n{lines}\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
        connection = AwsConnection(AwsProfile("team", profile="team", dynamodb_endpoint_url=CLOSED_PORT))
        with pytest.raises(ImageDeskError) as caught:
            DynamoRecords(connection).get("mila!1")
        connection.close()
        return caught.value

    return ask


def program(tmp_path: Path, text: str) -> str:
    path = tmp_path / "program.py"
    path.write_text(text)
    return f"credential_process = {sys.executable} {path}"


@pytest.mark.parametrize(
    "printed",
    ["", "secret-not-json", "[]", "{}", '{"Version": 7}', '{"Version": 1, "AccessKeyId": "a"}',
     '{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "secret-b", "Expiration": "tomorrow"}'],
)  # fmt: skip
def test_a_credential_process_that_prints_anything_else(said: Said, tmp_path: Path, printed: str) -> None:
    error = said(program(tmp_path, f"print({printed!r})"))
    assert isinstance(error, InvalidCredentials)
    assert "profile “team”" in error.message
    assert "secret" not in error.message


def test_a_credential_process_that_fails_or_is_not_there(said: Said, tmp_path: Path) -> None:
    for lines in (program(tmp_path, "raise SystemExit(3)"), f"credential_process = {tmp_path}/not-there"):
        error = said(lines)
        assert isinstance(error, InvalidCredentials)
        assert "profile “team”" in error.message


def test_a_token_file_that_is_gone(said: Said, tmp_path: Path) -> None:
    error = said(f"role_arn = arn:aws:iam::123456789012:role/editor\nweb_identity_token_file = {tmp_path}/gone")
    assert isinstance(error, InvalidCredentials)


@pytest.mark.parametrize(
    "lines",
    [
        "role_arn = arn:aws:iam::123456789012:role/editor",
        "role_arn = arn:aws:iam::123456789012:role/editor\nsource_profile = nobody",
        "role_arn = arn:aws:iam::123456789012:role/editor\nsource_profile = team",
        "role_arn = arn:aws:iam::123456789012:role/editor\ncredential_source = Nonsense",
        "sso_session = nobody\nsso_account_id = 123456789012\nsso_role_name = editor",
        "sso_start_url = https://example.org/start",
    ],
)
def test_a_profile_that_does_not_hang_together(said: Said, lines: str) -> None:
    assert isinstance(said(lines), InvalidCredentials | InvalidSettings)


@pytest.mark.parametrize("url", ["http://files.example.org/credentials", "nonsense"])
def test_a_container_endpoint_of_no_use(said: Said, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> None:
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)
    assert isinstance(said(""), InvalidCredentials)
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "gone"))
    assert isinstance(said(""), InvalidCredentials)


def test_an_expiration_in_the_environment_that_is_no_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", "tomorrow")
    connection = AwsConnection(AwsProfile("team", dynamodb_endpoint_url=CLOSED_PORT))
    with pytest.raises(InvalidCredentials):
        DynamoRecords(connection).get("mila!1")
    connection.close()
