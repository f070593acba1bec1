"""Rules of the house that no linter knows, held over the source text of the package."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import imagedesk

PACKAGE = Path(imagedesk.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 300
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}

# Qt decodes what ships in resources/ and nothing else: these are the only places that may make such an object, since
# they do it from a size, from raw pixels that the guarded decoder or our own window made, or from our own icons.
PICTURE_CLASSES = {
    "QBitmap",
    "QIcon",
    "QImage",
    "QImageReader",
    "QMovie",
    "QPicture",
    "QPixmap",
    "QSvgRenderer",
    "QSvgWidget",
}
DECODING_METHODS = {"fromData", "loadFromData", "setHtml", "setSource"}
MAY_MAKE = {
    ("ui/icons.py", "QIcon"),
    ("ui/icons.py", "QPixmap"),
    ("ui/icons.py", "QSvgRenderer"),
    ("ui/last_screen.py", "QImage"),
    ("workers/image_pixels.py", "QImage"),
}
# Another process makes the same file: SQLite itself does not wait for that.
MAY_SLEEP = {"catalogue/database.py"}
# The boundary of a thread: whatever is raised there must become an ending that can be told.
# What a decoder raises on a damaged frame can be anything; the frames before it are played. What a foreign library
# raises where it is absent, too old, or in doubt can be anything, too; Pillow then reads the picture.
MAY_CATCH_ALL = {
    ("workers/worker_threads.py", "guarded"),
    ("service/served_calls.py", "_ending"),
    ("pictures/animating.py", "decode_frames"),
    ("pictures/libvips.py", "library"),
    ("pictures/png_decoder.py", "_filled"),
}


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def called_name(call: ast.Call) -> str:
    """``QImage`` of ``QImage(...)`` and of ``QtGui.QImage(...)``; the method's name of ``x.load(...)``."""
    function = call.func
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield called_name(node), node


def decoding(source: ast.AST, file: str) -> list[str]:
    """Calls by which Qt would decode a picture or markup, but for those that are allowed."""
    found = []
    for name, call in calls(source):
        made = name in PICTURE_CLASSES and (file, name) not in MAY_MAKE
        if made or name in DECODING_METHODS:
            found.append(f"{file}:{call.lineno} {name}")
    return found


def careless_labels(source: ast.AST, file: str) -> list[str]:
    """Labels that might take text for markup: made with a text, or given one later, outside ``plain_labels``."""
    if file == "ui/plain_labels.py":
        return []
    found, bare = [], set()
    for node in ast.walk(source):
        if isinstance(node, ast.Call) and called_name(node) == "QLabel" and (node.args or node.keywords):
            found.append(f"{file}:{node.lineno} a QLabel with a text")
        if isinstance(node, ast.Assign):
            made = [part for part in ast.walk(node.value) if isinstance(part, ast.Call)]
            if any(called_name(call) == "QLabel" for call in made):
                targets = (name for target in node.targets for name in ast.walk(target))
                bare |= {ast.unparse(name) for name in targets if isinstance(name, ast.Name | ast.Attribute)} - {"self"}
    for name, call in calls(source):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if name == "setText" and owner is not None and ast.unparse(owner) in bare:
            found.append(f"{file}:{call.lineno} a text on a QLabel that may take it for markup")
    return found


def catch_alls(source: ast.AST, file: str) -> list[str]:
    """``except Exception`` and the like, but for the named boundaries; one that raises again swallows nothing."""
    found = []
    for function in ast.walk(source):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or (file, function.name) in MAY_CATCH_ALL:
            continue
        for handler in ast.walk(function):
            if isinstance(handler, ast.ExceptHandler) and _catches_all(handler) and not _raises(handler):
                found.append(f"{file}:{handler.lineno} in {function.name}")
    return found


def _catches_all(handler: ast.ExceptHandler) -> bool:
    names = (
        {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else {"Exception"}
    )
    return bool(names & {"Exception", "BaseException"})


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in handler.body)


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_a_module_keeps_the_rules(path: Path) -> None:
    tree, file = tree_of(path), place(path)
    assert decoding(tree, file) == []
    assert careless_labels(tree, file) == []
    assert catch_alls(tree, file) == []
    sleeps = [name for name, call in calls(tree) if ast.unparse(call.func) in {"time.sleep", "sleep"}]
    assert not sleeps or file in MAY_SLEEP
    assert path.stem not in VAGUE_NAMES


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    lengths = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {file: lines for file, lines in lengths.items() if lines > MAX_LINES} == {}


def test_what_is_allowed_is_still_there() -> None:
    """An exception that nothing needs any more must go."""
    made = {(place(path), name) for path in SOURCES for name, _ in calls(tree_of(path))}
    assert made >= MAY_MAKE
    functions = {
        (place(path), node.name)
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
    }
    assert functions >= MAY_CATCH_ALL


def test_message_boxes_and_browsers_which_guess_at_markup_are_not_used() -> None:
    guessing = {"QMessageBox", "QTextBrowser", "QTextEdit", "QErrorMessage"}
    assert [(place(p), name) for p in SOURCES for name, _ in calls(tree_of(p)) if name in guessing] == []


@pytest.mark.parametrize(
    ("code", "check"),
    [
        ("QPixmap('/tmp/x.png')", decoding),
        ("QtGui.QImage(path)", decoding),
        ("pixmap.loadFromData(data)", decoding),
        ("QImage.fromData(data)", decoding),
        ("QLabel(name)", careless_labels),
        ("self._a, b = QLabel(), 1\nself._a.setText(name)", careless_labels),
        ("def f():\n  try: g()\n  except Exception: pass", catch_alls),
        ("def f():\n  try: g()\n  except: pass", catch_alls),
    ],
)
def test_a_breach_would_be_found(code: str, check: object) -> None:
    assert callable(check)
    assert check(ast.parse(code), "ui/anything.py")
