"""A session that ends while people work: a banner with the command, then everything goes on, in the same window."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from imagedesk.core.profiles import AwsProfile
from imagedesk.transfers.transfer import TransferState
from tests.end_to_end.call_relay import Answer, Backend, CallRelay, Fate, Request, call_relay
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop

FIRST, RENEWED = "FIRSTSESSION", "RENEWEDSESSION"


class Gate:
    """moto behind a relay; refuses whoever signs with a session that has ended, as AWS does."""

    def __init__(self) -> None:
        self.ended: set[str] = set()
        self.refused = 0
        self._backend = Backend()

    def begun(self, _request: Request) -> int | None:
        return None

    def came(self, request: Request) -> Fate:
        key = request.headers.get("authorization", "").partition("Credential=")[2].partition("/")[0]
        if key not in self.ended:
            return self._backend.answer(request)
        self.refused += 1
        body = b"<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>"
        if request.is_for_table:
            body = b'{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"The token is expired"}'
        return Answer(400, {"Content-Length": str(len(body))}, body)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def relay(gate: Gate) -> Iterator[CallRelay]:
    with call_relay(gate.begun, gate.came) as running:
        yield running


@pytest.fixture
def sign_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """As ``aws sso login --profile design`` does: from then on the profile gives credentials of another session."""
    program, session = tmp_path / "program.py", tmp_path / "session"
    program.write_text(
        "import json, pathlib\n"
        f"key = pathlib.Path({str(session)!r}).read_text()\n"
        "print(json.dumps({'Version': 1, 'AccessKeyId': key, 'SecretAccessKey': 'x', 'SessionToken': 'y'}))\n"
    )
    config = tmp_path / "config"
    config.write_text(f"[profile design]\nregion = us-east-1\ncredential_process = {sys.executable} {program}\n")

    def begin(key: str) -> None:
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name, raising=False)
        session.write_text(key)

    return begin


@pytest.fixture
def library(aws_profile: Callable[[], AwsProfile], relay: CallRelay, sign_in: Callable[[str], None]) -> AwsProfile:
    """Set up past the gate, on the moto that all its servers in this process share."""
    profile = replace(aws_profile(), s3_endpoint_url=relay.url, dynamodb_endpoint_url=relay.url, profile="design")
    sign_in(FIRST)
    return profile


def way_out(desktop: Desktop, text: str) -> QPushButton:
    return next(b for b in desktop.window.banner.findChildren(QPushButton) if b.text() == text and b.isVisible())


def states(desktop: Desktop) -> list[TransferState]:
    model = desktop.context.transfer_model
    return [model.transfer(row).state for row in range(model.rowCount())]


@pytest.mark.parametrize("click", [True, False], ids=["try again", "by itself"])
def test_an_ended_session_is_a_banner_and_everything_goes_on_after_signing_in(
    open_desktop: OpenDesktop,
    library: AwsProfile,
    gate: Gate,
    sign_in: Callable[[str], None],
    pictures: Callable[..., list[Path]],
    click: bool,
) -> None:
    desktop = open_desktop(library)
    desktop.drop(pictures(2))
    desktop.wait_for_rows(2)
    desktop.wait_until_idle()
    gate.ended.add(FIRST)
    desktop.drop(pictures(5, folder="more"))
    session = desktop.app.session
    assert session is not None
    assert session.context.sync is not None
    session.context.sync.sync_now()
    assert "Your session has ended" in desktop.banner()
    assert "aws sso login --profile design" in desktop.banner()
    desktop.wait(lambda: gate.refused > 4)
    assert TransferState.FAILED not in states(desktop)
    assert desktop.rows() == 2
    sign_in(RENEWED)
    if click:
        desktop.qtbot.mouseClick(way_out(desktop, "Try again"), Qt.MouseButton.LeftButton)
    desktop.wait(lambda: desktop.window.banner.isHidden())
    desktop.wait_for_rows(7)
    desktop.wait_until_idle()
    assert set(states(desktop)) == {TransferState.DONE}
    assert desktop.app.session is session, "it was opened anew"
    desktop.choose(desktop.names()[0])
