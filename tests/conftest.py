"""What holds for every test: nobody's real home, settings or credentials are touched, and nothing is left running."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring.core
import pytest
from hypothesis import HealthCheck, settings

from tests.fakes.keyring_backend import MemoryKeyring

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["NO_PROXY"] = "localhost,127.0.0.1"

# A busy machine must not fail a property by its clock.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
_OURS = ("AWS_", "IMAGEDESK_", "XDG_")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("imagedesk")
    group.addoption("--s3-endpoint", help="run the contract suites against this S3 server instead of moto")
    group.addoption("--long", action="store_true", help="the long modes of the fault and model tests: every point")
    group.addoption("--dynamodb-endpoint", help="run the contract suites against this DynamoDB server instead of moto")
    group.addoption("--executable", metavar="PATH", help="test this executable too (tests/executable)")
    group.addoption(
        "--server-lacks", metavar="NAMES", help="what that server cannot do (tests/contract/server_abilities.py)"
    )


@pytest.fixture(autouse=True)
def isolated_environment(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, and no variable that would reach a real account, profile or endpoint."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(_OURS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "no-aws-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "no-aws-credentials"))
    return home


@pytest.fixture(autouse=True)
def system_keyring(isolated_environment: Path) -> Iterator[MemoryKeyring]:
    """Nobody's real keyring: one in memory, for each test."""
    before = keyring.core._keyring_backend
    memory = MemoryKeyring()
    keyring.set_keyring(memory)
    yield memory
    keyring.core._keyring_backend = before


@pytest.fixture(autouse=True)
def no_leaks(isolated_environment: Path) -> Iterator[None]:
    """Fails a test that leaves a thread or a child process behind."""
    threads, children = set(threading.enumerate()), set(multiprocessing.active_children())
    yield
    ours = [thread for thread in set(threading.enumerate()) - threads if not _is_of_a_server(thread)]
    for thread in ours:
        thread.join(timeout=10)
    left = [thread.name for thread in ours if thread.is_alive()]
    assert not left, f"threads left running: {left}"
    processes = [child.name for child in set(multiprocessing.active_children()) - children]
    assert not processes, f"processes left running: {processes}"


def _is_of_a_server(thread: threading.Thread) -> bool:
    """A server of the tests outlives the test that asked for it first."""
    return thread.name.startswith(("moto", "werkzeug")) or "process_request_thread" in thread.name
