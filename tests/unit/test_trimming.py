"""What goes into the executable, decided on lists as PyInstaller makes them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def trimming() -> ModuleType:
    path = Path(__file__).parents[2] / "resources" / "packaging" / "trimming.py"
    spec = importlib.util.spec_from_file_location("trimming", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def names(entries: list[tuple[str, str, str]]) -> list[str]:
    return [entry[0] for entry in entries]


def test_data_of_other_services_and_of_developers_is_left_out(trimming: ModuleType) -> None:
    kept = ["botocore/data/s3/2006-03-01/service-2.json.gz", "botocore/data/endpoints.json", "botocore/cacert.pem"]
    left = [
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "botocore\\data\\ec2\\2016-11-15\\service-2.json.gz",
        "botocore/data/s3/2006-03-01/examples-1.json",
        "boto3/data/s3/2006-03-01/resources-1.json",
        "PySide6/Qt/translations/qtbase_de.qm",
        "platformdirs-4.0.dist-info/sboms/platformdirs.cdx.json",
    ]
    assert names(trimming.trimmed_data([(name, name, "DATA") for name in kept + left])) == kept


def test_a_library_stays_only_if_something_that_stays_loads_it(trimming: ModuleType) -> None:
    plugins = "PySide6/Qt/plugins"
    needs = {
        "QtGui.abi3.so": ["libQt6Gui.so.6", "libc.so.6"],
        "libQt6Gui.so.6": ["libicuuc.so.73", "libX11.so.6"],
        "libqxcb.so": ["libxcb-cursor.so.0"],
        "libqgtk3.so": ["libgtk-3.so.0"],
    }
    entries = [
        ("PySide6/QtGui.abi3.so", "/b/QtGui.abi3.so", "EXTENSION"),
        ("PySide6/Qt/lib/libQt6Gui.so.6", "/b/libQt6Gui.so.6", "BINARY"),
        ("libicuuc.so.73", "/b/libicuuc.so.73", "BINARY"),
        ("libX11.so.6", "/b/libX11.so.6", "BINARY"),  # every desktop has its own
        ("libxcb-cursor.so.0", "/b/libxcb-cursor.so.0", "BINARY"),
        (f"{plugins}/platforms/libqxcb.so", "/b/libqxcb.so", "BINARY"),
        (f"{plugins}/platformthemes/libqgtk3.so", "/b/libqgtk3.so", "BINARY"),
        ("libgtk-3.so.0", "/b/libgtk-3.so.0", "BINARY"),
        ("libpython3.11.so.1.0", "/b/libpython3.11.so.1.0", "BINARY"),
    ]
    kept = trimming.trimmed_binaries(entries, lambda path: needs.get(Path(path).name, []))
    assert names(kept) == [name for name in names(entries) if not any(part in name for part in ("gtk", "X11"))]


def test_a_link_goes_with_its_target(trimming: ModuleType) -> None:
    binaries = [("PySide6/Qt/lib/libQt6Gui.so.6", "/b/libQt6Gui.so.6", "BINARY")]
    links = [
        ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"),
        ("libQt6Pdf.so.6", "PySide6/Qt/lib/libQt6Pdf.so.6", "SYMLINK"),
        ("PySide6/libQt6Gui.so.6", "Qt/lib/libQt6Gui.so.6", "SYMLINK"),
    ]
    kept = trimming.without_dangling_links(links, binaries)
    assert names(kept) == ["libQt6Gui.so.6", "PySide6/libQt6Gui.so.6"]


def test_what_strip_would_destroy_is_known_and_its_link_is_not_meant(trimming: ModuleType) -> None:
    assert trimming.unstrippable(("pyvips_binary.libs/libvips-1.so.42", "/a/libvips-1.so.42", "BINARY"))
    assert trimming.unstrippable(("_libvips.abi3.so", "/a/_libvips.abi3.so", "EXTENSION"))
    assert not trimming.unstrippable(("libvips-1.so.42", "pyvips_binary.libs/libvips-1.so.42", "SYMLINK"))
    assert not trimming.unstrippable(("pyvips_binary.libs/libother.so", "/a/libother.so", "BINARY"))
