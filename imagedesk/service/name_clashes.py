"""Downloads whose names are in the folder already, and what one answer for all of them means for each."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord
from imagedesk.service.downloading import file_name_of


def taken_names(records: Sequence[ImageRecord], folder: Path, cancel: CancelToken) -> list[ImageRecord]:
    """Those of ``records`` whose file name ``folder`` has already. Blocks on the disk; a folder that cannot be read
    counts as empty, for the download itself says what is wrong with it."""
    taken = []
    for record in records:
        cancel.raise_if_cancelled()
        if os.path.lexists(folder / file_name_of(record)):
            taken.append(record)
    return taken


def answer_for_each(taken: Sequence[ImageRecord], answer: NameClash) -> dict[str, NameClash]:
    """By image id. Two of one name must not replace each other: one takes the name, the others get numbers."""
    answers: dict[str, NameClash] = {}
    replaced: set[str] = set()
    for record in taken:
        name = file_name_of(record).casefold()
        comes_second = answer is NameClash.REPLACE and name in replaced
        answers[record.image_id] = NameClash.KEEP_BOTH if comes_second else answer
        replaced.add(name)
    return answers
