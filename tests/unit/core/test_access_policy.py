"""The IAM policies: linted, judged request by request, and with every guard proved to be needed."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable
from typing import Any

import pytest

from imagedesk.core.access_policy import (
    INDEXES,
    IdentityKind,
    Policy,
    PolicyScope,
    administrator_policy,
    person_policy,
    prerequisite,
)
from imagedesk.core.errors import InvalidSettings
from imagedesk.stores.aws.items import INDEX_KEYS
from tests.fakes.iam_evaluator import IamRequest, allows
from tests.unit.core.policy_mutations import mutants
from tests.unit.core.policy_vectors import (
    BUCKET,
    ITEM_WRITES,
    OTHER_BUCKETS,
    OTHER_TABLES,
    PERSON_ACTIONS,
    SCOPE,
    TABLE,
    TABLE_READS,
    Vector,
    people,
    person_vectors,
    refused_vectors,
)

KINDS = list(IdentityKind)
ANYWHERE = PolicyScope("team-images", "team-metadata")
# What the other statements of the same policy grant to everybody already: added once more it changes nothing.
GRANTED_TWICE = {"WriteOwnObjects: with s3:GetObject", *(f"WriteOwnItems: with {action}" for action in TABLE_READS)}


@pytest.fixture(scope="module")
def linter() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves closing its own files to the interpreter
        import parliament
    return parliament


@pytest.fixture(scope="module")
def known_actions(linter: Any) -> frozenset[str]:
    """Every action of S3 and DynamoDB, as the linter's copy of the Service Authorization Reference lists them."""
    services = {service["prefix"]: service["privileges"] for service in linter.iam_definition}
    return frozenset(f"{name}:{entry['privilege']}" for name in ("s3", "dynamodb") for entry in services[name])


def findings(linter: Any, policy: Policy) -> list[str]:
    return [str(finding) for finding in linter.analyze_policy_string(json.dumps(policy)).findings]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scope", [SCOPE, ANYWHERE], ids=["filled in", "anywhere"])
def test_the_linter_finds_nothing_in_a_persons_policy(linter: Any, scope: PolicyScope, kind: IdentityKind) -> None:
    assert findings(linter, person_policy(scope, kind)) == []


@pytest.mark.parametrize("scope", [SCOPE, ANYWHERE], ids=["filled in", "anywhere"])
def test_the_linter_finds_in_an_administrators_policy_only_that_it_is_one(linter: Any, scope: PolicyScope) -> None:
    """Who may write the bucket's policy, as the rule of TLS only needs, could also grant themselves its objects."""
    found = findings(linter, administrator_policy(scope))
    assert {finding.partition(" ")[0] for finding in found} == {"RESOURCE_POLICY_PRIVILEGE_ESCALATION"}


def test_the_linter_is_awake(linter: Any) -> None:
    policy = person_policy(SCOPE, IdentityKind.USER)
    policy["Statement"][0]["Action"] = ["s3:HeadObject"]
    assert any("UNKNOWN_ACTION" in finding for finding in findings(linter, policy))
    policy = person_policy(SCOPE, IdentityKind.USER)
    policy["Statement"][0]["Resource"] = [BUCKET]
    assert any("RESOURCE_MISMATCH" in finding for finding in findings(linter, policy))


@pytest.mark.parametrize("kind", KINDS)
def test_each_request_is_answered_as_the_contract_says(kind: IdentityKind, known_actions: frozenset[str]) -> None:
    policy = person_policy(SCOPE, kind)
    vectors = [*person_vectors(kind), *_refused(kind, known_actions)]
    assert len({vector.title for vector in vectors}) == len(vectors) > 3000
    assert sum(vector.allowed for vector in vectors) > 300
    assert [vector.title for vector in vectors if allows(policy, vector.request) != vector.allowed] == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_change_of_a_persons_policy_is_noticed(kind: IdentityKind, known_actions: frozenset[str]) -> None:
    vectors = [*person_vectors(kind), *_refused(kind, known_actions)]
    changed = list(mutants(person_policy(SCOPE, kind), known_actions))
    assert len(changed) > 700
    assert {mutant.title for mutant in changed if not _is_noticed(*mutant[1:], vectors)} == GRANTED_TWICE


def test_an_administrator_sets_up_this_bucket_and_table_and_nothing_else(known_actions: frozenset[str]) -> None:
    policy = administrator_policy(SCOPE)
    vectors = _administrator_vectors(known_actions)
    assert len(vectors) > 1000
    assert [vector.title for vector in vectors if allows(policy, vector.request) != vector.allowed] == []
    changed = list(mutants(policy, known_actions))
    assert len(changed) > 200
    assert [mutant.title for mutant in changed if not _is_noticed(*mutant[1:], vectors)] == [
        "an older version, without variables"  # there are none in it
    ]


