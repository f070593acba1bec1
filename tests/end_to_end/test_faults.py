"""Every call of every operation meets every fault; afterwards the library is what the reference model says.

A point is a way (the lean path beside botocore, as the program is, or botocore alone), an operation, a size, the number
of the call, the kind of the fault, and whether it happens once or lasts; a second fault may meet the retry. The suite
takes a sample of the points; ``--long`` takes them all and prints counts.
"""

from __future__ import annotations

import random
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path

import botocore.endpoint
import moto.s3.models
import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.stores.aws import objects, parted_put
from tests.contract.aws_servers import AwsProfileFactory, aws_credentials, blank_aws_profile, moto_server_url
from tests.end_to_end.call_faults import KINDS, LATE, Fault
from tests.end_to_end.fault_scenarios import SCENARIOS, SIZED, TWICE
from tests.end_to_end.faulty_library import PART, SIZES, WAYS, FaultyLibrary, attempted, faulty_library

__all__ = ["aws_credentials", "blank_aws_profile", "moto_server_url"]

SAMPLE = 5  # points of each operation in the short mode


@dataclass(frozen=True, slots=True)
class Point:
    operation: str
    size: str
    first: Fault
    second: Fault | None = None


@pytest.fixture(params=WAYS)
def library(
    request: pytest.FixtureRequest,
    blank_aws_profile: AwsProfileFactory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[FaultyLibrary]:
    """Nobody waits before trying again; an upload in parts is a small one."""
    monkeypatch.setattr(botocore.endpoint, "time", types.SimpleNamespace(sleep=lambda _seconds: None))
    monkeypatch.setattr(CancelToken, "wait", lambda token, _seconds: token.is_cancelled)
    monkeypatch.setattr(moto.s3.models, "S3_UPLOAD_PART_MIN_SIZE", 1)
    monkeypatch.setattr(objects, "PARTS_FROM", SIZES["parted"])
    monkeypatch.setattr(parted_put, "PART", PART)
    with faulty_library(blank_aws_profile(), tmp_path, request.param) as opened:
        yield opened


def test_no_single_fault_loses_breaks_or_doubles_an_image(
    library: FaultyLibrary, request: pytest.FixtureRequest
) -> None:
    run_all(library, {operation: list(single_points(library, operation)) for operation in SCENARIOS}, request)


def test_no_second_fault_during_the_retry_does_either(library: FaultyLibrary, request: pytest.FixtureRequest) -> None:
    run_all(library, {operation: list(pairs(library, operation)) for operation in TWICE}, request)


def single_points(library: FaultyLibrary, operation: str) -> Iterator[Point]:
    for size in SIZES if operation in SIZED else ("small",):
        for number in range(calls_of(library, operation, size)):
            for kind in KINDS:
                for lasting in (False, True):
                    yield Point(operation, size, Fault(number, kind, lasting))


def pairs(library: FaultyLibrary, operation: str) -> Iterator[Point]:
    """A fault that makes the operation fail, and another at any call of the retry."""
    calls = calls_of(library, operation, "small")
    firsts = [Fault(number, kind, lasting=True) for number in range(calls) for kind in KINDS]
    seconds = [Fault(number, kind) for number in range(calls) for kind in KINDS]
    for first, second in list(product(firsts, seconds))[::5]:  # 5 divides neither list: all meet all
        yield Point(operation, "small", first, second)


def calls_of(library: FaultyLibrary, operation: str, size: str) -> int:
    """How many requests it makes when nothing disturbs it."""
    scenario = SCENARIOS[operation](library, size)
    library.faults.begin()
    scenario.act()
    calls = len(library.faults.calls)
    library.clear()
    return calls


def run_all(library: FaultyLibrary, points: Mapping[str, list[Point]], request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--long"):
        points = {name: random.Random(name).sample(each, SAMPLE) for name, each in points.items()}
    failed: list[str] = []
    for point in chain.from_iterable(points.values()):
        try:
            run(library, point)
        except AssertionError as error:
            failed.append(f"{point}: {error}")
        library.clear()
    tally = {name: len(each) for name, each in points.items()}
    print(f"\n{sum(tally.values())} points of faults, {len(failed)} failed: {tally}")  # noqa: T201
    print(f"requests that met one: {dict(sorted(library.faults.met.items()))}")  # noqa: T201
    assert not failed, "\n".join(failed[:20])


def run(library: FaultyLibrary, point: Point) -> None:
    scenario = SCENARIOS[point.operation](library, point.size)
    library.faults.begin(point.first)
    outcome = attempted(scenario.act)
    if point.second is not None:
        library.faults.begin()
        library.faults.deliver(LATE)
        library.restart()
        library.faults.begin(point.second)
        outcome = attempted(scenario.act)
    scenario.settle(outcome)
    library.verify()
