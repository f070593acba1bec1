"""A TCP relay before a server that cuts a connection after so many bytes, or flips one bit, once it is told to."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass
class Harm:
    """``up``: towards the server. At byte ``place`` from the moment it is planned: cut before it, or ``flip`` it."""

    up: bool
    place: int
    flip: bool = False


class HarmingRelay:
    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._harm: Harm | None = None
        self._open: list[socket.socket] = []
        self.done = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def plan(self, harm: Harm | None) -> None:
        with self._lock:
            self._harm = harm

    def serve(self) -> None:
        threads: list[threading.Thread] = []
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                break
            server = socket.create_connection(self._server)
            self._open += [client, server]
            for source, target, up in ((client, server, True), (server, client, False)):
                threads.append(threading.Thread(target=self._pump, args=(source, target, up)))
                threads[-1].start()
        for thread in threads:
            thread.join()

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for opened in self._open:
            _cut(opened)

    def _pump(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                kept, cut = self._harmed(data, up)
                target.sendall(kept)
                if cut:
                    break
        _cut(source)
        _cut(target)

    def _harmed(self, data: bytes, up: bool) -> tuple[bytes, bool]:
        with self._lock:
            harm = self._harm
            if harm is None or harm.up is not up:
                return data, False
            if harm.place >= len(data):
                harm.place -= len(data)
                return data, False
            self._harm = None
            self.done += 1
            if not harm.flip:
                return data[: harm.place], True
            changed = bytearray(data)
            changed[harm.place] ^= 1 << (harm.place % 8)
            return bytes(changed), False


def _cut(opened: socket.socket) -> None:
    with contextlib.suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
    opened.close()


@contextlib.contextmanager
def harming_relay(host: str, port: int) -> Iterator[HarmingRelay]:
    relay = HarmingRelay((host, port))
    thread = threading.Thread(target=relay.serve)
    thread.start()
    try:
        yield relay
    finally:
        relay.stop()
        thread.join()
