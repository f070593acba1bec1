"""The limiter: grows with answers, halves and holds back on complaints, lets go of who is cancelled."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.limiter import MOST, StoreLimiter, is_complaint
from imagedesk.stores.aws.limiters import Limiters
from imagedesk.stores.aws.objects import S3Objects
from tests.unit.stores.aws.conftest import description_of
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy

SLOW = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(clock: Clock) -> StoreLimiter:
    return StoreLimiter(clock, lambda: 1.0)


def test_it_grows_quickly_until_the_first_complaint_and_slowly_after_it(limiter: StoreLimiter, clock: Clock) -> None:
    for _ in range(48):
        limiter.answered()
    assert limiter.allowed == 64
    limiter.complained()
    assert limiter.allowed == 32
    clock.now += 60
    for _ in range(34):
        limiter.answered()
    assert limiter.allowed == 33
    for _ in range(100_000):
        limiter.answered()
    assert limiter.allowed == MOST


def test_complaints_of_one_moment_count_once_and_later_ones_wait_longer(limiter: StoreLimiter, clock: Clock) -> None:
    waits = []
    for _ in range(8):
        for _ in range(20):
            limiter.complained()
        began = clock.now
        while _is_held(limiter):
            clock.now += 0.25
        waits.append(clock.now - began)
    assert waits == [0.5, 1, 2, 4, 8, 16, 20, 20]
    assert limiter.allowed == 1


def _is_held(limiter: StoreLimiter) -> bool:
    cancel = CancelToken()
    cancel.cancel()
    try:
        limiter.hold(cancel)
    except Cancelled:
        return True
    return False


def test_one_more_than_allowed_waits_until_one_is_done(limiter: StoreLimiter) -> None:
    entered = threading.Event()

    def enter() -> None:
        with limiter.slot():
            entered.set()

    with ExitStack() as stack:
        first = [limiter.slot() for _ in range(limiter.allowed)]
        for slot in first:
            stack.enter_context(slot)
        thread = threading.Thread(target=enter)
        thread.start()
        assert not entered.wait(0.05)
    assert entered.wait(30)
    thread.join()


def test_who_waits_can_be_cancelled(limiter: StoreLimiter) -> None:
    cancel = CancelToken()
    limiter.complained()
    timer = threading.Timer(0.02, cancel.cancel)
    timer.start()
    with pytest.raises(Cancelled), limiter.slot(cancel):
        raise AssertionError("it was let in")
    timer.join()


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [(503, "SlowDown", True), (429, "", True), (400, "ThrottlingException", True),
     (400, "com.amazonaws#ProvisionedThroughputExceededException", True), (500, "InternalError", False),
     (200, "", False), (404, "NoSuchKey", False)],
)  # fmt: skip
def test_a_complaint_is_told_from_other_answers(status: int, code: str, expected: bool) -> None:
    assert is_complaint(status, code) is expected


@pytest.mark.parametrize("lean", [True, False])
def test_slow_down_is_heard_on_both_ways(
    proxied: AwsConnection, proxy: FaultyProxy, lean: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not lean:
        monkeypatch.setattr(proxied, "lean", lambda: None)
    before = proxied.limiter("s3").allowed
    proxy.plan(Fault("PUT", "answer", status=503, body=SLOW))
    S3Objects(proxied).put("images/a/1/x.jpg", b"data", description_of(b"data"))
    assert proxied.limiter("s3").allowed <= before / 2 + 1
    assert proxied.limiter("dynamodb").allowed == before


def test_a_complaint_is_told_once_and_one_that_was_heard_elsewhere_is_not(limiter: StoreLimiter, clock: Clock) -> None:
    told: list[str] = []
    limiter.on_complaint = lambda: told.append("told")
    limiter.complained()
    limiter.complained()
    assert told == ["told"]
    clock.now += 100
    allowed = limiter.allowed
    limiter.heed()
    assert limiter.allowed == allowed // 2
    limiter.complained()  # the same that was heard
    assert told == ["told"]


def test_the_limiters_of_two_processes_back_off_together() -> None:
    ours, theirs = Limiters(["s3", "dynamodb"]), Limiters(["s3", "dynamodb"])
    ours.tell_complaints(theirs.heed_complaint)
    theirs.tell_complaints(ours.heed_complaint)
    before = theirs.at_once
    ours["dynamodb"].complained()
    assert (ours.at_once, theirs.at_once) == (before // 2, before // 2)
    assert theirs["s3"].allowed == before
