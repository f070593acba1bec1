from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from imagedesk.transfers.transfer import Transfer, TransferKind, TransferState, changed

UPLOAD = Transfer(
    7, TransferKind.UPLOAD, "a.jpg", 10, "ann!7", "ann", 1, source=Path("/a.jpg"), metadata={"trip": "Skye"}
)


def test_a_changed_transfer_is_what_replace_makes_and_the_old_one_stays() -> None:
    before = replace(UPLOAD)
    changes = {"state": TransferState.FAILED, "reason": "Empty.", "attempts": 2}
    assert changed(UPLOAD, changes) == replace(UPLOAD, **changes)
    assert before == UPLOAD
    assert hash(changed(UPLOAD, {})) == hash(UPLOAD)


def test_each_field_can_be_changed() -> None:
    for field in fields(Transfer):
        value = object()
        assert getattr(changed(UPLOAD, {field.name: value}), field.name) is value


def test_what_is_no_field_is_refused() -> None:
    with pytest.raises(KeyError):
        changed(UPLOAD, {"colour": "red"})
