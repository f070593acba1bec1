"""The about dialog tells every library that we stand on, with the licence that the library itself states."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from imagedesk.ui.dialogs.about_dialog import BENEATH, LIBRARIES

PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
OPTIONAL = {"typing-extensions"}  # only on old versions of Python


def normal(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9_.-]", requirement)[0].lower().replace("_", "-")


def needed_by(name: str) -> set[str]:
    """On any system and version of Python."""
    try:
        lines = metadata.requires(name) or []
    except metadata.PackageNotFoundError:  # it is for another system
        return set()
    wanted = {normal(line) for line in lines if "extra ==" not in line}
    return wanted.union(*(needed_by(other) for other in wanted))


def test_each_library_is_told() -> None:
    direct = {normal(line) for line in PROJECT["dependencies"]}
    assert {normal(name) for name, _ in LIBRARIES} == direct
    beneath = set().union(*(needed_by(name) for name in direct)) - direct - OPTIONAL
    assert {normal(name) for name, _ in BENEATH} == beneath


@pytest.mark.parametrize(("name", "licence"), [*LIBRARIES, *BENEATH])
def test_the_licence_is_the_one_that_the_library_states(name: str, licence: str) -> None:
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        pytest.skip("it is for another system")
    stated = " ".join([about.get("License-Expression", ""), about.get("License", ""), *about.get_all("Classifier", [])])
    words = {"Apache-2.0 and BSD-3-Clause": ("Apache", "BSD"), "LGPL-3.0": ("LGPL",), "MIT-CMU": ("MIT-CMU",)}
    for word in words.get(licence, (licence.partition("-")[0],)):
        assert word in stated
