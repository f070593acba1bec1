"""The library's table as set-up works on it: described, made, given its indexes and protections, waited for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import InvalidSettings, StoreUnavailable
from imagedesk.core.plain_text import plain
from imagedesk.stores.aws.answers import code_of
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.indexes import attribute_definitions, described_indexes, index_definition, key_schema
from imagedesk.stores.aws.items import INDEX_KEYS, KEY

_LONGEST_WAIT = 900  # seconds
_LONGEST_FILLING = 24 * 3600  # an index over a large table is filled in the meantime, and the table works
_POLL = 1  # second: whoever cancels waits no longer
_BACKUP_ATTEMPTS = 90  # a new table offers its backups some seconds late


class LibraryTable:
    def __init__(self, connection: AwsConnection) -> None:
        self._client = connection.dynamodb()
        self._name = connection.profile.table

    def description(self) -> dict[str, Any] | None:
        """None where there is no such table. Raises InvalidSettings for one that cannot hold images."""
        try:
            table: dict[str, Any] = dict(self._client.describe_table(TableName=self._name)["Table"])
        except ClientError as error:
            if code_of(error) in {"ResourceNotFoundException", "TableNotFoundException"}:
                return None
            raise
        if list(table["KeySchema"]) != key_schema(KEY):
            keys = ", ".join(str(key["AttributeName"]) for key in table["KeySchema"])
            raise InvalidSettings(
                f"The table “{plain(self._name)}” is not an image table: its key is {plain(keys)} where {KEY} alone "
                "is needed. Choose another with --table."
            )
        return table

    def create(self) -> None:
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

    def add_index(self, name: str) -> None:
        """DynamoDB makes one index at a time."""
        create: Any = index_definition(name)
        throughput = (self.description() or {}).get("ProvisionedThroughput", {})
        if throughput.get("ReadCapacityUnits"):  # not billed on demand: the index needs its own share
            create["ProvisionedThroughput"] = {
                unit: throughput[unit] for unit in ("ReadCapacityUnits", "WriteCapacityUnits")
            }
        self._client.update_table(
            TableName=self._name,
            AttributeDefinitions=attribute_definitions(name),
            GlobalSecondaryIndexUpdates=[{"Create": create}],
        )

    def is_recoverable(self) -> bool:
        answer = self._client.describe_continuous_backups(TableName=self._name)
        recovery = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        return recovery.get("PointInTimeRecoveryStatus") == "ENABLED"

    def make_recoverable(self) -> None:
        pause = CancelToken()
        for attempt in range(_BACKUP_ATTEMPTS):
            try:
                self._client.update_continuous_backups(
                    TableName=self._name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
                )
            except ClientError as error:
                if code_of(error) != "ContinuousBackupsUnavailableException" or attempt == _BACKUP_ATTEMPTS - 1:
                    raise
                pause.wait(_POLL)
            else:
                return

    def is_protected(self) -> bool:
        return bool((self.description() or {}).get("DeletionProtectionEnabled"))

    def protect(self) -> None:
        self._client.update_table(TableName=self._name, DeletionProtectionEnabled=True)
        for _ in self.waited():
            pass

    def waited(self, *, filling: bool = False) -> Iterator[int]:
        """Wait until the table can be changed again; yields how many seconds it has been, at every look in vain.
        ``filling``: an index is being made, which takes its time. Raises StoreUnavailable when it takes too long."""
        pause = CancelToken()
        for seconds in range(0, _LONGEST_FILLING if filling else _LONGEST_WAIT, _POLL):
            if _states(self.description() or {}) == {"ACTIVE"}:
                return
            yield seconds
            pause.wait(_POLL)
        raise StoreUnavailable(
            f"The table “{plain(self._name)}” is still being prepared: run set-up again in some minutes."
        )


def missing_indexes(table: dict[str, Any]) -> list[str]:
    return [name for name in INDEX_KEYS if name not in described_indexes(table)]


def has_index_of_another_shape(table: dict[str, Any], name: str) -> bool:
    """Whether somebody made an index of that name which listings cannot use."""
    names = {index["IndexName"] for index in table.get("GlobalSecondaryIndexes", [])}
    return name in names and name not in described_indexes(table)


def is_provisioned(table: dict[str, Any]) -> bool:
    return table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED") == "PROVISIONED" and bool(
        table.get("ProvisionedThroughput", {}).get("ReadCapacityUnits")
    )


def _states(table: dict[str, Any]) -> set[str]:
    indexes = table.get("GlobalSecondaryIndexes", [])
    return {table.get("TableStatus", ""), *(index.get("IndexStatus", "ACTIVE") for index in indexes)}
