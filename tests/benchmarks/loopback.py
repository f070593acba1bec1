"""Runs a script of the benchmarks with a network that ends at this computer, as their smoke test does.

    python -m tests.benchmarks.loopback tests.benchmarks.gallery --sizes 100,200

What a script asks of another host, by a connection or by its name, raises an error. Its child processes are not
watched: servers, decoders and the program itself.
"""

from __future__ import annotations

import ipaddress
import runpy
import sys


def refuse_others(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook ("Audit events table", docs.python.org)."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not is_here(host):
        raise PermissionError(f"a benchmark asked for {host!r}, which is not this computer")


def is_here(host: object) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False


sys.addaudithook(refuse_others)

if __name__ == "__main__":
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
