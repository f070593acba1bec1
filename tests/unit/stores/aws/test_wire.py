"""One exchange over a pooled connection, against answers of every shape."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.util.wait import wait_for_read

from imagedesk.core.cancellation import CancelToken
from imagedesk.stores.aws.answer_memory import FRESH, LENT
from imagedesk.stores.aws.wire import FAILURES, Answer, Wire, request_head
from tests.unit.stores.aws.scripted_server import ScriptedServer, scripted_server

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
PICTURE = bytes(range(256)) * 12_000  # three chunks
WHOLE = b"HTTP/1.1 200 OK\r\nETag: e\r\nContent-Length: %d\r\n\r\n%s" % (len(PICTURE), PICTURE)


@pytest.fixture
def wires() -> Iterator[list[Wire]]:
    made: list[Wire] = []
    yield made
    for wire in made:
        wire.close()


def wire_to(server: ScriptedServer, wires: list[Wire], patience: float = 5) -> Wire:
    wire = Wire(HTTPConnectionPool("127.0.0.1", server.port, timeout=Timeout(connect=5, read=patience)))
    wires.append(wire)
    return wire


def get(wire: Wire) -> tuple[int, bytes]:
    answer = wire.request("GET", "/b/k", {"host": "h"})
    return answer.status, b"".join(answer.chunks())


def test_a_connection_serves_one_request_after_another(wires: list[Wire]) -> None:
    with scripted_server([OK], [WHOLE], [OK]) as server:
        wire = wire_to(server, wires)
        headers = {"host": "h", "content-length": "6"}
        assert wire.request("PUT", "/b/k?a=1", headers, [b"abc", b"def"]).status == 200
        assert get(wire) == (200, PICTURE)
        assert get(wire) == (200, b"")
        wires[0].close()
    assert server.connections == 1
    assert server.heads[0] == b"PUT /b/k?a=1 HTTP/1.1\r\nhost: h\r\ncontent-length: 6"
    assert server.bodies[0] == b"abcdef"


@pytest.mark.parametrize("size", [1, 7, 40, 1000])
def test_an_answer_may_come_in_pieces_of_any_size(wires: list[Wire], size: int) -> None:
    short = b"HTTP/1.1 206 Partial Content\r\nContent-Length: 300\r\nX: y\r\n\r\n" + PICTURE[:300]
    with scripted_server([short[at : at + size] for at in range(0, len(short), size)]) as server:
        answer = wire_to(server, wires).request("GET", "/", {})
        assert (answer.status, answer.headers["x"], answer.content()) == (206, "y", PICTURE[:300])
        wires[0].close()


@pytest.mark.parametrize(
    ("text", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 200, b"abcde"),
        (b"HTTP/1.1 503 Slow Down\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nslow\r\n0\r\n\r\n", 503, b"slow"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone", 404, b"gone"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 200, b"ok"),
    ],
)
def test_an_unusual_answer_is_read_as_well_and_the_next_request_is_sound(
    wires: list[Wire], text: bytes, status: int, body: bytes
) -> None:
    with scripted_server([text, b"hang up"], [OK]) as server:
        wire = wire_to(server, wires)
        assert get(wire) == (status, body)
        assert get(wire) == (200, b"")
        wires[0].close()
    assert server.connections == 2


@pytest.mark.parametrize(
    "text", [b"", b"HTTP/1.1 200", b"nonsense\r\n\r\n", b"HTTP/1.1 two OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nETag: x\r\n"]
)
def test_what_is_no_answer_is_a_failure(wires: list[Wire], text: bytes) -> None:
    with scripted_server([text, b"hang up"]) as server, pytest.raises(FAILURES):
        wire_to(server, wires).request("GET", "/", {})


@pytest.mark.parametrize("arrived", [0, 1, 255, 65536, 1024 * 1024, 1024 * 1024 + 1, len(PICTURE) - 1])
def test_a_body_that_is_cut_gives_what_arrived_and_then_the_cut(wires: list[Wire], arrived: int) -> None:
    got = bytearray()

    def read(answer: Answer) -> None:
        for chunk in answer.chunks():
            got.extend(chunk)

    with scripted_server([WHOLE[: len(WHOLE) - len(PICTURE) + arrived], b"hang up"]) as server:
        answer = wire_to(server, wires).request("GET", "/", {})
        with pytest.raises(FAILURES):
            read(answer)
    assert got == PICTURE[:arrived]


def test_a_body_that_nobody_reads_to_its_end_costs_the_connection(wires: list[Wire]) -> None:
    with scripted_server([WHOLE], [OK]) as server:
        wire = wire_to(server, wires)
        answer = wire.request("GET", "/", {})
        assert next(answer.chunks()) == PICTURE[: 1024 * 1024]
        answer.close()
        assert get(wire) == (200, b"")
        wires[0].close()
    assert server.connections == 2


def test_cancelling_ends_a_wait_for_an_answer(wires: list[Wire]) -> None:
    cancel = CancelToken()
    with scripted_server([b"silence"]) as server:
        wire = wire_to(server, wires)
        timer = threading.Timer(0.05, cancel.cancel)
        timer.start()
        with pytest.raises(FAILURES):
            wire.request("GET", "/", {}, cancel=cancel)
        timer.join()
        assert cancel.is_cancelled


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", WHOLE[:70_000]])
def test_a_server_that_stops_is_given_up_after_the_time_for_it(wires: list[Wire], begin: bytes) -> None:
    with scripted_server([begin, b"silence"]) as server, pytest.raises(TimeoutError):
        get(wire_to(server, wires, 0.1))


def test_a_server_that_reads_nothing_is_given_up_too(wires: list[Wire]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = Wire(HTTPConnectionPool(*listener.getsockname(), timeout=Timeout(connect=5, read=0.1)))
        with pytest.raises(TimeoutError):
            wire.request("PUT", "/", {"content-length": str(len(PICTURE) * 9)}, [PICTURE] * 9)


def test_a_connection_that_the_server_has_left_meanwhile_is_not_used(
    wires: list[Wire], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagedesk.stores.aws.leases._FRESH", -1.0)
    with scripted_server([OK, b"hang up"], [OK]) as server:
        wire = wire_to(server, wires)
        assert get(wire) == (200, b"")
        (rested,) = wire.leases.resting
        assert wait_for_read(rested.sock, 5)
        assert get(wire) == (200, b"")
        wires[0].close()
    assert server.connections == 2


@pytest.mark.parametrize("size", [1, 100, 30_000, 300_000, len(PICTURE)])
def test_lent_chunks_are_the_same_bytes(wires: list[Wire], size: int) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size
    with scripted_server([head, PICTURE[:size]]) as server:
        got = bytearray()
        for chunk in wire_to(server, wires).request("GET", "/", {}).chunks(LENT):
            got += chunk
        wires[0].close()
    assert got == PICTURE[:size]


def test_the_same_goes_over_tls(tls_files: tuple[Path, Path], wires: list[Wire]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*tls_files)
    with scripted_server([OK], [WHOLE], [WHOLE], [b"silence"], tls=context) as server:
        pool = HTTPSConnectionPool(
            "127.0.0.1", server.port, timeout=Timeout(connect=5, read=0.5), ca_certs=str(tls_files[0])
        )
        wires.append(wire := Wire(pool))
        assert wire.request("PUT", "/", {"content-length": "300006"}, [PICTURE[:300_000], b"abcdef"]).status == 200
        for memory in (LENT, FRESH):
            assert b"".join(map(bytes, wire.request("GET", "/", {}).chunks(memory))) == PICTURE
        with pytest.raises(TimeoutError):
            wire.request("GET", "/", {})
    assert server.connections == 1
    assert server.bodies[0] == PICTURE[:300_000] + b"abcdef"


def test_no_header_can_begin_a_line_of_its_own() -> None:
    for value in ("a\r\nx: y", "a\nb", "a\r"):
        with pytest.raises(ValueError, match="line break"):
            request_head("PUT", "/", {"name": value})
    with pytest.raises(UnicodeEncodeError):
        request_head("PUT", "/", {"name": "ä"})
