"""The table's part of set-up: on-demand billing, three indexes, point-in-time recovery, deletion protection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import InvalidSettings, StoreUnavailable
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import SetupStep
from imagedesk.stores.aws.answers import code_of
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.indexes import attribute_definitions, described_indexes, index_definition, key_schema
from imagedesk.stores.aws.items import INDEX_KEYS, KEY
from imagedesk.stores.aws.setup_step import KEPT, MADE, protection

_LONGEST_WAIT = 900  # seconds; an index over a large table is filled in the meantime
_POLL = 2


def table_steps(connection: AwsConnection, *, add_indexes: bool) -> Iterator[SetupStep]:
    table = _Table(connection)
    yield table.made_or_adopted()
    if add_indexes:
        for name in table.missing_indexes():
            table.add_index(name)
            yield SetupStep(f"Index {name}", MADE)
    yield protection("Point-in-time recovery", table.is_recoverable, table.make_recoverable)
    yield protection("Deletion protection", table.is_protected, table.protect)


class _Table:
    def __init__(self, connection: AwsConnection) -> None:
        self._connection = connection
        self._client = connection.dynamodb()
        self._name = connection.profile.table

    def made_or_adopted(self) -> SetupStep:
        title = f"Table {plain(self._name)}"
        description = self._description()
        if description is None:
            self._create()
            self._wait_until_active()
            return SetupStep(title, MADE)
        self._check_key(description)
        self._wait_until_active()
        missing = self.missing_indexes()
        detail = f"without the index {' and '.join(missing)}: it lists by scanning" if missing else ""
        return SetupStep(title, KEPT, detail)

    def missing_indexes(self) -> list[str]:
        there = described_indexes(self._description() or {})
        return [name for name in INDEX_KEYS if name not in there]

    def add_index(self, name: str) -> None:
        """DynamoDB makes one index at a time."""
        create: Any = index_definition(name)
        throughput = (self._description() or {}).get("ProvisionedThroughput", {})
        if throughput.get("ReadCapacityUnits"):  # not billed on demand: the index needs its own share
            create["ProvisionedThroughput"] = {
                unit: throughput[unit] for unit in ("ReadCapacityUnits", "WriteCapacityUnits")
            }
        self._client.update_table(
            TableName=self._name,
            AttributeDefinitions=attribute_definitions(name),
            GlobalSecondaryIndexUpdates=[{"Create": create}],
        )
        self._wait_until_active()

    def is_recoverable(self) -> bool:
        answer = self._client.describe_continuous_backups(TableName=self._name)
        recovery = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        return recovery.get("PointInTimeRecoveryStatus") == "ENABLED"

    def make_recoverable(self) -> None:
        self._client.update_continuous_backups(
            TableName=self._name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )

    def is_protected(self) -> bool:
        return bool((self._description() or {}).get("DeletionProtectionEnabled"))

    def protect(self) -> None:
        self._client.update_table(TableName=self._name, DeletionProtectionEnabled=True)
        self._wait_until_active()

    def _create(self) -> None:
        indexes: Any = [index_definition(name) for name in INDEX_KEYS]
        try:
            self._client.create_table(
                TableName=self._name,
                KeySchema=key_schema(KEY),
                AttributeDefinitions=attribute_definitions(*INDEX_KEYS),
                GlobalSecondaryIndexes=indexes,
                BillingMode="PAY_PER_REQUEST",
            )
        except ClientError as error:
            if code_of(error) != "ResourceInUseException":  # somebody else of the team made it just now
                raise

    def _check_key(self, description: Any) -> None:
        if list(description["KeySchema"]) != key_schema(KEY):
            keys = ", ".join(str(key["AttributeName"]) for key in description["KeySchema"])
            raise InvalidSettings(
                f"The table “{plain(self._name)}” is not an image table: its key is {plain(keys)} where {KEY} alone "
                "is needed. Choose another with --table."
            )

    def _wait_until_active(self) -> None:
        pause = CancelToken()
        for _ in range(_LONGEST_WAIT // _POLL):
            description = self._description() or {}
            indexes = description.get("GlobalSecondaryIndexes", [])
            states = {description.get("TableStatus", ""), *(index.get("IndexStatus", "ACTIVE") for index in indexes)}
            if states == {"ACTIVE"}:
                return
            pause.wait(_POLL)
        raise StoreUnavailable(
            f"The table “{plain(self._name)}” is still being prepared: run set-up again in some minutes."
        )

    def _description(self) -> dict[str, Any] | None:
        try:
            return dict(self._client.describe_table(TableName=self._name)["Table"])
        except ClientError as error:
            if code_of(error) in {"ResourceNotFoundException", "TableNotFoundException"}:
                return None
            raise
