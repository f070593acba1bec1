"""What the first paint need not wait for is loaded later."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LATER = ("boto3", "botocore", "importlib.metadata", "ulid", "PIL", "pyvips", "PySide6.QtNetwork", "ssl", "tomlkit")
# Everything of ours that the window's frame needs. Whoever adds to it makes every start slower: below window_parts,
# running and app there is room for whatever can come after the first paint.
BEFORE_THE_FIRST_PAINT = {
    "imagedesk",
    "imagedesk.__main__",
    "imagedesk.commands",
    "imagedesk.commands.window_call",
    "imagedesk.core",
    "imagedesk.core.errors",
    "imagedesk.core.os_faults",
    "imagedesk.core.plain_text",
    "imagedesk.core.profiles",
    "imagedesk.first_paint",
    "imagedesk.frame",
    "imagedesk.kept_screen",
    "imagedesk.library_choice",
    "imagedesk.places",
    "imagedesk.settings",
    "imagedesk.single_instance",
    "imagedesk.system_libraries",
    "imagedesk.ui",
    "imagedesk.ui.last_screen",
    "imagedesk.ui.main_window",
    "imagedesk.ui.style_sheet",
    "imagedesk.ui.theme",
    "imagedesk.ui.window_frame",
}
# Where a picture of the last screen was kept, it is shown before the call and the settings are understood.
BEFORE_THE_LAST_SCREEN = BEFORE_THE_FIRST_PAINT - {
    "imagedesk.commands",
    "imagedesk.commands.window_call",
    "imagedesk.core.errors",
    "imagedesk.core.os_faults",
    "imagedesk.core.plain_text",
    "imagedesk.core.profiles",
    "imagedesk.core",
    "imagedesk.library_choice",
    "imagedesk.settings",
    "imagedesk.ui.style_sheet",
    "imagedesk.ui.theme",
}
NOR_OF_THE_LIBRARY = (
    *LATER, "sqlite3", "socket", "subprocess", "multiprocessing", "hashlib", "json", "tempfile", "urllib.parse",
    "logging.handlers", "PySide6.QtSvg",
)  # fmt: skip


def modules_of(program: str, home: Path) -> set[str]:
    """What is loaded when ``program`` has run in a process of its own, printed as words."""
    places = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "XDG_CACHE_HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
    }
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {program}"],
        cwd=Path(__file__).parents[2],
        env={"QT_QPA_PLATFORM": "offscreen", **places},
        text=True,
        capture_output=True,
        timeout=60,
    )
    assert done.stderr == ""
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["imagedesk.app", "imagedesk.running", "imagedesk.commands.run"])
def test_nothing_heavy_is_loaded_before_it_is_needed(module: str, tmp_path: Path) -> None:
    loaded = modules_of(f"import {module}, sys; print(*sys.modules)", tmp_path)
    assert loaded.isdisjoint(LATER)


STARTED = (
    "from imagedesk import first_paint, __main__ as program; import os; First = first_paint.FirstPaint; "
    "enums = lambda: ['enumerations'] * ('Qt' in vars(sys.modules['PySide6.QtCore'])); "
    "wait = First.wait; told = lambda: print(*sys.modules, *enums(), flush=True); "
    "First.wait = lambda paint: (wait(paint), told(), os._exit(0)); "
    "program.main({words!r})"
)


@pytest.mark.parametrize("words", [[], ["--library", "{home}", "--user", "alice"]], ids=["no words", "options"])
def test_the_first_paint_waits_for_no_more_than_the_frame(words: list[str], tmp_path: Path) -> None:
    """The program starts as by its command; what is loaded is told when the window has been painted."""
    words = [word.format(home=tmp_path) for word in words]
    bare = modules_of("from PySide6 import QtWidgets; print(*sys.modules)", tmp_path)
    loaded = modules_of(STARTED.format(words=words), tmp_path)
    assert {name for name in loaded if name.split(".")[0] == "imagedesk"} <= BEFORE_THE_FIRST_PAINT
    assert (loaded - bare).isdisjoint(NOR_OF_THE_LIBRARY)


def test_the_last_screen_waits_for_even_less(tmp_path: Path) -> None:
    bare = modules_of("from PySide6 import QtWidgets; print(*sys.modules)", tmp_path)
    keep = (
        "import os; from imagedesk.kept_screen import *; "
        "write_screen(circumstances([], os.environ), KeptScreen('AdnQ', 2, 2, 1.0, False, False, '0', bytes(16)))"
    )
    modules_of(keep, tmp_path)
    loaded = modules_of(STARTED.format(words=[]), tmp_path)
    assert {name for name in loaded if name.split(".")[0] == "imagedesk"} <= BEFORE_THE_LAST_SCREEN
    assert (loaded - bare).isdisjoint((*NOR_OF_THE_LIBRARY, "argparse", "dataclasses", "tomllib", "enumerations"))
