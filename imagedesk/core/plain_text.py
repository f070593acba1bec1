"""Text from outside made safe to show: a name or a metadata value is data, never markup or layout."""

from __future__ import annotations

import unicodedata

# Controls that change the direction or the visibility of what follows (Unicode TR9, TR36): shown, they would let
# "gpj.exe" read as "exe.jpg".
_BIDI_AND_INVISIBLE = frozenset(
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069"
    "\u206a\u206b\u206c\u206d\u206e\u206f\ufeff\ufff9\ufffa\ufffb\u2028\u2029"
)
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def is_invisible(character: str) -> bool:
    """Whether the character is a control, a surrogate, or a mark that reorders or hides text."""
    return character in _BIDI_AND_INVISIBLE or unicodedata.category(character) in {"Cc", "Cs"}


def plain(text: str, limit: int = 300) -> str:
    """``text`` on one line, with every invisible character replaced, cut to ``limit`` characters."""
    shown = text[: limit + 1]
    if not (shown.isascii() and shown.isprintable()):  # most names are, and captions come by the screenful
        shown = "".join(REPLACEMENT if is_invisible(c) else c for c in shown)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
