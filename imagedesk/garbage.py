"""Python's collector of cyclic garbage, kept from stopping the window.

A full pass looks at every object that there is while nothing else runs, in whichever thread made the last straw: with
the modules of Qt and boto3 that is 100 to 270 ms. What there is once a library is open stays for good, so it is set
apart; passes over the rest take a few milliseconds.
"""

from __future__ import annotations

import gc
import sys

_YOUNG = 10_000  # objects more than before: a page of records makes so many that none of them is garbage
_WORTH_SETTING_APART = 50  # modules that were loaded since: without them, a library that was open before would stay
_modules_set_apart = 0


def set_apart_what_stays() -> None:
    """Call it when a library has been opened. Takes some milliseconds."""
    global _modules_set_apart
    gc.set_threshold(_YOUNG, 20, 20)
    # To count objects by ``gc.get_objects`` would hold a tuple that another thread is about to fill, which then ends in
    # a SystemError there ("bad argument to internal function").
    if len(sys.modules) >= _modules_set_apart + _WORTH_SETTING_APART:
        _modules_set_apart = len(sys.modules)
        gc.freeze()
