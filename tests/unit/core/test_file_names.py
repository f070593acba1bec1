"""Names from other people's computers: readable where they are harmless, harmless where they are not."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from imagedesk.core.file_names import MAX_BYTES, free_name, original_name, safe_file_name
from imagedesk.core.plain_text import is_invisible

DEVICES = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"] + [
    f"{p}{n}" for p in ("COM", "LPT") for n in "0123456789¹²³"
]
FORBIDDEN = '<>:"/\\|?*'


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_2041.JPG", "IMG_2041.JPG"),
        ("Høst i fjellet (2).png", "Høst i fjellet (2).png"),
        ("東京の夜.webp", "東京の夜.webp"),
        ("a.b.c.tar.gz", "a.b.c.tar.gz"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/absolute/x.png", "x.png"),
        ("C:\\Users\\x.png", "x.png"),
        ("C:x.png", "C_x.png"),
        ("x.png:stream", "x.png_stream"),
        ("line\nbreak\r\t.png", "linebreak.png"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("zero\u200bwidth\ufeff.png", "zerowidth.png"),
        ("nul\0byte.png", "nulbyte.png"),
        (".hidden.png", "hidden.png"),
        ("trailing.png. . .", "trailing.png"),
        ("what?*.png", "what__.png"),
        ("100%#1.png", "100__1.png"),
        ("con.png", "_con.png"),
        ("NUL.tar.gz", "_NUL.tar.gz"),
        ("Aux", "_Aux"),
        ("com¹ .png", "_com¹.png"),
        ("console.png", "console.png"),
        ("e\u0301.png", "é.png"),
    ],
)
def test_a_name_is_made_harmless_and_stays_readable(name: str, expected: str) -> None:
    assert safe_file_name(name) == expected


@pytest.mark.parametrize("name", ["", ".", "..", "...", " ", "a/", "\\", "\n\u202e\u200b", "../..", " . . "])
def test_a_name_of_which_nothing_is_left_becomes_the_fallback(name: str) -> None:
    assert safe_file_name(name, "image.jpg") == "image.jpg"


@pytest.mark.parametrize(
    "name", ["x" * 300 + ".jpeg", "ø" * 300 + ".png", "😀" * 300 + ".webp", "e\u0301" * 300 + ".gif"]
)
def test_a_long_name_keeps_its_extension_and_whole_characters(name: str) -> None:
    short = safe_file_name(name)
    assert MAX_BYTES - 4 < len(short.encode()) <= MAX_BYTES
    assert short.endswith(PurePosixPath(name).suffix)
    assert unicodedata.normalize("NFC", name).startswith(short.rpartition(".")[0])


def test_what_is_too_long_for_an_extension_is_cut_with_the_rest() -> None:
    assert safe_file_name("x." + "y" * 300) == "x." + "y" * (MAX_BYTES - 2)


def escapes(name: str) -> str | None:
    """Why the name would not be a plain, visible file of the folder that it is put in; None if it would."""
    posix, windows = PurePosixPath("/target") / name, PureWindowsPath("C:\\target") / name
    if posix.parent != PurePosixPath("/target") or posix.name != name:
        return "leaves a POSIX folder"
    if windows.parent != PureWindowsPath("C:\\target") or windows.name != name or windows.is_reserved():
        return "leaves a Windows folder"
    if name in {"", ".", ".."} or name.startswith(".") or name.endswith((".", " ")):
        return "is no name, or hidden, or changed by Windows"
    if name.split(".", 1)[0].strip().upper() in DEVICES:
        return "is a device of Windows"
    if any(c in FORBIDDEN or ord(c) < 32 or is_invisible(c) for c in name):
        return "holds what a name may not hold"
    try:
        return "is too long" if len(name.encode()) > 255 else None
    except UnicodeEncodeError:
        return "is no text"


def generated_names(count: int) -> list[str]:
    """Names put together from what has ever escaped, the same each time."""
    rng = random.Random(20260301)
    pieces = [
        "..", "../", "..\\", "/", "\\", ".", " ", "\n", "\r", "\0", "\t", "\x1b[31m", "\x7f", "\x85", "\u202e",
        "\u2066", "\u200b", "\u2028", "\ufeff", "\u00ad", "\ud800", "\udcff", "C:", "c:\\", "\\\\server\\share\\",
        "\\\\?\\", "~", "$HOME", "%2e%2e%2f", "%00", ":stream", "::$DATA", "*", "?", "<", ">", "|", '"', "'", "`id`",
        "-rf", "con", "NUL", "aux", "com1", "LPT9", "com¹", "conin$", ".png", ".jpg", "photo", "x" * 130, "ø" * 90,
        "😀" * 40, "e\u0301", "\u0301", "／", "＼", "．．", "\u2215", "\uff0e", "CLOCK$", "desktop.ini", "東京", "שלום",
    ]  # fmt: skip
    return ["".join(rng.choices(pieces, k=rng.randint(1, 6))) for _ in range(count)]


def test_no_generated_name_escapes_from_its_folder() -> None:
    names = generated_names(6000) + DEVICES + [f"{device.lower()}.png" for device in DEVICES]
    found = {name: reason for name in names if (reason := escapes(safe_file_name(name, "image"))) is not None}
    assert found == {}


def test_the_check_for_escapes_can_fail() -> None:
    for name in ("", "..", "a/b", "a\\b", "C:x", "nul.png", "x.", ".x", "a\u202eb", "a\nb", "x" * 256, "\ud800"):
        assert escapes(name) is not None, name


def test_generated_names_can_be_files_of_this_system(tmp_path: Path) -> None:
    for number, name in enumerate(generated_names(200)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / safe_file_name(name)).write_bytes(b"x")
        assert [path.read_bytes() for path in folder.iterdir()] == [b"x"]
    assert {path.name for path in tmp_path.iterdir()} == {str(number) for number in range(200)}


def test_a_safe_name_is_left_as_it_is() -> None:
    for name in generated_names(2000):
        safe = safe_file_name(name)
        assert safe_file_name(safe) == safe


def test_a_local_name_that_is_no_text_is_shown_with_replacements() -> None:
    assert original_name(Path("folder/IMG 1.png")) == "IMG 1.png"
    assert original_name(Path("a\udcff.png")).endswith(".png")
    original_name(Path("a\udcff.png")).encode()


def test_a_free_name_counts_up_before_the_extension() -> None:
    taken = {"x.png", "x (2).png", "README"}
    assert free_name("y.png", taken.__contains__) == "y.png"
    assert free_name("x.png", taken.__contains__) == "x (3).png"
    assert free_name("README", taken.__contains__) == "README (2)"
