"""Who acts: the caller of the credentials on AWS, a typed name elsewhere."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from imagedesk.core.errors import (
    InvalidCredentials,
    InvalidUser,
    MissingUser,
    SessionExpired,
    StoreUnavailable,
    WrongUser,
)
from imagedesk.core.ownership import Identity
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection, Caller
from imagedesk.stores.aws.identity import AwsIdentity, kind_and_user_of
from tests.unit.stores.aws.faulty_proxy import faulty_proxy

MILA = "arn:aws:iam::123456789012:user/design/mila"


class SignedIn(AwsConnection):
    """A connection to AWS as STS would describe it."""

    def __init__(self, arn: str) -> None:
        super().__init__(AwsProfile("aws", region="eu-west-1"))
        self.arn = arn
        self.is_down = False

    @property
    def is_emulated(self) -> bool:
        return False

    def caller(self) -> Caller:
        if self.is_down:
            raise StoreUnavailable("down")
        return Caller("123456789012", self.arn)


@pytest.mark.parametrize(
    ("resource", "kind", "user_id"),
    [
        ("iam::123456789012:user/mila", "IAM user", "mila"),
        ("iam::123456789012:user/design/mila", "IAM user", "mila"),
        ("iam::123456789012:user/a/b/c/noor@example.org", "IAM user", "noor@example.org"),
        ("iam::123456789012:user/federated-user/lin", "IAM user", "lin"),
        ("iam::123456789012:user/" + "x" * 64, "IAM user", "x" * 64),
        ("sts::123456789012:assumed-role/editor/mila", "role session", "mila"),
        ("sts::123456789012:assumed-role/ci/build=42,x", "role session", "build=42,x"),
        ("sts::123456789012:assumed-role/ec2-kiosk/i-0123456789abcdef0", "role session", "i-0123456789abcdef0"),
        ("sts::123456789012:assumed-role/user/root", "role session", "root"),
        (
            "sts::123456789012:assumed-role/AWSReservedSSO_Editor_1a2b3c4d5e6f7a8b/noor@example.org",
            "Identity Center",
            "noor@example.org",
        ),
        ("sts::123456789012:federated-user/lin", "federated user", "lin"),
        ("iam::123456789012:root", "root user", "root"),
    ],
)
@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_the_user_is_read_from_the_callers_arn(partition: str, resource: str, kind: str, user_id: str) -> None:
    caller = Caller("123456789012", f"arn:{partition}:{resource}")
    assert kind_and_user_of(caller) == (kind, user_id)
    source = AwsIdentity(SignedIn(caller.arn), None, "login")
    assert source.identity() == Identity(user_id, verified=True, source=f"{kind}, AWS account 123456789012")


@pytest.mark.parametrize(
    "resource",
    [
        "sts::123456789012:assumed-role/editor/mila miller",
        "sts::123456789012:assumed-role/editor/mila!",
        "sts::123456789012:assumed-role/editor/milé",
        "sts::123456789012:assumed-role/editor/..",
        "iam::123456789012:user/.",
        "iam::123456789012:user/" + "x" * 65,
    ],
)
def test_a_name_that_is_no_user_id_is_refused_and_not_changed_into_one(resource: str) -> None:
    with pytest.raises(InvalidCredentials, match="cannot be a user name here"):
        kind_and_user_of(Caller("123456789012", f"arn:aws:{resource}"))


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "mila",
        "arn:aws:iam::123456789012:role/editor",
        "arn:aws:sts::123456789012:assumed-role/editor",
        "arn:aws:sts::123456789012:assumed-role/editor/",
        "arn:aws:sts::123456789012:assumed-role/editor/mila/x",
        "arn:aws:iam::123456789012:user/",
        "arn:aws:iam::123456789012:rooted",
    ],
)
def test_an_arn_of_nobody_is_refused(arn: str) -> None:
    with pytest.raises(InvalidCredentials, match="does not say who"):
        kind_and_user_of(Caller("123456789012", arn))


def test_renewed_credentials_may_be_somebody_elses() -> None:
    connection = SignedIn(MILA)
    source = AwsIdentity(connection, None, "login")
    assert source.identity().user_id == "mila"
    connection.arn = MILA.replace("mila", "noor")
    assert source.identity().user_id == "noor"


def test_a_typed_name_must_be_the_callers() -> None:
    assert AwsIdentity(SignedIn(MILA), "mila", "login").identity().user_id == "mila"
    with pytest.raises(WrongUser, match="belong to “mila”, not to “noor”"):
        AwsIdentity(SignedIn(MILA), "noor", "login").identity()
    with pytest.raises(MissingUser):
        AwsIdentity(SignedIn(MILA), "", "login").identity()


def test_a_failure_is_not_remembered() -> None:
    connection = SignedIn(MILA)
    connection.is_down = True
    source = AwsIdentity(connection, None, "login")
    with pytest.raises(StoreUnavailable):
        source.identity()
    connection.is_down = False
    assert source.identity().verified


def test_on_an_emulator_a_name_is_typed_and_not_verified(connection: AwsConnection) -> None:
    typed = AwsIdentity(connection, "noor", "login").identity()
    assert (typed.user_id, typed.verified) == ("noor", False)
    assert AwsIdentity(connection, None, "login").identity().user_id == "login"
    with pytest.raises(MissingUser):
        AwsIdentity(connection, "", "login").identity()
    with pytest.raises(InvalidUser):
        AwsIdentity(connection, "a/b", "login").identity()


@pytest.mark.parametrize(
    ("variable", "is_emulated"),
    [
        ("AWS_ENDPOINT_URL", True),
        ("AWS_ENDPOINT_URL_S3", True),
        ("AWS_ENDPOINT_URL_DYNAMODB", True),
        ("AWS_ENDPOINT_URL_STS", True),
        ("AWS_ENDPOINT_URL_SQS", False),
    ],
)
def test_an_emulator_of_any_service_in_use_verifies_nobody(
    monkeypatch: pytest.MonkeyPatch, variable: str, is_emulated: bool
) -> None:
    monkeypatch.setenv(variable, "http://localhost:4566")
    connection = AwsConnection(AwsProfile("aws", region="eu-west-1"))
    assert connection.is_emulated == is_emulated
    if is_emulated:
        assert AwsIdentity(connection, None, "login").identity() == Identity(
            "login", verified=False, source="login name, not verified"
        )
    connection.close()


def test_sts_is_asked_once_until_the_session_ends(moto_server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", moto_server_url)
    connection = AwsConnection(AwsProfile("aws", region="eu-west-1"))
    assert connection.expected_owner == {}
    with faulty_proxy(moto_server_url, moto_server_url) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", proxy.url)
        first = connection.caller()
        assert connection.caller() is first
        assert connection.expected_owner == {"ExpectedBucketOwner": first.account}
        with pytest.raises(SessionExpired), connection.translating("s3"):
            raise ClientError({"Error": {"Code": "ExpiredToken"}}, "GetObject")
        assert connection.expected_owner == {}
        assert connection.caller() == first
        connection.close()
    assert proxy.requests == ["POST", "POST"]
