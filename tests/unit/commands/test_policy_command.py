"""``imagedesk policy``: the policy on standard output, what else it takes on standard error, and nothing opened."""

from __future__ import annotations

import json

import pytest

from imagedesk.__main__ import main
from imagedesk.core.access_policy import IdentityKind, PolicyScope, administrator_policy, person_policy

LIBRARY = ["--bucket", "team-images", "--table", "team-metadata", "--region", "eu-west-1"]
SCOPE = PolicyScope("team-images", "team-metadata", "eu-west-1")


@pytest.fixture(autouse=True)
def no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command works before anything exists, credentials included."""

    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a library was opened")

    monkeypatch.setattr("imagedesk.commands.run.open_library", refuse)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


@pytest.mark.parametrize("kind", list(IdentityKind))
def test_a_persons_policy_is_printed_for_each_kind_of_identity(
    kind: IdentityKind, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["policy", *LIBRARY, "--identity", kind]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == person_policy(SCOPE, kind)
    assert bool(err) == (kind is not IdentityKind.USER)


def test_an_iam_user_is_the_default_and_json_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", *LIBRARY, "--json"]) == 0
    out = capsys.readouterr().out
    assert json.loads(out) == person_policy(SCOPE, IdentityKind.USER)
    assert out.count("\n") == 1


def test_an_administrators_policy_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", *LIBRARY, "--administrator", "--account", "123456789012"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == administrator_policy(
        PolicyScope("team-images", "team-metadata", "eu-west-1", "123456789012")
    )
    assert "beside a person's policy" in err


def test_what_is_not_known_stays_open_and_the_environment_fills_in(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["policy", "--library", "aws", "--json"]) == 0
    assert "arn:aws:dynamodb:*:*:table/image-metadata" in capsys.readouterr().out
    monkeypatch.setenv("AWS_REGION", "cn-north-1")
    monkeypatch.setenv("IMAGEDESK_BUCKET", "our-images")
    assert main(["policy", "--library", "aws", "--json"]) == 0
    assert "arn:aws-cn:s3:::our-images/images/${aws:username}/*" in capsys.readouterr().out


def test_a_tag_of_ones_own_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", *LIBRARY, "--identity", "principal-tag", "--tag", "login"]) == 0
    out, err = capsys.readouterr()
    assert "${aws:PrincipalTag/login}!*" in out
    assert "the session tag login" in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--library", "local"], "needs no policy"),
        ([*LIBRARY, "--account", "12"], "cannot be the account"),
        ([*LIBRARY[2:], "--bucket", "*"], "cannot be the bucket"),
        ([*LIBRARY, "--identity", "principal-tag", "--tag", "a b"], "no name of a tag"),
    ],
)
def test_what_cannot_be_filled_in_is_said(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", *words]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err


def test_an_unknown_kind_of_identity_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["policy", *LIBRARY, "--identity", "robot"])
    assert caught.value.code == 2
    assert "identity-center" in capsys.readouterr().err
