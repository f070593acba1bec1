"""The README's commands: what can run here runs, against a library of its own; of the rest, every option must exist.

Flow: ``sh`` blocks → ``commands`` → one function for each program. A program that no function knows fails the test.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from imagedesk.__main__ import main
from imagedesk.commands.arguments import make_parser
from imagedesk.commands.window_call import COMMANDS, first_word, make_window_parser
from imagedesk.system_libraries import DEBIAN_PACKAGES
from tests.contract.aws_servers import AwsProfileFactory
from tests.generated_pictures import make_picture

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
ONLY_ON_S3 = "share"


def commands(block: str) -> list[list[str]]:
    """The words of each command: continued lines joined, comments and redirections dropped, ``&&`` taken apart."""
    found: list[list[str]] = []
    for line in block.replace("\\\n", " ").splitlines():
        words: list[str] = []
        for word in shlex.split(line, comments=True):
            if word in {"&&", "|"}:
                found.append(words)
                words = []
            else:
                words.append(word)
        found.append(words[: words.index(">")] if ">" in words else words)
    return [words for words in found if words]


@dataclass
class Reader:
    """Somebody who types the README into a terminal, with a picture at hand."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    endpoint: str | None
    done: list[str] = field(default_factory=list)

    def type(self, words: list[str]) -> None:
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words = words[1:]
        program, rest = Path(words[0]).name, words[1:]
        handler = getattr(self, f"_{program.replace('-', '_').replace('.', '_')}", None)
        assert handler is not None, f"the README tells a command that no test knows: {' '.join(words)}"
        handler(rest)

    def _imagedesk(self, words: list[str]) -> None:
        word = first_word(words)
        if word not in COMMANDS:
            parser = make_parser() if word is None else make_window_parser()
            parser.parse_args(words)
            return
        words = [self._image_id() if given == "IMAGE_ID" else given for given in words]
        self.capsys.readouterr()
        status = main(words)
        told = self.capsys.readouterr()
        if word == ONLY_ON_S3 and self.endpoint is None:
            assert (status, "have no links" in told.err or "has no links" in told.err) == (1, True)
        else:
            assert status == 0, f"{shlex.join(words)}: {told.err}"
            assert told.out
        self.done.append(word)

    def _image_id(self) -> str:
        self.capsys.readouterr()
        assert main(["list", "--json"]) == 0
        image_id: str = json.loads(self.capsys.readouterr().out)["images"][0]["image_id"]
        return image_id

    def _export(self, words: list[str]) -> None:
        for word in words:
            name, _, value = word.partition("=")
            assert name.startswith(("AWS_", "IMAGEDESK_"))
            self.monkeypatch.setenv(name, self.endpoint or value if name == "AWS_ENDPOINT_URL" else value)

    def _python3(self, words: list[str]) -> None:
        assert words == ["-m", "venv", ".venv"]

    def _pip(self, words: list[str]) -> None:
        assert words[0] == "install"
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        extras = {extra for word in words for part in re.findall(r"\[(.+)\]", word) for extra in part.split(",")}
        assert extras <= project["optional-dependencies"].keys()

    def _pyinstaller(self, words: list[str]) -> None:
        assert words == ["--noconfirm", "imagedesk.spec"]
        assert (ROOT / words[-1]).is_file()

    def _python(self, words: list[str]) -> None:
        assert words[0] == "-m"
        module = words[1]
        assert importlib.util.find_spec(module) is not None
        told = help_of(module)
        assert [word for word in words[2:] if word.startswith("-") and word not in told] == []

    def _check(self, words: list[str]) -> None:
        assert words == []
        assert os.access(ROOT / ".ci" / "check", os.X_OK)

    def _apt_get(self, words: list[str]) -> None:
        assert words[0] == "install"
        assert set(DEBIAN_PACKAGES.split()) <= set(words[1:])

    def _tar(self, words: list[str]) -> None:
        assert words[:2] == ["-C", "dist"]

    def _docker(self, words: list[str]) -> None:
        assert words == ["compose", "up", "-d"]
        assert "# compose.yaml" in README


@cache
def help_of(module: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"], cwd=ROOT, text=True, capture_output=True, timeout=120, check=True
    )
    return done.stdout


@pytest.fixture(params=["embedded", "aws"])
def reader(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Reader:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo.jpg").write_bytes(make_picture("jpeg", 64, 48, seed=1))
    if request.param == "embedded":
        return Reader(tmp_path, monkeypatch, capsys, None)
    make_profile: AwsProfileFactory = request.getfixturevalue("aws_profile")
    profile = make_profile()
    assert profile.s3_endpoint_url is not None
    monkeypatch.setenv("AWS_ENDPOINT_URL", profile.s3_endpoint_url)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("IMAGEDESK_LIBRARY", "aws")
    monkeypatch.setenv("IMAGEDESK_BUCKET", profile.bucket)
    monkeypatch.setenv("IMAGEDESK_TABLE", profile.table)
    monkeypatch.setenv("IMAGEDESK_USER", "alice")
    return Reader(tmp_path, monkeypatch, capsys, profile.s3_endpoint_url)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_every_command_of_the_readme_works(reader: Reader, number: int) -> None:
    typed = commands(BLOCKS[number])
    assert typed
    if reader.endpoint is None and any("aws" in words or "AWS_ENDPOINT_URL" in " ".join(words) for words in typed):
        pytest.skip("a block about S3 and DynamoDB is typed at a server")
    for words in typed:
        reader.type(words)


def test_the_readme_shows_the_whole_of_the_daily_work() -> None:
    shown = {words[1] for block in BLOCKS for words in commands(block) if words[0] == "imagedesk" and len(words) > 1}
    assert set(COMMANDS) <= shown


def literals() -> Iterator[str]:
    """Every text in the program, with … for what is filled in."""
    for path in (ROOT / "imagedesk").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)


def test_the_messages_under_when_something_goes_wrong_are_those_of_the_program() -> None:
    section = README.partition("## When something goes wrong")[2].partition("\n## ")[0]
    quoted = re.findall(r"^\| `(.+?)` \|", section, re.MULTILINE)
    assert len(quoted) > 10
    known = "\n".join(literals())
    assert [message for message in quoted if message not in known] == []
