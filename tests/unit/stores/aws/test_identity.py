"""Who acts: the caller of the credentials on AWS, a typed name elsewhere."""

from __future__ import annotations

import pytest

from imagedesk.core.errors import InvalidUser, MissingUser, StoreUnavailable, WrongUser
from imagedesk.core.ownership import Identity
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection, Caller
from imagedesk.stores.aws.identity import AwsIdentity, user_of

MILA = "arn:aws:iam::123456789012:user/design/mila"


class SignedIn(AwsConnection):
    """A connection to AWS as STS would describe it."""

    def __init__(self, arn: str) -> None:
        super().__init__(AwsProfile("aws", region="eu-west-1"))
        self.arn = arn
        self.asked = 0
        self.is_down = False

    @property
    def is_emulated(self) -> bool:
        return False

    def caller(self) -> Caller:
        self.asked += 1
        if self.is_down:
            raise StoreUnavailable("down")
        return Caller("123456789012", self.arn)


@pytest.mark.parametrize(
    ("arn", "user_id"),
    [
        (MILA, "mila"),
        ("arn:aws:iam::123456789012:user/noor@example.org", "noor@example.org"),
        ("arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Editor_1a2b/noor@example.org", "noor@example.org"),
        ("arn:aws:sts::123456789012:assumed-role/ci/build=42,x", "build=42,x"),
        ("arn:aws-cn:sts::123456789012:federated-user/lin", "lin"),
        ("arn:aws:iam::123456789012:root", "root"),
        ("arn:aws:sts::123456789012:assumed-role/role/odd name/é", "-"),
    ],
)
def test_the_user_is_read_from_the_callers_arn(arn: str, user_id: str) -> None:
    assert user_of(Caller("123456789012", arn)) == user_id


def test_on_aws_the_credentials_say_who_acts_and_are_asked_once() -> None:
    connection = SignedIn(MILA)
    source = AwsIdentity(connection, None, "login")
    assert source.identity() == Identity("mila", verified=True, source="AWS account 123456789012")
    source.identity()
    assert connection.asked == 1


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


def test_the_account_is_expected_to_own_the_bucket_once_it_is_known(connection: AwsConnection) -> None:
    assert connection.expected_owner == {}