def test_a_statement_that_writes_items_can_neither_scan_nor_write_in_batches() -> None:
    for kind in KINDS:
        statements = person_policy(SCOPE, kind)["Statement"]
        (writing,) = (statement for statement in statements if set(statement["Action"]) & set(ITEM_WRITES))
        assert set(writing["Action"]) == set(ITEM_WRITES)
        assert not any("dynamodb:BatchWriteItem" in statement["Action"] for statement in statements)


def test_the_policies_name_the_indexes_of_the_table() -> None:
    assert set(INDEXES) == set(INDEX_KEYS)


@pytest.mark.parametrize(
    ("region", "partition"),
    [("*", "aws"), ("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"),
     ("us-iso-east-1", "aws-iso"), ("us-isob-east-1", "aws-iso-b"), ("eusc-de-east-1", "aws-eusc")],
)  # fmt: skip
def test_resources_are_named_in_the_partition_of_the_region(region: str, partition: str) -> None:
    policy = person_policy(PolicyScope("images", "image-metadata", region), IdentityKind.USER)
    resources = [resource for statement in policy["Statement"] for resource in statement["Resource"]]
    assert {resource.split(":")[1] for resource in resources} == {partition}
    assert f"arn:{partition}:dynamodb:{region}:*:table/image-metadata" in resources


@pytest.mark.parametrize("kind", KINDS)
def test_a_policy_with_long_names_fits_where_it_is_attached(kind: IdentityKind) -> None:
    """ "IAM and AWS STS quotas": 6,144 characters for a managed policy, blanks not counted; 5,120 inline in a group."""
    scope = PolicyScope("b" * 63, "t" * 255, "ap-southeast-2", "123456789012")
    assert len(json.dumps(person_policy(scope, kind), separators=(",", ":"))) < 6144
    assert len(json.dumps(person_policy(SCOPE, kind), separators=(",", ":"))) < 5120


@pytest.mark.parametrize(
    "names",
    [{"bucket": "*"}, {"bucket": "a"}, {"table": "image-*"}, {"table": "a/b"}, {"region": "eu-*"}, {"account": "123"},
     {"bucket": "images/${aws:username}"}, {"account": ""}],
)  # fmt: skip
def test_a_name_that_would_widen_the_policy_is_refused(names: dict[str, str]) -> None:
    with pytest.raises(InvalidSettings, match=f"cannot be the {next(iter(names))}"):
        PolicyScope(**{"bucket": "images", "table": "image-metadata", **names})


def test_a_tag_is_named_or_refused() -> None:
    policy = person_policy(SCOPE, IdentityKind.PRINCIPAL_TAG, "login")
    assert policy["Statement"][-1]["Condition"]["StringLike"] == {"aws:userid": "*:${aws:PrincipalTag/login}"}
    for tag in ("", "a b", "a}*${", "x" * 129):
        with pytest.raises(InvalidSettings, match="no name of a tag"):
            person_policy(SCOPE, IdentityKind.PRINCIPAL_TAG, tag)


def test_what_must_be_configured_elsewhere_is_said() -> None:
    said = {kind: prerequisite(kind, "login") for kind in KINDS}
    assert said[IdentityKind.USER] is None
    assert "map the attribute userName to ${path:userName}" in str(said[IdentityKind.IDENTITY_CENTER])
    assert "sts:SourceIdentity" in str(said[IdentityKind.ROLE_SESSION])
    assert "session tag login" in str(said[IdentityKind.PRINCIPAL_TAG])


def _refused(kind: IdentityKind, known_actions: frozenset[str]) -> list[Vector]:
    return list(refused_vectors(people(kind)[0], known_actions - PERSON_ACTIONS))


def _administrator_vectors(known_actions: frozenset[str]) -> list[Vector]:
    """Every action on the library's bucket and table, on others, and on what is inside."""
    bucket_words = ("BucketPolicy", "BucketPublicAccessBlock", "BucketVersioning", "EncryptionConfiguration",
                    "LifecycleConfiguration")  # fmt: skip
    wanted = {f"s3:{verb}{word}" for verb in ("Get", "Put") for word in bucket_words}
    wanted |= {"s3:CreateBucket", "s3:ListBucket", "dynamodb:CreateTable", "dynamodb:DescribeTable"}
    wanted |= {"dynamodb:UpdateTable", "dynamodb:DescribeContinuousBackups", "dynamodb:UpdateContinuousBackups"}
    places = {
        "s3": (BUCKET, *OTHER_BUCKETS, f"{BUCKET}/images/mila/01/a.jpg"),
        "dynamodb": (TABLE, *OTHER_TABLES, f"{TABLE}/index/by-user", TABLE.replace("table/", "global-table/")),
    }
    return [
        Vector(f"{action} {place}", IamRequest(action, place), action in wanted and place in {BUCKET, TABLE})
        for action in sorted(known_actions)
        for place in places[action.partition(":")[0]]
    ]


def _is_noticed(policy: Policy, action: str, vectors: Iterable[Vector]) -> bool:
    first = sorted(vectors, key=lambda vector: vector.request.action != action) if action else vectors
    return any(allows(policy, vector.request) != vector.allowed for vector in first)
