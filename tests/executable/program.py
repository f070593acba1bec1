"""The executable as its user has it: no checkout, an empty home, and nothing of the environment that built it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PATIENCE_S = 60  # an upper bound for a busy machine


class Program:
    """``library`` are the options that choose the library; they go into every call."""

    def __init__(self, path: Path, place: Path, library: Sequence[str], variables: Mapping[str, str]) -> None:
        self.path = path
        self.library = list(library)
        self.home, self.temporary, self.desk = place / "home", place / "temporary", place / "desk"
        for folder in (self.home, self.temporary, self.desk):
            folder.mkdir()
        self.environment = {
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            **variables,
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A headless command, in a folder of its own."""
        return subprocess.run(
            [str(self.path), *words, *self.library],
            env=self.environment,
            cwd=self.desk,
            text=True,
            capture_output=True,
            timeout=PATIENCE_S,
        )

    def answer(self, *words: str) -> dict[str, Any]:
        """What a command that must succeed says as JSON."""
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def names(self) -> list[str]:
        return sorted(image["filename"] for image in self.answer("list")["images"])

    def start(self, display: str, *words: str) -> subprocess.Popen[str]:
        """The window, on that X display."""
        return subprocess.Popen(
            [str(self.path), *words, *self.library],
            env={**self.environment, "DISPLAY": display},
            cwd=self.desk,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def strays(self) -> list[str]:
        """Files outside the folders that the README names."""
        own = (
            "Pictures/ImageDesk/",
            ".config/ImageDesk/",
            ".local/share/ImageDesk/",
            ".local/state/ImageDesk/",
            ".cache/ImageDesk/",
            ".cache/fontconfig/",  # the system's font library keeps its index there for every program
            ".cache/mesa_shader_cache",
        )
        files = [path for folder in (self.home, self.temporary) for path in folder.rglob("*") if not path.is_dir()]
        return [
            str(path)
            for path in files
            if not (path.is_relative_to(self.home) and path.relative_to(self.home).as_posix().startswith(own))
        ]


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file, to see whether any was written."""
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}
