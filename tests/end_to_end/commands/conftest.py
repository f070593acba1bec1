"""The headless commands as a script runs them: in this process, or as processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from imagedesk.__main__ import main
from tests.contract.aws_servers import aws_credentials, aws_profile, blank_aws_profile, moto_server_url
from tests.generated_pictures import make_picture

__all__ = ["aws_credentials", "aws_profile", "blank_aws_profile", "moto_server_url"]

REPOSITORY = Path(__file__).parents[3]


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object of a done command."""
        assert (self.status, self.out.count("\n")) == (0, 1), self
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        """The one error of a command that was not done, which printed nothing else."""
        assert (self.status, self.out) == (1, ""), self
        body = json.loads(self.err)
        assert list(body) == ["error"]
        assert list(body["error"]) == ["code", "message"]
        return dict(body["error"])

    @property
    def code(self) -> str:
        return self.error["code"]


@dataclass(frozen=True)
class CommandLine:
    """``imagedesk`` with a library's options behind every command."""

    options: Sequence[str]
    capture: pytest.CaptureFixture[str]
    is_embedded: bool

    def run(self, *words: str | Path) -> Answer:
        """In this process: for all that a process of its own would not make different."""
        status = main([*map(str, words), *self.options])
        return Answer(status, *self.capture.readouterr())

    def process(self, *words: str | Path, flags: Sequence[str] = (), folder: Path | None = None) -> Answer:
        command = [sys.executable, *flags, "-m", "imagedesk", *map(str, words), *self.options]
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, cwd=folder, timeout=60)
        return Answer(done.returncode, done.stdout, done.stderr)

    def upload(self, picture: Path, user: str = "ann", *words: str) -> str:
        """The id of a new image."""
        return str(self.run("upload", picture, "--user", user, "--json", *words).json["image_id"])


@pytest.fixture
def embedded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(["--library", str(tmp_path / "library")], capsys, True)


@pytest.fixture(params=["embedded", "aws"])
def cli(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """An empty library that is set up: a folder, or a bucket and a table over HTTP."""
    if request.param == "embedded":
        found: CommandLine = request.getfixturevalue("embedded")
        return found
    return CommandLine(aws_options(request.getfixturevalue("aws_profile")()), capsys, False)


def aws_options(profile: Any) -> list[str]:
    names = ("bucket", "table", "region", "s3_endpoint_url", "dynamodb_endpoint_url")
    return [word for name in names for word in (f"--{name.replace('_', '-')}", getattr(profile, name))]


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A JPEG and a PNG that can be uploaded."""
    folder = tmp_path_factory.mktemp("photos")
    (folder / "fjord.jpg").write_bytes(make_picture("jpeg", seed=1))
    (folder / "Høst 2.png").write_bytes(make_picture("png", seed=2))
    return folder
