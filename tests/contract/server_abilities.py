"""What a server can and cannot do: a test that needs more than the server has is skipped under that ability's name, and
the names are counted at the end of the run.

``--server-lacks "checksums,link expiry"`` says what the server of the endpoint options lacks; moto's gaps are known.
With endpoint options only the suites against that server run.
"""

from __future__ import annotations

from collections import Counter

import pytest

ABILITIES = {
    "atomic conditions": "checks the condition of a write and writes in one step, whoever else writes meanwhile",
    "bucket owners": "refuses a bucket of another account than the expected one",
    "checksums": "refuses bytes that do not match the checksum sent with them",
    "link expiry": "refuses a presigned link after its end",
    "link signatures": "refuses a presigned link that was changed",
    "private buckets": "refuses whoever brings no signature at all",
    "request times": "refuses a request signed hours ago",
    "secrets": "refuses a request signed with a wrong secret",
    "unknown keys": "refuses an access key id that nobody has",
}
_MOTO_LACKS = frozenset(ABILITIES) - {"private buckets"}
_LACKS = "this server lacks: "


def skip_for_lack_of(ability: str) -> None:
    """For what only the server's answer tells, such as a protection that set-up reports as not offered."""
    pytest.skip(_LACKS + ability)


def lacking(config: pytest.Config) -> frozenset[str]:
    if not config.getoption("--s3-endpoint", default=None):
        return _MOTO_LACKS
    text: str = config.getoption("--server-lacks", default=None) or ""
    named = frozenset(name.strip() for name in text.split(",") if name.strip())
    if unknown := named - ABILITIES.keys():
        raise pytest.UsageError(f"--server-lacks: {', '.join(unknown)} is none of {', '.join(ABILITIES)}")
    return named


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(ability): skip where the server lacks it (tests/contract)")
    lacking(config)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        (ability,) = marker.args
        assert ability in ABILITIES, ability
        if ability in lacking(item.config) and _store_of(item) not in {"fake", "embedded"}:
            skip_for_lack_of(ability)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--s3-endpoint", default=None):
        return
    other = [item for item in items if _store_of(item) in {"fake", "embedded"}]
    config.hook.pytest_deselected(items=other)
    items[:] = [item for item in items if item not in other]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])]
    counted = Counter(reason.partition(_LACKS)[2] for reason in reasons if _LACKS in reason)
    if counted:
        terminalreporter.section("what the server cannot do")
        for ability, count in sorted(counted.items()):
            tests = "test" if count == 1 else "tests"
            terminalreporter.write_line(f"{ability}: {count} {tests} skipped")


def _store_of(item: pytest.Item) -> str:
    return (
        str(item.callspec.params.get("stores", ""))
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        else ""
    )
