"""Set-up of an AWS library: bucket, table and their protections, each made or adopted and reported as one step; or the
plan of it, which only looks.

A server that lacks a protection, as many compatible servers do, is reported and does not stop the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

from imagedesk.core.ports import SetupStep
from imagedesk.stores.aws.bucket_setup import bucket_plan, bucket_steps
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.table_setup import table_plan, table_steps


class AwsSetup:
    """LibrarySetup. With ``add_indexes`` a table that an older client made gets the indexes that it lacks, one after
    the other; without, it is adopted as it is and lists by scanning."""

    def __init__(self, connection: AwsConnection, *, add_indexes: bool = False) -> None:
        self._connection = connection
        self._add_indexes = add_indexes

    def plan(self) -> Iterator[SetupStep]:
        self._learn_owner()
        with self._connection.translating("s3"):
            yield from bucket_plan(self._connection)
        with self._connection.translating("dynamodb"):
            yield from table_plan(self._connection, add_indexes=self._add_indexes)

    def run(self) -> Iterator[SetupStep]:
        self._learn_owner()
        with self._connection.translating("s3"):
            yield from bucket_steps(self._connection)
        with self._connection.translating("dynamodb"):
            yield from table_steps(self._connection, add_indexes=self._add_indexes)

    def _learn_owner(self) -> None:
        """From then on every call to S3 names the account whose bucket it must be."""
        if not self._connection.is_emulated:
            self._connection.caller()
