"""A bare Linux is told what it lacks and how to get it, before Qt gives up without a word that helps."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pytest

from imagedesk import system_libraries
from imagedesk.system_libraries import DEBIAN_PACKAGES, missing_for_the_window

X11 = {"DISPLAY": ":0"}
WAYLAND = {"WAYLAND_DISPLAY": "wayland-0"}


@pytest.fixture(autouse=True)
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")


def lacking(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    monkeypatch.setattr(system_libraries, "_loads", lambda name: name not in names)


@pytest.mark.parametrize("environment", [X11, WAYLAND, {"QT_QPA_PLATFORM": "offscreen"}])
def test_a_complete_system_is_told_nothing(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> None:
    lacking(monkeypatch)
    assert missing_for_the_window(environment) is None


def test_without_a_screen_the_commands_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking(monkeypatch)
    for environment in ({}, {"DISPLAY": ""}):
        sentence = missing_for_the_window(environment)
        assert sentence is not None
        assert "no screen" in sentence
        assert "imagedesk --help" in sentence


def test_missing_libraries_are_named_with_the_command_that_brings_them(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking(monkeypatch, "libEGL.so.1", "libxcb-cursor.so.0")
    sentence = missing_for_the_window(X11)
    assert sentence is not None
    assert "lacks libEGL.so.1, libxcb-cursor.so.0," in sentence
    assert f"apt-get install {DEBIAN_PACKAGES}" in sentence


@pytest.mark.parametrize(
    ("environment", "needed"),
    [
        (X11, True),
        ({"QT_QPA_PLATFORM": "xcb", **WAYLAND}, True),
        (WAYLAND, False),
        ({**X11, **WAYLAND}, False),
        ({"QT_QPA_PLATFORM": "offscreen", **X11}, False),
    ],
)
def test_libraries_of_x11_are_needed_only_on_x11(
    monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str], needed: bool
) -> None:
    lacking(monkeypatch, "libxcb-cursor.so.0")
    assert (missing_for_the_window(environment) is not None) is needed


def test_every_library_that_is_checked_comes_with_a_package_that_is_named() -> None:
    """Debian names a package after the soname: libEGL.so.1 is in libegl1, libdbus-1.so.3 in libdbus-1-3."""
    packages = DEBIAN_PACKAGES.split()
    for library in (*system_libraries._ALWAYS, *system_libraries._FOR_X11):
        stem, _, version = library.lower().partition(".so.")
        stem = stem.replace("libglib-2.0", "libglib2.0")
        names = {f"{stem}{mark}{version}" for mark in ("", "-")}
        assert names & set(packages), library


def test_a_library_is_looked_for_by_loading_it() -> None:
    assert not system_libraries._loads("libno-such-library-at-all.so.7")
    assert system_libraries._loads("libc.so.6") or sys.platform != "linux"


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_bring_what_is_needed(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    lacking(monkeypatch, "libEGL.so.1")
    monkeypatch.setattr(sys, "platform", platform)
    assert missing_for_the_window({}) is None
