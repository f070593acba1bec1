"""``--executable PATH`` names what pyinstaller made; without it these tests are skipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.contract.aws_servers import aws_credentials, blank_aws_profile, moto_server_url
from tests.executable.program import Program
from tests.executable.screen import Screen, missing_tools, open_screen

__all__ = ["aws_credentials", "blank_aws_profile", "moto_server_url"]

COLOURS = {
    "orange.jpg": (235, 150, 20),
    "purple.png": (190, 40, 190),
    "teal.webp": (20, 180, 180),
}  # none of the window's


@pytest.fixture(scope="session")
def executable(request: pytest.FixtureRequest) -> Path:
    named = request.config.getoption("--executable")
    if named is None:
        pytest.skip("tests what pyinstaller made: pass --executable dist/imagedesk/imagedesk")
    return Path(named).resolve(strict=True)


@pytest.fixture(params=["embedded", "aws"])
def program(request: pytest.FixtureRequest, executable: Path, tmp_path: Path) -> Program:
    """The executable on an empty library of each kind."""
    if request.param == "embedded":
        return Program(executable, tmp_path, ["--user", "alice"], {})
    profile = request.getfixturevalue("blank_aws_profile")()
    library = ["--library", "aws", "--bucket", profile.bucket, "--table", profile.table, "--region", "us-east-1"]
    variables = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_ENDPOINT_URL": profile.s3_endpoint_url,
        "IMAGEDESK_USER": "alice",
    }
    program = Program(executable, tmp_path, library, variables)
    program.answer("setup")
    return program


@pytest.fixture(scope="session")
def screen(executable: Path) -> Iterator[Screen]:
    if missing := missing_tools():
        pytest.skip(f"needs {', '.join(missing)}")
    with open_screen() as screen:
        yield screen


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """One of each colour, so that the screen tells them apart."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, colour in COLOURS.items():
        Image.new("RGB", (900, 600), colour).save(folder / name)
    return [folder / name for name in COLOURS]
