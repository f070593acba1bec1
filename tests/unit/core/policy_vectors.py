"""Who may do what to whose object, item and index: requests, each with the answer that the contract gives.

The answers are worked out from DESIGN section 3 in terms of names and keys (``may``), never from a policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from imagedesk.core.access_policy import IdentityKind, PolicyScope
from tests.fakes.iam_evaluator import IamRequest

SCOPE = PolicyScope("team-images", "team-metadata", "eu-west-1", "123456789012")
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/team-metadata"
BUCKET = "arn:aws:s3:::team-images"
OTHER_BUCKETS = ("arn:aws:s3:::team-images-2", "arn:aws:s3:::payroll")
OTHER_TABLES = (
    "arn:aws:dynamodb:eu-west-1:123456789012:table/payroll",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/team-metadata-2",
    "arn:aws:dynamodb:eu-west-1:999999999999:table/team-metadata",
    "arn:aws:dynamodb:us-east-1:123456789012:table/team-metadata",
    "arn:aws:dynamodb:eu-west-1:123456789012:global-table/team-metadata",
)
OBJECT_READS, OBJECT_WRITES = ("s3:GetObject",), ("s3:PutObject", "s3:DeleteObject")
ITEM_WRITES = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
TABLE_READS = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Scan", "dynamodb:DescribeTable")
INDEX_READS = ("dynamodb:Query",)
PERSON_ACTIONS = frozenset((*OBJECT_READS, *OBJECT_WRITES, "s3:ListBucket", *TABLE_READS, *INDEX_READS, *ITEM_WRITES))


@dataclass(frozen=True)
class Person:
    """Somebody signed in to AWS. ``name`` is whose things they may write, None for a session that proves no name."""

    title: str
    name: str | None
    context: dict[str, str] = field(hash=False)


@dataclass(frozen=True)
class Vector:
    title: str
    request: IamRequest
    allowed: bool


def people(kind: IdentityKind) -> list[Person]:
    """Three of the team with names that begin or end alike, and sessions that try to be one of them."""
    names = ("mila", "mila2", "noor+x@example.org")
    if kind is IdentityKind.USER:
        session = {"aws:userid": "AROAEXAMPLE:mila", "aws:PrincipalTag/userName": "mila"}
        return [Person(name, name, {"aws:username": name, "aws:userid": "AIDAEXAMPLE"}) for name in names] + [
            Person("a role session named mila", None, session)
        ]
    key = {
        IdentityKind.IDENTITY_CENTER: "aws:PrincipalTag/userName",
        IdentityKind.ROLE_SESSION: "aws:SourceIdentity",
        IdentityKind.PRINCIPAL_TAG: "aws:PrincipalTag/ImageDeskUser",
    }[kind]
    return [Person(name, name, {key: name, "aws:userid": f"AROAEXAMPLE:{name}"}) for name in names] + [
        Person("noor claims to be mila", None, {key: "mila", "aws:userid": "AROAEXAMPLE:noor"}),
        Person("xmila claims to be mila", None, {key: "mila", "aws:userid": "AROAEXAMPLE:xmila"}),
        Person("mila without a name", None, {"aws:userid": "AROAEXAMPLE:mila"}),
        Person("mila with an empty name", None, {key: "", "aws:userid": "AROAEXAMPLE:mila"}),
        Person("an IAM user with the name", None, {key: "mila", "aws:username": "mila", "aws:userid": "AIDAEXAMPLE"}),
    ]


def person_vectors(kind: IdentityKind) -> Iterator[Vector]:
    for person in people(kind):
        yield from _object_vectors(person)
        yield from _bucket_vectors(person)
        yield from _item_vectors(person)
        yield from _table_and_index_vectors(person)


def refused_vectors(person: Person, actions: frozenset[str]) -> Iterator[Vector]:
    """Actions that nobody needs, on what is the person's own."""
    me = person.name or "mila"
    own = (BUCKET, f"{BUCKET}/images/{me}/01/a.jpg", f"{BUCKET}/thumbnails/{me}/01.webp")
    for action in sorted(actions):
        table = (TABLE, f"{TABLE}/index/by-user", f"{TABLE}/stream/1", f"{TABLE}/backup/1")
        for resource in own if action.startswith("s3:") else table:
            yield _vector(person, action, resource, (f"{me}!01",), allowed=False)


# -- what the contract says -------------------------------------------------------------------------------------------

