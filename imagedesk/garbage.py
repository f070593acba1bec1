"""Python's collector of cyclic garbage, kept from stopping the window.

A full pass looks at every object that there is while nothing else runs, in whichever thread made the last straw: with
the modules of Qt and boto3 that is 100 to 270 ms. What there is once a library is open stays for good, so it is set
apart; passes over the rest take a few milliseconds.
"""

from __future__ import annotations

import gc

_YOUNG = 10_000  # objects more than before: a page of records makes so many that none of them is garbage
_WORTH_SETTING_APART = 50_000  # objects: modules were loaded; a library that was open before is not so large


def set_apart_what_stays() -> None:
    """Call it when a library has been opened. Takes some milliseconds."""
    gc.set_threshold(_YOUNG, 20, 20)
    if len(gc.get_objects()) > _WORTH_SETTING_APART:
        gc.freeze()
