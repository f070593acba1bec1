"""The tree of errors: complete as drawn, each with a code of its own, a title and a sentence."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import imagedesk
from imagedesk.core import errors
from imagedesk.core.errors import Cancelled, ImageDeskError, MissingUser


def family(kind: type[ImageDeskError]) -> Iterator[type[ImageDeskError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from family(child)


ALL = list(family(ImageDeskError))


def drawn_tree() -> dict[str, tuple[str | None, str | None]]:
    """Parent and code of each class as the module's docstring draws them."""
    found: dict[str, tuple[str | None, str | None]] = {}
    above: list[str] = []
    for line in (inspect.getdoc(errors) or "").splitlines():
        match = re.fullmatch(r"( *(?:│   |    )*)(├── |└── )?([A-Z]\w+)(?: {2,}(.+))?", line)
        if match is None or not (match[2] or match[3] == "ImageDeskError"):
            continue
        depth = (len(match[1]) - 4) // 4 + 1 if match[2] else 0
        above[depth:] = [match[3]]
        code = match[4] if match[4] and re.fullmatch(r"[a-z_]+", match[4]) else None
        found[match[3]] = (above[depth - 1] if depth else None, code)
    return found


def test_the_tree_that_is_drawn_is_the_tree_of_the_classes() -> None:
    drawn = drawn_tree()
    assert set(drawn) == {kind.__name__ for kind in ALL}
    for kind in ALL:
        parent, code = drawn[kind.__name__]
        assert parent == (kind.__base__.__name__ if kind is not ImageDeskError else None)
        assert code == (None if kind.__subclasses__() else kind.code), kind


def test_every_class_has_a_code_of_its_own() -> None:
    codes = [kind.__dict__.get("code") for kind in ALL]
    assert None not in codes
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", str(code)) for code in codes)


def test_every_class_has_a_title_of_its_own_without_a_full_stop() -> None:
    for kind in ALL:
        assert kind.__dict__.get("title"), kind
        assert kind.title[0].isupper()
        assert not kind.title.endswith(".")


def test_an_error_carries_its_sentence() -> None:
    for kind in ALL:
        error = kind("Do this.")
        assert (error.message, str(error)) == ("Do this.", "Do this.")


@pytest.mark.parametrize(("kind", "part"), [(MissingUser, "--user"), (Cancelled, "Cancelled")])
def test_errors_that_say_the_same_everywhere_have_their_sentence(kind: type[ImageDeskError], part: str) -> None:
    assert part in kind().message  # type: ignore[call-arg]


def test_the_package_defines_no_error_for_people_beside_the_tree() -> None:
    """One that a module made for itself would have no code that a script can rely on."""
    names = {kind.__name__ for kind in ALL}
    for path in Path(imagedesk.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and path.name != "errors.py":
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                assert not bases & names, f"{path.name}: {node.name}"