_KEYS = (
    "images/{}/01/a.jpg", "images/{}/01/a b(1)ü.jpg", "images/{}/x", "thumbnails/{}/01.webp", "images/{}",
    "thumbnails/{}", "images/{}!/01/a.jpg", "images/x/{}/a.jpg", "images/x{}/01/a.jpg", "thumbnails/x/{}/a.webp",
    "other/{}/01/a.jpg", "images-2/{}/01/a.jpg", "thumbnails-2/{}/01.webp", "{}/01/a.jpg", "Images/{}/01/a.jpg",
    "/images/{}/01/a.jpg",
)  # fmt: skip
_IDS = ("{}!01", "{}!", "{}", "{}x!01", "x{}!01", "!{}!01", "{}/!01", "0f8fad5b-d9cb-469f-a165-70867728950e")
_OWNERS = ("mila", "mila2", "mil", "Mila", "noor+x@example.org")


def _object_vectors(person: Person) -> Iterator[Vector]:
    for action in (*OBJECT_READS, *OBJECT_WRITES, "s3:ListBucket"):
        for key in dict.fromkeys(form.format(owner) for form in _KEYS for owner in _OWNERS):
            everybody_reads = action in OBJECT_READS and key.startswith(("images/", "thumbnails/"))
            yield _vector(
                person,
                action,
                f"{BUCKET}/{key}",
                allowed=everybody_reads or (action in OBJECT_WRITES and _is_below_own(person.name, key)),
            )
        for bucket in OTHER_BUCKETS:
            for key in ("images/mila/01/a.jpg", "thumbnails/mila/01.webp"):
                yield _vector(person, action, f"{bucket}/{key}", allowed=False)


def _is_below_own(name: str | None, key: str) -> bool:
    return name is not None and key.split("/")[:2] in (["images", name], ["thumbnails", name]) and key.count("/") > 1


def _bucket_vectors(person: Person) -> Iterator[Vector]:
    for bucket in (BUCKET, *OTHER_BUCKETS):
        for action in ("s3:ListBucket", *OBJECT_READS, *OBJECT_WRITES):
            yield _vector(person, action, bucket, allowed=bucket == BUCKET and action == "s3:ListBucket")


def _item_vectors(person: Person) -> Iterator[Vector]:
    for action in ITEM_WRITES:
        for image_id in dict.fromkeys(form.format(owner) for form in _IDS for owner in _OWNERS):
            yield _vector(person, action, TABLE, (image_id,), allowed=_owns_all(person.name, (image_id,)))
        for ids in ((), ("mila!01", "mila!02"), ("mila!01", "noor!01"), ("noor!01", "mila!01"), ("mila2!1", "mila!1")):
            yield _vector(person, action, TABLE, ids, allowed=_owns_all(person.name, ids))
        for resource in (*OTHER_TABLES, f"{TABLE}/index/by-user", BUCKET, f"{BUCKET}/images/mila/01/a.jpg"):
            yield _vector(person, action, resource, (f"{person.name}!01",), allowed=False)


def _owns_all(name: str | None, ids: tuple[str, ...]) -> bool:
    return name is not None and bool(ids) and all(image_id.partition("!")[:2] == (name, "!") for image_id in ids)


def _table_and_index_vectors(person: Person) -> Iterator[Vector]:
    for table in (TABLE, *OTHER_TABLES):
        for action in TABLE_READS:
            for ids in ((), ("noor!01",), ("mila!01",)):
                yield _vector(person, action, table, ids, allowed=table == TABLE)
            yield _vector(person, action, f"{table}/index/by-user", allowed=False)
        for index in ("by-user", "by-type", "timeline", "by-size", "by-user-2", "by-type-2", "timeline-2"):
            known = table == TABLE and index in {"by-user", "by-type", "timeline"}
            yield _vector(person, "dynamodb:Query", f"{table}/index/{index}", ("noor",), allowed=known)
            yield _vector(person, "dynamodb:Query", f"{table}/stream/{index}", allowed=False)
        yield _vector(person, "dynamodb:Query", table, ("mila!01",), allowed=False)  # only indexes are queried


def _vector(person: Person, action: str, resource: str, ids: tuple[str, ...] | None = None, *, allowed: bool) -> Vector:
    context: dict[str, str | tuple[str, ...]] = dict(person.context)
    if ids is not None:
        context["dynamodb:LeadingKeys"] = ids
    title = f"{person.title}: {action} {resource} {ids or ''}"
    return Vector(title, IamRequest(action, resource, context), allowed)
