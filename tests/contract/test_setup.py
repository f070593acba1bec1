"""Set-up against any server: what it makes, keeps, adopts and plans; what a server lacks is skipped by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from imagedesk.core.ports import SetupStep
from imagedesk.core.query import StoreFilter
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.indexes import usable_indexes
from imagedesk.stores.aws.items import INDEX_KEYS
from imagedesk.stores.aws.records import DynamoRecords
from imagedesk.stores.aws.setup import AwsSetup
from tests.contract.aws_servers import AwsProfileFactory, create_bare_table
from tests.contract.record_pages import add_all, newest_first
from tests.contract.server_abilities import skip_for_lack_of
from tests.fakes.sample_records import sample_record

PROTECTIONS = [
    "Block Public Access",
    "Default encryption",
    "Versioning",
    "Unfinished uploads end after 7 days",
    "Point-in-time recovery",
    "Deletion protection",
]


@pytest.fixture
def fresh(blank_aws_profile: AwsProfileFactory) -> Iterator[AwsConnection]:
    opened = AwsConnection(blank_aws_profile())
    yield opened
    opened.close()


def told(connection: AwsConnection, *, add_indexes: bool = False) -> dict[str, SetupStep]:
    """The last that set-up says of each step."""
    return {step.name: step for step in AwsSetup(connection, add_indexes=add_indexes).run()}


def test_set_up_makes_bucket_and_table_and_then_keeps_everything(fresh: AwsConnection) -> None:
    plan = list(AwsSetup(fresh).plan())
    first = told(fresh)
    assert [step.name for step in plan] == list(first)
    assert first[f"Bucket {fresh.profile.bucket}"].state == first[f"Table {fresh.profile.table}"].state == "made"
    assert usable_indexes(fresh) == frozenset(INDEX_KEYS)
    assert {step.state for step in told(fresh).values()} <= {"kept", "not offered"}
    assert {step.state for step in AwsSetup(fresh).plan()} <= {"kept", "not offered"}


@pytest.mark.parametrize("name", PROTECTIONS)
def test_each_protection_stands_after_set_up(fresh: AwsConnection, name: str) -> None:
    if told(fresh)[name].state == "not offered":
        skip_for_lack_of(name)
    assert told(fresh)[name].state == "kept"


def test_a_bucket_is_made_in_another_region_too(fresh: AwsConnection) -> None:
    elsewhere = AwsConnection(replace(fresh.profile, region="eu-central-1"))
    assert told(elsewhere)[f"Bucket {elsewhere.profile.bucket}"].state == "made"
    assert told(elsewhere)[f"Bucket {elsewhere.profile.bucket}"].state == "kept"
    elsewhere.close()


def test_a_table_without_indexes_lists_by_scan_and_gets_them_one_at_a_time(fresh: AwsConnection) -> None:
    create_bare_table(fresh)
    assert "it lists by scanning" in told(fresh)[f"Table {fresh.profile.table}"].detail
    records = DynamoRecords(fresh)
    added = add_all(records, (sample_record(number, "ab"[number % 2]) for number in range(6)))
    wanted = [StoreFilter(), StoreFilter("a"), StoreFilter(None, added[0].content_type)]
    by_scan = [records.page(each, 4) for each in wanted]
    names = [step.name for step in AwsSetup(fresh, add_indexes=True).run() if step.state == "made"]
    assert [name for name in names if name.startswith("Index")] == [f"Index {name}" for name in INDEX_KEYS]
    assert usable_indexes(fresh) == frozenset(INDEX_KEYS)
    assert [DynamoRecords(fresh).page(each, 4) for each in wanted] == by_scan
    assert list(by_scan[0].records) == newest_first(added)[:4]
