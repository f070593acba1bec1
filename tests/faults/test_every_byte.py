"""A transfer of 64 KiB cut before each of its bytes, one of 64 MiB at random places, and one bit turned, both ways.

The store is a quick one of ours that checks what S3 checks. Several clients, each with a store of its own, share the
work: a client that was cut waits a moment before it goes on.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from imagedesk.core.errors import CorruptObject, ImageDeskError, StoreUnavailable
from imagedesk.core.file_names import NameClash
from imagedesk.core.profiles import AwsProfile
from imagedesk.service.downloading import download_image
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.transfers.queue import ATTEMPTS
from tests.fakes.sample_records import sample_record
from tests.faults.harmed_store import HarmedStore, served
from tests.faults.harming_relay import Harm
from tests.unit.stores.aws.conftest import description_of

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
CLIENTS = 24
KIB, MIB = 1024, 1024 * 1024
HEAD = 1200  # bytes of a request's head, at most
Times = Callable[[int, int], int]
Tell = Callable[[str], None]


@dataclass
class Client:
    store: HarmedStore
    objects: S3Objects
    folder: Path
    number: int = 0

    def send(self, harm: Harm, data: bytes, sha256: str) -> str:
        """What became of an upload: ``whole``, or the refusal's code. Never anything else in the store."""
        self.number += 1
        key = f"images/ann/{self.number}/x.jpg"
        description = replace(description_of(b""), size=len(data), sha256=sha256)
        self._calm_down()
        self.store.plan(harm)
        outcome = _tried(lambda: self.objects.put(key, data, description))
        self.store.plan(None)
        there = self.store.objects.pop(key, None)
        assert there == data if outcome == "whole" else there in (None, data)
        assert not self.store.objects, "something is under another key"
        return outcome

    def fetch(self, harm: Harm, data: bytes, sha256: str) -> str:
        """What became of a download: ``whole``, or the refusal's code. Never a file that is not whole."""
        self.store.objects["images/ann/1/x.jpg"] = data
        record = replace(sample_record(1), key="images/ann/1/x.jpg", size=len(data), sha256=sha256, filename="x.jpg")
        target = self.folder / "x.jpg"
        self._calm_down()
        self.store.plan(harm)
        outcome = _tried(lambda: download_image(self.objects, record, target, _silent, None, NameClash.REPLACE))
        self.store.plan(None)
        if outcome == "whole":
            assert target.read_bytes() == data
            target.unlink()
        assert list(self.folder.iterdir()) == []
        self.store.objects.clear()
        return outcome

    def _calm_down(self) -> None:
        """The lean path leaves the field to botocore after some faults in a row; here each is to meet it."""
        self.store.objects["calm"] = b"x"
        assert self.objects.read("calm", 1) == b"x"
        del self.store.objects["calm"]


def _tried(transfer: Callable[[], object]) -> str:
    """As the queue does it: again while the store is out of reach."""
    for _ in range(ATTEMPTS):
        try:
            transfer()
            return "whole"
        except StoreUnavailable as error:
            code = error.code
        except ImageDeskError as error:
            return error.code
    return code


def _silent(_done: int) -> None:
    """Nobody looks."""


@pytest.fixture
def clients(aws_credentials: None) -> Iterator[Callable[[int], list[Client]]]:
    with ExitStack() as stack:
        yield lambda count: [stack.enter_context(_client()) for _ in range(count)]


@contextmanager
def _client() -> Iterator[Client]:
    store = HarmedStore()
    with served(store) as url, tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        profile = AwsProfile(
            name="a", bucket="b", table="t", region="us-east-1", s3_endpoint_url=url, dynamodb_endpoint_url=url
        )
        connection = AwsConnection(profile)
        connection.lean()
        try:
            yield Client(store, S3Objects(connection), Path(folder))
        finally:
            connection.close()


def shared(clients: Sequence[Client], harms: Sequence[Harm], data: bytes, *, up: bool) -> Counter[str]:
    """All of the harms, each to a transfer of its own; the outcomes."""
    sha256 = hashlib.sha256(data).hexdigest()

    def work(client: Client, mine: Sequence[Harm]) -> Counter[str]:
        way = client.send if up else client.fetch
        return Counter(way(harm, data, sha256) for harm in mine)

    with ThreadPoolExecutor(len(clients)) as threads:
        shares = [harms[start :: len(clients)] for start in range(len(clients))]
        return sum(threads.map(work, clients, shares), Counter[str]())


@pytest.mark.parametrize("up", [True, False], ids=["upload", "download"])
def test_a_transfer_that_is_cut_before_any_byte_ends_whole(
    clients: Callable[[int], list[Client]], times: Times, report: Tell, up: bool
) -> None:
    """The bytes are those of the direction in which the body goes, its head included; in the other one all that go."""
    data = random.Random(64).randbytes(64 * KIB)
    step = times(997, 1)
    harms = [Harm(up, place) for place in range(0, 64 * KIB + HEAD, step)]
    harms += [Harm(not up, place) for place in range(0, 300, step)]
    some = clients(CLIENTS)
    outcomes = shared(some, harms, data, up=up)
    done = sum(client.store.done for client in some)
    assert outcomes == {"whole": len(harms)}
    assert done >= len(harms) - 2 * HEAD / step
    report(f"{done} cuts of {'uploads' if up else 'downloads'} of 64 KiB: {dict(outcomes)}")


@pytest.mark.parametrize("up", [True, False], ids=["upload", "download"])
def test_a_large_transfer_that_is_cut_anywhere_ends_whole(
    clients: Callable[[int], list[Client]], times: Times, report: Tell, up: bool
) -> None:
    data = random.Random(65).randbytes(MIB) * 64
    chance = random.Random(66)
    harms = [Harm(up, chance.randrange(64 * MIB)) for _ in range(times(3, 1000))]
    some = clients(2)
    outcomes = shared(some, harms, data, up=up)
    assert outcomes == {"whole": len(harms)}
    done = sum(client.store.done for client in some)
    report(f"{done} cuts of {'uploads in parts' if up else 'downloads in ranges'} of 64 MiB: {dict(outcomes)}")


@pytest.mark.parametrize(
    ("up", "size"),
    [
        *((up, size) for size in (20_000, 200_000, 16 * MIB) for up in (True, False)),
        (True, 40 * MIB),  # in parts
        (False, 70 * MIB),  # in ranges
    ],
    ids=lambda value: {True: "upload", False: "download"}[value] if isinstance(value, bool) else str(value),
)
def test_one_flipped_bit_is_never_acknowledged(
    clients: Callable[[int], list[Client]], times: Times, report: Tell, size: int, up: bool
) -> None:
    """What is not whole is refused; what is retried may end whole."""
    data = (random.Random(size).randbytes(min(size, MIB)) * (size // min(size, MIB) + 1))[:size]
    chance = random.Random(size + up)
    harms = [
        Harm(up, chance.randrange(size + HEAD // 2), flip=True) for _ in range(times(8 if size < MIB else 2, 1000))
    ]
    some = clients(4 if size < MIB else 2)
    outcomes = shared(some, harms, data, up=up)
    done = sum(client.store.done for client in some)
    assert sum(outcomes.values()) == len(harms)
    if not up:
        assert outcomes[CorruptObject.code] >= outcomes.total() // 2
    report(f"{done} bits turned in {'uploads' if up else 'downloads'} of {size} bytes: {dict(outcomes)}, none wrong")
