"""Runs first in the executable: gives the programs that we start the system's own libraries back.

The bootloader puts our folder into LD_LIBRARY_PATH for this process. A browser, a file manager or a credential_process
of the AWS configuration would load our libraries instead of its own, and fail. Ours are found by then, and our decoder
processes pass through the bootloader again.
"""

import os
import sys

if sys.platform.startswith("linux"):
    original = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if original:
        os.environ["LD_LIBRARY_PATH"] = original
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)
