"""Set-up of an AWS library: bucket, table and their protections, each made or adopted and reported as one step.

A server that lacks a protection, as many compatible servers do, is reported and does not stop the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from imagedesk.core.ports import SetupStep
from imagedesk.stores.aws.bucket_setup import bucket_steps
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.table_setup import table_steps


class AwsSetup:
    """LibrarySetup. With ``add_indexes`` a table that an older client made gets the indexes that it lacks, one after
    the other; without, it is adopted as it is and lists by scanning."""

    def __init__(self, connection: AwsConnection, *, add_indexes: bool = False) -> None:
        self._connection = connection
        self._add_indexes = add_indexes

    def run(self) -> Iterable[SetupStep]:
        return self._steps()

    def _steps(self) -> Iterator[SetupStep]:
        with self._connection.translating("s3"):
            yield from bucket_steps(self._connection)
        with self._connection.translating("dynamodb"):
            yield from table_steps(self._connection, add_indexes=self._add_indexes)
