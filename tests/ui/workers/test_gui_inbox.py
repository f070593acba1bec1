from __future__ import annotations

import threading
import time
from itertools import chain, pairwise

import pytest
from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot

from imagedesk.workers.gui_inbox import GuiInbox
from tests.ui.library_in_memory import WAIT_MS


class Post(QObject):
    """What was delivered, delivery by delivery."""

    def __init__(self) -> None:
        super().__init__()
        self.deliveries: list[list[object]] = []
        self.threads: set[int] = set()

    def take(self, items: list[object]) -> None:
        self.deliveries.append(items)
        self.threads.add(threading.get_ident())

    @property
    def items(self) -> list[object]:
        return list(chain(*self.deliveries))


@pytest.fixture
def post(qtbot: QtBot) -> Post:
    return Post()


def in_threads(*bodies: object) -> None:
    threads = [threading.Thread(target=body) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_what_many_threads_post_arrives_whole_in_order_on_the_gui_thread(post: Post, qtbot: QtBot) -> None:
    inbox: GuiInbox[object] = GuiInbox(post.take, post)

    def body(thread: int) -> None:
        for number in range(500):
            inbox.post((thread, number))

    threads = [threading.Thread(target=body, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: len(post.items) == 8 * 500, timeout=WAIT_MS)  # while they post
    for thread in threads:
        thread.join()
    for number in range(8):
        assert [item for item in post.items if item[0] == number] == [(number, n) for n in range(500)]
    assert post.threads == {threading.get_ident()}


def test_no_wake_up_is_lost_however_post_and_delivery_fall_together(post: Post, qtbot: QtBot) -> None:
    handed = threading.Semaphore(0)

    def take(items: list[object]) -> None:
        handed.release()  # the next is posted while this one is being delivered
        post.take(items)

    inbox: GuiInbox[object] = GuiInbox(take, post)

    def body() -> None:
        for number in range(2000):
            inbox.post(number)
            assert handed.acquire(timeout=WAIT_MS / 1000)

    thread = threading.Thread(target=body)
    thread.start()
    qtbot.waitUntil(lambda: len(post.items) == 2000, timeout=WAIT_MS)
    thread.join()
    assert post.items == list(range(2000))


def test_a_thousand_items_at_once_are_one_delivery(post: Post, qtbot: QtBot) -> None:
    inbox: GuiInbox[object] = GuiInbox(post.take, post)
    in_threads(lambda: [inbox.post(number) for number in range(1000)])
    qtbot.waitUntil(lambda: bool(post.deliveries), timeout=WAIT_MS)
    assert post.deliveries == [list(range(1000))]


def test_with_an_interval_the_first_comes_at_once_and_deliveries_keep_their_distance(post: Post, qtbot: QtBot) -> None:
    interval_ms = 40
    moments: list[float] = []

    def take(items: list[object]) -> None:
        moments.append(time.monotonic())
        post.take(items)

    inbox: GuiInbox[object] = GuiInbox(take, post, interval_ms)
    began = time.monotonic()
    for number in range(400):
        inbox.post(number)
        QCoreApplication.processEvents()
    posted = time.monotonic() - began
    qtbot.waitUntil(lambda: len(post.items) == 400, timeout=WAIT_MS)
    inbox.close()
    assert (post.deliveries[0], post.items) == ([0], list(range(400)))
    distances = [later - earlier for earlier, later in pairwise(moments)]
    assert min(distances) > 0.8 * interval_ms / 1000
    assert len(moments) <= 3 + posted / (0.8 * interval_ms / 1000)


def test_what_is_posted_during_a_delivery_comes_in_the_next(post: Post, qtbot: QtBot) -> None:
    def take(items: list[object]) -> None:
        post.take(items)
        if len(post.deliveries) < 5:
            inbox.post("more")

    inbox: GuiInbox[object] = GuiInbox(take, post)
    inbox.post("first")
    qtbot.waitUntil(lambda: len(post.items) == 5, timeout=WAIT_MS)
    assert post.deliveries == [["first"], *[["more"]] * 4]


def test_a_delivery_that_raises_does_not_stop_the_next(post: Post, qtbot: QtBot) -> None:
    def take(items: list[object]) -> None:
        post.take(items)
        if items == ["bad"]:
            raise RuntimeError("a bug in the window")

    inbox: GuiInbox[object] = GuiInbox(take, post)
    with qtbot.captureExceptions() as exceptions:
        inbox.post("bad")
        qtbot.waitUntil(lambda: bool(post.items), timeout=WAIT_MS)
        inbox.post("good")
        qtbot.waitUntil(lambda: len(post.items) == 2, timeout=WAIT_MS)
    assert len(exceptions) == 1


def test_after_close_nothing_arrives_not_even_what_was_on_its_way(post: Post, qtbot: QtBot) -> None:
    inbox: GuiInbox[object] = GuiInbox(post.take, post)
    inbox.post(1)
    inbox.close()
    inbox.post(2)
    QCoreApplication.processEvents()
    assert post.deliveries == []


def test_threads_may_go_on_posting_when_the_inbox_is_gone(qtbot: QtBot) -> None:
    parent = Post()
    inbox: GuiInbox[object] = GuiInbox(lambda _items: None, parent)
    inbox.close()
    del parent
    in_threads(*[lambda: [inbox.post(number) for number in range(100)]] * 4)
    QCoreApplication.processEvents()
