"""Several people on one library, in any order of steps, agree with a model of it.

Hypothesis chooses who does what: uploads, deletions of own and others' images, listings that go on while the others
write, computers that go down half-way, library checks. ``--long`` takes 10,000 steps over the fakes and as many over
moto; otherwise a short run over the fakes.
"""

from __future__ import annotations

import hashlib
import types as modules
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import botocore.endpoint
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from imagedesk.core.errors import NotFound, NotOwner
from imagedesk.core.findings import REPAIRABLE, FindingState
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.profiles import AwsProfile
from imagedesk.core.query import StoreFilter
from imagedesk.service.uploading import UploadRequest
from tests.contract.aws_servers import aws_credentials
from tests.end_to_end.shared_library import Client, LibraryMaker, WentDown, aws_libraries, fake_library, key_order
from tests.fakes.picture_reader import fake_picture

__all__ = ["aws_credentials"]

NAMES = ("ann", "bo", "cy")
TYPES = ("image/png", "image/jpeg")
LONG_STEPS = 10_000
people, numbers, types = st.sampled_from(NAMES), st.integers(0, 10_000), st.sampled_from(TYPES)


@dataclass
class OpenListing:
    """A listing under way. ``whole`` are the images that were there all the time: each must be seen once."""

    client: Client
    store_filter: StoreFilter
    limit: int
    whole: set[str]
    cursor: str | None = None
    seen: list[ImageRecord] = field(default_factory=list)


class ManyClients(RuleBasedStateMachine):
    make_library: ClassVar[LibraryMaker]
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.library = type(self).make_library()
        self.clients = {name: self.library.client(name) for name in NAMES}
        self.images: dict[str, ImageRecord] = {}
        self.orphans: dict[str, tuple[str, str]] = {}  # key of an original without item: its owner and SHA-256
        self.known: list[str] = ["ann!never"]
        self.listings: list[OpenListing] = []

    @rule(name=people, content=st.integers(0, 40), kind=types)
    def upload(self, name: str, content: int, kind: str) -> None:
        record = self.clients[name].service.upload(self._request(name, content, kind))
        self._add(record)

    @rule(name=people, content=st.integers(0, 40), kind=types)
    def upload_and_go_down(self, name: str, content: int, kind: str) -> None:
        client, request = self.clients[name], self._request(name, content, kind)
        client.goes_down_at_commit()
        before = self.library.keys()
        with pytest.raises(WentDown):
            client.service.upload(request)
        (key,) = (key for key in self.library.keys() - before if key.startswith("images/"))
        assert isinstance(request.source, bytes)
        self.orphans[key] = (name, hashlib.sha256(request.source).hexdigest())

    @rule(name=people, number=numbers)
    def delete(self, name: str, number: int) -> None:
        image_id = self.known[number % len(self.known)]
        there = self.images.get(image_id)
        service = self.clients[name].service
        if there is None:
            with pytest.raises(NotFound):
                service.delete(image_id)
        elif there.user_id != name:
            with pytest.raises(NotOwner):
                service.delete(image_id)
        else:
            assert service.delete(image_id) == there
            self._remove(image_id)

    @precondition(lambda self: self.images)
    @rule(number=numbers)
    def delete_and_go_down(self, number: int) -> None:
        record = sorted(self.images.values(), key=key_order)[number % len(self.images)]
        client = self.clients[record.user_id]
        client.goes_down_at_removal()
        with pytest.raises(WentDown):
            client.service.delete(record.image_id)
        self._remove(record.image_id)

    @rule(name=people, owner=st.none() | people, kind=st.none() | types, limit=st.integers(1, 7))
    def begin_listing(self, name: str, owner: str | None, kind: str | None, limit: int) -> None:
        store_filter = StoreFilter(owner, kind)
        whole = {image_id for image_id, record in self.images.items() if _matches(record, store_filter)}
        self.listings = [*self.listings[-4:], OpenListing(self.clients[name], store_filter, limit, whole)]

    @precondition(lambda self: self.listings)
    @rule(number=numbers)
    def list_on(self, number: int) -> None:
        listing = self.listings[number % len(self.listings)]
        page = listing.client.service.list_images(listing.store_filter, listing.limit, listing.cursor)
        assert len(page.records) == listing.limit or page.next_cursor is None
        assert all(record == self.images.get(record.image_id) for record in page.records)
        listing.seen.extend(page.records)
        listing.cursor = page.next_cursor
        if page.next_cursor is None:
            self.listings.remove(listing)
            keys = [key_order(record) for record in listing.seen]
            assert keys == sorted(set(keys), reverse=True), "twice, or out of order"
            assert all(_matches(record, listing.store_filter) for record in listing.seen)
            assert listing.whole <= {record.image_id for record in listing.seen}, "skipped"

    @rule(name=people)
    def check(self, name: str) -> None:
        client = self.clients[name]
        findings = list(client.check.run(REPAIRABLE))
        assert {finding.state for finding in findings} <= {FindingState.REPAIRED, FindingState.KEPT}
        assert all(finding.user_id != name for finding in client.check.run()), "a second check found something"
        self._finish_orphans(client)

    @invariant()
    def counts(self) -> None:
        type(self).steps += 1

    @rule()
    def compare(self) -> None:
        listed = self.clients["ann"].service.list_images(StoreFilter(), 1000).records
        assert list(listed) == sorted(self.images.values(), key=key_order, reverse=True)

    def teardown(self) -> None:
        """Everybody checks once: then nothing is there but the images."""
        for name in NAMES:
            self.check(name)
        self.compare()
        named = {key for record in self.images.values() for key in (record.key, record.thumbnail_key)}
        assert self.library.keys() == named

    def _request(self, name: str, content: int, kind: str) -> UploadRequest:
        return UploadRequest(fake_picture(content_type=kind, salt=f"{content} of {name}"), name, f"{content}.png")

    def _add(self, record: ImageRecord) -> None:
        self.images[record.image_id] = record
        self.known.append(record.image_id)

    def _remove(self, image_id: str) -> None:
        del self.images[image_id]
        for listing in self.listings:
            listing.whole.discard(image_id)

    def _finish_orphans(self, client: Client) -> None:
        """Those of a content that the person has already are removed, the first of each other becomes an image."""
        there = {record.sha256 for record in self.images.values() if record.user_id == client.name}
        for key in sorted(key for key, (owner, _) in self.orphans.items() if owner == client.name):
            _owner, sha256 = self.orphans.pop(key)
            image_id = f"{client.name}!{key.split('/')[2]}"
            if sha256 in there:
                with pytest.raises(NotFound):
                    client.service.show(image_id)
                continue
            there.add(sha256)
            self._add(client.service.show(image_id))
            assert self.images[image_id].sha256 == sha256


