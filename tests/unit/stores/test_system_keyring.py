"""Keys of a server that is not Amazon's: in the system keyring, or nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from keyring.errors import InitError, KeyringLocked

from imagedesk.core.errors import InvalidCredentials, KeyringUnavailable
from imagedesk.core.profiles import AwsProfile
from imagedesk.core.server_keys import ServerKeys
from imagedesk.stores.system_keyring import SERVICE, SystemKeyring, entry_name
from tests.fakes.keyring_backend import MemoryKeyring

NAS = AwsProfile("nas", s3_endpoint_url="https://s3.example.org", dynamodb_endpoint_url="https://db.example.org")
KEYS = ServerKeys("AKEXAMPLE", "very-secret")


def test_what_is_kept_is_what_comes_back(system_keyring: MemoryKeyring) -> None:
    SystemKeyring().save(NAS, KEYS)
    assert SystemKeyring().load(NAS) == KEYS
    changed = ServerKeys("AK2", "another")
    SystemKeyring().save(NAS, changed)
    assert SystemKeyring().load(NAS) == changed
    assert list(system_keyring.entries) == [(SERVICE, "nas at https://s3.example.org and https://db.example.org")]


def test_keys_of_one_server_are_never_another_s(system_keyring: MemoryKeyring) -> None:
    SystemKeyring().save(NAS, KEYS)
    for other in (
        replace(NAS, s3_endpoint_url="https://elsewhere.example"),
        replace(NAS, dynamodb_endpoint_url=None),
        replace(NAS, name="other"),
    ):
        with pytest.raises(InvalidCredentials, match="holds no keys for"):
            SystemKeyring().load(other)


def test_amazon_s_endpoints_are_no_part_of_the_name() -> None:
    mixed = replace(NAS, dynamodb_endpoint_url="https://dynamodb.eu-west-1.amazonaws.com")
    assert entry_name(mixed) == "nas at https://s3.example.org"


def test_forgotten_keys_are_gone_and_none_are_no_error(system_keyring: MemoryKeyring) -> None:
    SystemKeyring().save(NAS, KEYS)
    SystemKeyring().forget(NAS)
    assert system_keyring.entries == {}
    SystemKeyring().forget(NAS)


def test_what_another_program_wrote_there_is_told_and_not_shown(system_keyring: MemoryKeyring) -> None:
    for text in ("no json", '["one"]', '"text"', "{}", "7"):
        system_keyring.entries[SERVICE, entry_name(NAS)] = text
        with pytest.raises(InvalidCredentials) as told:
            SystemKeyring().load(NAS)
        assert text not in told.value.message
        assert told.value.__cause__ is None


Action = Callable[[], object]
ACTIONS: dict[str, Action] = {
    "load": lambda: SystemKeyring().load(NAS),
    "save": lambda: SystemKeyring().save(NAS, KEYS),
    "forget": lambda: SystemKeyring().forget(NAS),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (KeyringLocked("Failed to unlock the collection!"), "unlock it, then try again"),
        (InitError("no collection"), "aws configure --profile"),
        (OSError("the bus is gone"), "does not answer (OSError)"),
        (LookupError("D-Bus"), "does not answer (LookupError)"),
    ],
)
def test_a_keyring_that_fails_says_what_to_do(
    system_keyring: MemoryKeyring, fault: Exception, words: str, action: str
) -> None:
    system_keyring.fault = fault
    with pytest.raises(KeyringUnavailable) as told:
        ACTIONS[action]()
    assert words in told.value.message
    assert "very-secret" not in told.value.message


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("priority", [-1.0, 0.0, 0.5])  # null, fail, a file in plain text
def test_a_system_without_a_keyring_keeps_nothing_and_says_what_to_do(
    system_keyring: MemoryKeyring, priority: float, action: str
) -> None:
    system_keyring.priority = priority  # type: ignore[assignment]
    with pytest.raises(KeyringUnavailable, match="AWS profile instead") as told:
        ACTIONS[action]()
    assert "AWS_ACCESS_KEY_ID" in told.value.message
    assert system_keyring.entries == {}


def test_this_computer_s_own_detection_finds_a_backend_or_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a server without a desktop: keyring's own search, with nothing to be found."""
    import keyring.core

    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with pytest.raises(KeyringUnavailable, match="This system has no keyring"):
        SystemKeyring().save(NAS, KEYS)
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Backend")
    with pytest.raises(KeyringUnavailable, match="does not answer"):
        SystemKeyring().save(NAS, KEYS)


def test_the_representation_shows_neither_key() -> None:
    assert repr(KEYS) == "ServerKeys()"
    assert "very-secret" not in f"{KEYS} {KEYS!r}"
