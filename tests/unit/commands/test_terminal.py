"""Only a person at a terminal is asked for an MFA code."""

from __future__ import annotations

import getpass
import io
import sys

import pytest

from imagedesk.commands.terminal import terminal_sign_in


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "asks"), [(Terminal(), True), (io.StringIO(), False), (None, False)])
def test_a_script_is_never_asked(stream: io.StringIO | None, asks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", stream)
    assert terminal_sign_in().ask_for_code == (getpass.getpass if asks else None)
