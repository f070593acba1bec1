"""Starts the real window on a library of its own, uploads pictures as three people, and grabs the README's pictures.

Without ``--pictures`` the pictures are generated. Nothing of the person's own settings or libraries is touched.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--pictures", type=Path, help="a folder of photographs; without it pictures are generated")
    parser.add_argument("--out", type=Path, default=Path("resources/screenshots"))
    parser.add_argument("--size", default="1440x900", help="WIDTHxHEIGHT of the window in logical pixels")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        _isolate(Path(home))
        from tests.screenshots.scenes import take_all

        width, height = (int(part) for part in arguments.size.split("x"))
        take_all(Path(home), arguments.pictures, arguments.out, (width, height))


def _isolate(home: Path) -> None:
    """A home of its own, before anything reads the settings."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "IMAGEDESK_")):
            del os.environ[name]
    os.environ["HOME"] = str(home)
    for part in ("CONFIG", "DATA", "CACHE", "STATE"):
        os.environ[f"XDG_{part}_HOME"] = str(home / part.lower())


if __name__ == "__main__":
    main()
