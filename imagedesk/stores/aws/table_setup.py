"""The table's part of set-up: on-demand billing, three indexes, point-in-time recovery, deletion protection; or only a
look at what is there, for the plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from imagedesk.core.plain_text import plain
from imagedesk.core.ports import SetupStep
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.items import INDEX_KEYS
from imagedesk.stores.aws.library_table import (
    LibraryTable,
    has_index_of_another_shape,
    is_provisioned,
    missing_indexes,
)
from imagedesk.stores.aws.setup_step import KEPT, MADE, MAKING, MISSING, NOT_OFFERED, TO_MAKE, Protection

_NEW = f"billed on demand, with the indexes {', '.join(INDEX_KEYS)}"
_SCANS = "listings scan the whole table as long as an index is missing"
_OTHER_SHAPE = "an index of that name is there with another shape and is not used: delete it, then run set-up again"


def table_plan(connection: AwsConnection, *, add_indexes: bool) -> Iterator[SetupStep]:
    """What ``table_steps`` would do. Changes nothing."""
    table = LibraryTable(connection)
    description = table.description()
    if description is None:
        yield SetupStep(_title(connection), TO_MAKE, f"{_NEW}, in {plain(connection.region)}")
        yield from (protection.to_make() for protection in _protections(table))
        return
    yield _adopted(connection, description)
    for name in missing_indexes(description):
        yield _foreign_or(description, name, TO_MAKE if add_indexes else MISSING)
    yield from (protection.planned() for protection in _protections(table))


def table_steps(connection: AwsConnection, *, add_indexes: bool) -> Iterator[SetupStep]:
    table, title = LibraryTable(connection), _title(connection)
    is_new = table.description() is None
    if is_new:
        yield SetupStep(title, MAKING)
        table.create()
    yield from (_going_on(title, seconds) for seconds in table.waited(filling=not is_new))
    description = table.description() or {}
    yield SetupStep(title, MADE, _NEW) if is_new else _adopted(connection, description)
    for name in missing_indexes(description):
        step = _foreign_or(description, name, MAKING if add_indexes else MISSING)
        yield step
        if step.state == MAKING:
            yield from _added(table, name)
    yield from (protection.done() for protection in _protections(table))


def _added(table: LibraryTable, name: str) -> Iterator[SetupStep]:
    table.add_index(name)
    yield from (_going_on(_index(name), seconds) for seconds in table.waited(filling=True))
    yield SetupStep(_index(name), MADE)


def _adopted(connection: AwsConnection, description: dict[str, Any]) -> SetupStep:
    missing = missing_indexes(description)
    remarks = [
        f"without the index {' and '.join(missing)}: it lists by scanning" if missing else "",
        "its provisioned capacity stays as it is" if is_provisioned(description) else "",
    ]
    return SetupStep(_title(connection), KEPT, "; ".join(filter(None, remarks)))


def _foreign_or(description: dict[str, Any], name: str, state: str) -> SetupStep:
    if has_index_of_another_shape(description, name):
        return SetupStep(_index(name), NOT_OFFERED, _OTHER_SHAPE)
    return SetupStep(_index(name), state, _SCANS if state == MISSING else "")


def _going_on(name: str, seconds: int) -> SetupStep:
    """The detail changes twice a minute, however often one looks."""
    return SetupStep(name, MAKING, f"{seconds // 30 * 30} seconds so far" if seconds >= 30 else "")


def _protections(table: LibraryTable) -> tuple[Protection, ...]:
    return (
        Protection("Point-in-time recovery", table.is_recoverable, table.make_recoverable),
        Protection("Deletion protection", table.is_protected, table.protect),
    )


def _title(connection: AwsConnection) -> str:
    return f"Table {plain(connection.profile.table)}"


def _index(name: str) -> str:
    return f"Index {name}"
