"""What the built folder holds, and what was left out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from imagedesk.ui.dialogs.about_dialog import LIBRARIES

BUDGET_MB = 169  # 164, of which 19 are libvips; what a person unpacks


@pytest.fixture
def folder(executable: Path) -> Path:
    if not (executable.parent / "_internal").is_dir():
        pytest.skip("a single file has no folder to look into")
    return executable.parent


def test_it_stays_within_its_budget(folder: Path) -> None:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    assert size < BUDGET_MB * 1e6


def test_no_link_dangles(folder: Path) -> None:
    assert [path for path in folder.rglob("*") if path.is_symlink() and not path.exists()] == []


def test_only_the_services_in_use_are_there(folder: Path) -> None:
    data = folder / "_internal" / "botocore" / "data"
    services = {path.name for path in data.iterdir() if path.is_dir()}
    assert services == {"s3", "dynamodb", "sts", "sso", "sso-oidc", "signin"}
    assert {"endpoints.json", "partitions.json", "_retry.json"} <= {path.name for path in data.iterdir()}


@pytest.mark.parametrize("unwanted", ["gtk", "libgdk", "Qt6Qml", "Qt6Pdf", "opengl32sw", "libtk", "heif", "_imagingft"])
def test_what_nobody_uses_is_not_there(folder: Path, unwanted: str) -> None:
    assert [path for path in folder.rglob("*") if unwanted.lower() in path.name.lower()] == []


def test_sorting_by_language_is_there(folder: Path) -> None:
    if os.name == "posix":
        assert list(folder.rglob("libicudata*"))


@pytest.mark.parametrize("library", [name for name, _ in LIBRARIES])
def test_version_and_licence_of_each_library_go_along(folder: Path, library: str) -> None:
    name = library.lower().replace("-", "_")
    [metadata] = (folder / "_internal").glob(f"{name}-*.dist-info")
    assert (metadata / "METADATA").is_file()
