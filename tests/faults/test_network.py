"""The network is cut, or flips a bit, at every kind of place of a transfer with a server that others made: what is
acknowledged is whole, what is not is not there under its name. (``test_every_byte`` has every place.)"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from imagedesk.core.errors import CorruptObject, EnvironmentFault, NotFound
from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.profiles import AwsProfile
from imagedesk.service.downloading import download_image
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from tests.fakes.sample_records import sample_record
from tests.faults.harming_relay import Harm, HarmingRelay, harming_relay
from tests.unit.stores.aws.conftest import description_of

SIZE = 64 * 1024
DATA = random.Random(64).randbytes(SIZE)
# The beginning of a request's or answer's head, its end and the body's first bytes, the middle, the end and beyond.
CLASSES = [0, 1, 2, 40, 200, 400, 600, 800, 1000, 1200, 4096, 16384, 32768, 49152, SIZE - 1, SIZE, SIZE + 500]
Times = Callable[[int, int], int]


@pytest.fixture
def relay(profile: AwsProfile) -> Iterator[HarmingRelay]:
    parts = urlsplit(profile.s3_endpoint_url or "")
    with harming_relay(parts.hostname or "", parts.port or 0) as running:
        yield running


@pytest.fixture
def harmed(relay: HarmingRelay, profile: AwsProfile) -> Iterator[S3Objects]:
    """The library through the relay."""
    opened = AwsConnection(replace(profile, s3_endpoint_url=relay.url))
    yield S3Objects(opened)
    opened.close()


def test_an_upload_that_is_cut_anywhere_is_there_whole(
    harmed: S3Objects, relay: HarmingRelay, report: Callable[[str], None]
) -> None:
    tried = CLASSES
    for place in tried:
        key = f"images/ann/{place}/x.jpg"
        for up in (True, False):
            relay.plan(Harm(up, place if up else place % 300))  # the answer to a put is but a head
            harmed.put(f"{key}{up}", DATA, description_of(DATA))
            relay.plan(None)
            assert harmed.read(f"{key}{up}", SIZE) == DATA
    assert relay.done > len(tried)
    report(f"uploads: {relay.done} cuts at {len(tried)} places, every object whole")


def record_of(key: str) -> ImageRecord:
    return replace(sample_record(1), key=key, size=SIZE, sha256=description_of(DATA).sha256, filename="x.jpg")


def test_a_download_that_is_cut_anywhere_arrives_whole(
    harmed: S3Objects, relay: HarmingRelay, tmp_path: Path, report: Callable[[str], None]
) -> None:
    harmed.put("images/ann/1/x.jpg", DATA, description_of(DATA))
    record, tried = record_of("images/ann/1/x.jpg"), CLASSES
    for place in tried:
        for up in (True, False):
            relay.plan(Harm(up, place % 300 if up else place))
            path = download_image(harmed, record, tmp_path / "x.jpg", lambda _: None, None, NameClash.REPLACE)
            relay.plan(None)
            assert path.read_bytes() == DATA
    assert [path.name for path in tmp_path.iterdir()] == ["x.jpg"]
    assert relay.done > len(tried)
    report(f"downloads: {relay.done} cuts at {len(tried)} places, every file whole")


@pytest.mark.parametrize("size", [1, 1000, SIZE, 3 * 1024 * 1024])
def test_one_flipped_bit_of_a_download_never_reaches_a_file(
    harmed: S3Objects, relay: HarmingRelay, tmp_path: Path, times: Times, report: Callable[[str], None], size: int
) -> None:
    data = random.Random(size).randbytes(size)
    harmed.put("images/ann/1/x.jpg", data, description_of(data))
    record = replace(record_of("images/ann/1/x.jpg"), size=size, sha256=description_of(data).sha256)
    chance, outcomes = random.Random(1), {"whole": 0, "refused": 0}
    for _ in range(times(10, 1000)):
        relay.plan(Harm(up=False, place=chance.randrange(size + 600), flip=True))
        try:
            path = download_image(harmed, record, tmp_path / "x.jpg", lambda _: None, None, NameClash.REPLACE)
        except (CorruptObject, EnvironmentFault, NotFound):  # the bit may also make nonsense of the head
            outcomes["refused"] += 1
            assert list(tmp_path.iterdir()) == []
        else:
            outcomes["whole"] += 1
            assert path.read_bytes() == data
            path.unlink()
        relay.plan(None)
    report(f"{relay.done} flipped bits in downloads of {size} bytes: {outcomes}, none wrong")


def test_one_flipped_bit_of_an_upload_is_never_stored(
    harmed: S3Objects, relay: HarmingRelay, request: pytest.FixtureRequest, times: Times, report: Callable[[str], None]
) -> None:
    if not request.config.getoption("--s3-endpoint"):
        pytest.skip("moto verifies no checksum: name a server that does with --s3-endpoint")
    chance, outcomes = random.Random(2), {"stored whole": 0, "refused": 0}
    for number in range(times(20, 1000)):
        key = f"images/ann/{number}/x.jpg"
        relay.plan(Harm(up=True, place=chance.randrange(SIZE + 800), flip=True))
        try:
            harmed.put(key, DATA, description_of(DATA))
        except EnvironmentFault:
            outcomes["refused"] += 1
        else:
            outcomes["stored whole"] += 1
            assert harmed.read(key, SIZE) == DATA
        relay.plan(None)
    report(f"{relay.done} flipped bits in uploads of {SIZE} bytes: {outcomes}, none stored")
