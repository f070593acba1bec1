"""What a bucket's KMS key adds to a policy: this key, these two actions, by way of S3 only."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from imagedesk.core.access_policy import IdentityKind, Policy, PolicyScope, administrator_policy, person_policy
from imagedesk.core.errors import InvalidSettings
from tests.fakes.iam_evaluator import IamRequest, allows
from tests.unit.core.policy_mutations import mutants
from tests.unit.core.policy_vectors import SCOPE, Person, Vector, people

KINDS = list(IdentityKind)
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY = f"arn:aws:kms:eu-west-1:123456789012:key/{KEY_ID}"
ELSEWHERE = KEY.replace("123456789012", "999999999999")
ALIASED = {KEY_ID: False, KEY: False, "alias/team": True, "arn:aws:kms:eu-west-1:123456789012:alias/team": True}
USES = ("kms:Decrypt", "kms:GenerateDataKey")
OTHER_KEYS = (
    KEY.replace("eu-west-1", "us-east-1"),
    ELSEWHERE,
    f"{KEY}0",
    KEY.replace("key/", "key/0"),
    KEY.replace("key/", "alias/"),
)
S3 = "s3.eu-west-1.amazonaws.com"
OTHER_WAYS = (
    "dynamodb.eu-west-1.amazonaws.com",
    "s3.us-east-1.amazonaws.com",
    "s3.eu-west-1.amazonaws.org",
    "s3.eu-west-1.example.com",
    f"{S3}.cn",
    f"x{S3}",
    None,
)
OTHER_ALIASES = (None, (), ("alias/other",), ("alias/team2",), ("alias/xteam",), ("xalias/team",), ("other/team",))


@pytest.fixture(scope="module")
def linter() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves closing its own files to the interpreter
        import parliament
    return parliament


@pytest.fixture(scope="module")
def key_actions(linter: Any) -> frozenset[str]:
    (service,) = (service for service in linter.iam_definition if service["prefix"] == "kms")
    return frozenset(f"kms:{entry['privilege']}" for entry in service["privileges"])


def policy_with(key: str, kind: IdentityKind = IdentityKind.USER) -> Policy:
    return person_policy(PolicyScope(SCOPE.bucket, SCOPE.table, SCOPE.region, SCOPE.account, key), kind)


def vectors(person: Person, actions: frozenset[str], *, by_alias: bool) -> Iterator[Vector]:
    """Everybody of the library uses its key, whoever they are; nobody administers it, nor uses it but through S3."""
    team = ("alias/team",)
    for action in sorted(actions):
        for way in (S3, *OTHER_WAYS):
            yield _vector(person, action, KEY, way, team, allowed=action in USES and way == S3)
    for action in USES:
        for key in OTHER_KEYS:
            # Known by its alias, it is whichever key of this account and region has the alias.
            allowed = by_alias and key in {f"{KEY}0", KEY.replace("key/", "key/0")}
            yield _vector(person, action, key, S3, team, allowed=allowed)
        for aliases in OTHER_ALIASES:
            yield _vector(person, action, KEY, S3, aliases, allowed=not by_alias)
        yield _vector(person, action, KEY, S3, ("alias/other", "alias/team"), allowed=True)


def _vector(
    person: Person, action: str, key: str, way: str | None, aliases: tuple[str, ...] | None, *, allowed: bool
) -> Vector:
    context: dict[str, str | tuple[str, ...]] = dict(person.context)
    if way is not None:
        context["kms:ViaService"] = way
    if aliases is not None:
        context["kms:ResourceAliases"] = aliases
    return Vector(f"{person.title}: {action} {key} {way} {aliases}", IamRequest(action, key, context), allowed)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", ALIASED)
def test_the_key_is_used_through_s3_and_for_nothing_else(
    key: str, kind: IdentityKind, key_actions: frozenset[str]
) -> None:
    policy = policy_with(key, kind)
    asked = [v for person in people(kind) for v in vectors(person, key_actions, by_alias=ALIASED[key])]
    assert len({vector.title for vector in asked}) == len(asked) > 1000
    assert [vector.title for vector in asked if allows(policy, vector.request) != vector.allowed] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", ALIASED)
def test_each_change_of_that_statement_is_noticed(key: str, kind: IdentityKind, key_actions: frozenset[str]) -> None:
    person = people(kind)[0]
    asked = list(vectors(person, key_actions, by_alias=ALIASED[key]))
    changed = [mutant for mutant in mutants(policy_with(key, kind), key_actions) if mutant.title.startswith("UseKey")]
    assert len(changed) > 70
    unnoticed = [
        mutant.title
        for mutant in changed
        if all(allows(mutant.policy, vector.request) == vector.allowed for vector in asked)
    ]
    # Any key of the account and region is what an alias asks for already.
    assert all(ALIASED[key] and "key/*" in title for title in unnoticed), unnoticed


def test_without_a_key_nothing_is_granted(key_actions: frozenset[str]) -> None:
    policy = person_policy(SCOPE, IdentityKind.USER)
    person = people(IdentityKind.USER)[0]
    assert not any(allows(policy, vector.request) for vector in vectors(person, key_actions, by_alias=False))
    scope = PolicyScope(SCOPE.bucket, SCOPE.table, kms_key="alias/team")
    assert administrator_policy(scope)["Statement"][1]["Sid"] == "SetUpTable"  # who sets up uses no key


@pytest.mark.parametrize("key", ALIASED)
def test_the_linter_finds_nothing(linter: Any, key: str) -> None:
    """Its copy of the Service Authorization Reference is older than kms:ResourceAliases."""
    found = linter.analyze_policy_string(json.dumps(policy_with(key))).findings
    told = {str(finding).partition(" - {")[0] for finding in found}
    unknown = "UNKNOWN_CONDITION_FOR_ACTION - Unknown condition kms:ResourceAliases for action"
    assert told == ({f"{unknown} {action}" for action in USES} if ALIASED[key] else set())


def test_an_arn_says_where_the_key_is_better_than_the_library() -> None:
    scope = PolicyScope("images", "image-metadata", kms_key=ELSEWHERE)
    (statement,) = (s for s in person_policy(scope, IdentityKind.USER)["Statement"] if s["Sid"] == "UseKey")
    assert statement["Resource"] == [ELSEWHERE]
    assert statement["Condition"] == {"StringLike": {"kms:ViaService": S3}}


@pytest.mark.parametrize(
    "key",
    ["*", f"{KEY}*", "alias/*", "alias/", "key/x", "arn:aws:kms:*:123456789012:key/x", "arn:aws:s3:::x", "${aws:x}",
     "arn:aws:kms:eu-west-1:1:key/x", "a b"],
)  # fmt: skip
def test_what_would_widen_the_policy_is_refused(key: str) -> None:
    with pytest.raises(InvalidSettings, match="cannot be the KMS key"):
        PolicyScope("images", "image-metadata", kms_key=key)


@pytest.mark.parametrize("kind", KINDS)
def test_it_still_fits_where_it_is_attached(kind: IdentityKind) -> None:
    """ "IAM and AWS STS quotas": 6,144 characters for a managed policy, blanks not counted."""
    scope = PolicyScope("b" * 63, "t" * 255, "ap-southeast-2", "123456789012", f"alias/{'k' * 200}")
    assert len(json.dumps(person_policy(scope, kind), separators=(",", ":"))) < 6144