def _matches(record: ImageRecord, store_filter: StoreFilter) -> bool:
    wanted = (store_filter.user_id, record.user_id), (store_filter.content_type, record.content_type)
    return all(value in {None, actual} for value, actual in wanted)


def run_steps(make: LibraryMaker, steps: int) -> int:
    """Run machines until at least so many steps are done; returns how many."""
    machine = type("Machine", (ManyClients,), {"make_library": staticmethod(make), "steps": 0})
    profile = settings(
        max_examples=max(1, steps // 100),
        stateful_step_count=50,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    while machine.steps < steps:
        run_state_machine_as_test(machine, settings=profile)  # type: ignore[no-untyped-call]
    return machine.steps


def test_several_people_agree_with_the_model(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    steps = run_steps(lambda: fake_library(tmp_path), LONG_STEPS if request.config.getoption("--long") else 1000)
    print(f"\n{steps} steps over the fakes agree with the model")  # noqa: T201


def test_several_people_agree_with_the_model_over_aws(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, aws_credentials: None
) -> None:
    monkeypatch.setattr(botocore.endpoint, "time", modules.SimpleNamespace(sleep=lambda _seconds: None))
    url = "http://127.0.0.1:1"  # nothing goes there: moto answers in this process
    profile = AwsProfile("aws", region="us-east-1", s3_endpoint_url=url, dynamodb_endpoint_url=url)
    with aws_libraries(profile, tmp_path) as make:
        steps = run_steps(make, LONG_STEPS if request.config.getoption("--long") else 100)
    print(f"\n{steps} steps over moto agree with the model")  # noqa: T201
