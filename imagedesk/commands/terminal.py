"""The person at the terminal, who can be asked for an MFA code; a script cannot, and must not wait for one."""

from __future__ import annotations

import getpass
import sys

from imagedesk.libraries import SignIn


def terminal_sign_in() -> SignIn:
    return SignIn(ask_for_code=getpass.getpass if sys.stdin is not None and sys.stdin.isatty() else None)
