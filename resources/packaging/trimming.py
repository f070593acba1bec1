"""What goes into the executable: PyInstaller's finds, less what this program never loads.

Flow: ``imagedesk.spec`` → ``trimmed_binaries`` for libraries, ``trimmed_data`` for data files, then
``without_dangling_links``; what is ``unstrippable`` goes along as a data file. Entries are PyInstaller's
``(destination, source, kind)``; destinations are compared with forward slashes, since Windows writes the others.
"""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath

Entry = tuple[str, str, str]
Needed = Callable[[str], Iterable[str]]

# The clients that we make, and those that botocore's credential chain makes: roles, single sign-on, ``aws login``.
AWS_SERVICES = frozenset({"s3", "dynamodb", "sts", "sso", "sso-oidc", "signin"})
# Of PySide6/Qt/plugins. Qt decodes no file (DESIGN 5), draws by the processor and gets its icons from our own engine:
# so no image formats, OpenGL, TLS, SQL or printing, and no GTK, which would bring its whole stack. What is typed
# with a compose key or an input method, portals and Wayland stay.
QT_PLUGINS = frozenset(
    {
        "platforms/libqxcb.so",
        "platforms/libqwayland.so",
        "platforms/libqwayland-generic.so",  # its name before Qt 6.10
        "platforms/libqoffscreen.so",
        "platforms/qwindows.dll",
        "platforms/qoffscreen.dll",
        "platforms/libqcocoa.dylib",
        "platforms/libqoffscreen.dylib",
        "platforminputcontexts/libcomposeplatforminputcontextplugin.so",
        "platforminputcontexts/libibusplatforminputcontextplugin.so",
        "platformthemes/libqxdgdesktopportal.so",
        "wayland-shell-integration/libxdg-shell.so",
        "wayland-decoration-client/libadwaita.so",
        "wayland-decoration-client/libbradient.so",
    }
)
# What every desktop has, in a version that fits its own other parts: the fonts' configuration, the bus, X11's core,
# and the C++ runtime, which comes with the system's C library. ``imagedesk.system_libraries`` names what is missing.
SYSTEM_LIBRARIES = (
    "libX11",
    "libXau",
    "libXdmcp",
    "libbsd",
    "libcom_err",
    "libdbus-1",
    "libexpat",
    "libfontconfig",
    "libfreetype",
    "libgcc_s",
    "libglib-2.0",
    "libgthread-2.0",
    "libmd",
    "libpcre2-8",
    "libstdc++",
    "libsystemd",
    "libxcb.so",
)
# Modules that something imports under a condition that never holds here.
EXCLUDED_MODULES = [
    "tkinter",
    "unittest",
    "pydoc",
    "doctest",
    "pip",
    "setuptools",
    "pkg_resources",
    "lib2to3",
    "numpy",
    "awscrt",
    "certifi",  # botocore brings the same list of authorities
    "pillow_heif",  # bundles a GPL encoder, which we do not hand on
    "cffi",  # for the ways of pyvips and cryptography that compile; the compiled ones need its backend alone
    "pycparser",
    "gi",  # GTK's whole stack, for a second way to the Secret Service
    "dbus",  # KDE Wallet speaks the Secret Service
    "defusedxml",
    "olefile",
    "PySide6.QtDBus",  # the library stays: Qt itself uses it
    "PIL.ImageTk",
    "PIL.ImageQt",
    "PIL.ImageFont",  # with its font engine: we draw no text into pictures
    "PIL._imagingft",
    "PIL._imagingtk",
    "PIL.ImageShow",
    "PIL.FpxImagePlugin",
    "PIL.MicImagePlugin",
]


def trimmed_data(entries: Sequence[Entry]) -> list[Entry]:
    """Without the other services of botocore, boto3's own models, Qt's translations and what is for developers."""
    return [entry for entry in entries if _is_wanted_data(_parts(entry))]


def _is_wanted_data(parts: tuple[str, ...]) -> bool:
    match parts:
        case ("botocore", "data", _, _, *_):
            return parts[2] in AWS_SERVICES and "examples" not in parts[-1]
        case ("boto3", "data" | "examples", *_):
            return False  # resources, which we do not use; clients need none of it
        case (package, "sboms", *_) if package.endswith(".dist-info"):
            return False
        case ("PySide6", *_):
            return "translations" not in parts and parts[-1].rpartition(".")[2] not in {"pyi", "qml", "json"}
        case _:
            return True


def trimmed_binaries(entries: Sequence[Entry], needed_by: Needed) -> list[Entry]:
    """The extension modules, the plugins in use and what these load, directly or not.

    ``needed_by`` gives the names of the libraries that the one at a path is linked against.
    """
    files = [entry for entry in entries if entry[2] != "SYMLINK"]
    by_name = {_parts(entry)[-1].lower(): entry for entry in files}
    kept = {entry[0]: entry for entry in files if _is_root(entry)}
    waiting = deque(kept.values())
    while waiting:
        for name in needed_by(waiting.popleft()[1]):
            found = by_name.get(PurePosixPath(name.replace("\\", "/")).name.lower())
            if found is not None and found[0] not in kept and not _is_left_out(found):
                kept[found[0]] = found
                waiting.append(found)
    return [entry for entry in entries if entry[0] in kept]


def unstrippable(entry: Entry) -> bool:
    """Whether ``strip`` would destroy the library: its wheel's maker has moved parts of it in a way that strip takes
    for unused. It comes without symbols."""
    return entry[2] != "SYMLINK" and "libvips" in _parts(entry)[-1]


def without_dangling_links(entries: Sequence[Entry], binaries: Sequence[Entry]) -> list[Entry]:
    """A link's source is the path of its target, seen from the link's own folder."""
    kept = {"/".join(_parts(entry)) for entry in binaries}
    return [entry for entry in entries if entry[2] != "SYMLINK" or _target(entry) in kept]


def _target(link: Entry) -> str:
    folder = PurePosixPath("/", *_parts(link)[:-1])
    return posixpath.normpath(folder / link[1].replace("\\", "/")).lstrip("/")


def _is_root(entry: Entry) -> bool:
    parts = _parts(entry)
    name = parts[-1].lower()
    if "plugins" in parts:
        return not _is_unused_plugin(entry)
    return entry[2] == "EXTENSION" or name.startswith(("libpython", "python3"))


def _is_left_out(entry: Entry) -> bool:
    return _is_unused_plugin(entry) or _parts(entry)[0].startswith(SYSTEM_LIBRARIES)


def _is_unused_plugin(entry: Entry) -> bool:
    parts = _parts(entry)
    return "plugins" in parts and "/".join(parts[-2:]) not in QT_PLUGINS


def _parts(entry: Entry) -> tuple[str, ...]:
    return PurePosixPath(entry[0].replace("\\", "/")).parts
