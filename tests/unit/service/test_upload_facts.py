"""What an upload says of a picture beside its bytes: name, metadata and owner."""

from __future__ import annotations

import pytest

from imagedesk.core.errors import WrongUser
from imagedesk.core.metadata import Metadata
from imagedesk.service.uploading import MAX_NAME, UploadRequest
from tests.unit.service.conftest import PICTURE, Library


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Høst ../ 1.png", "Høst ../ 1.png"),
        ("a\nb\u202e.png", "ab.png"),
        ("  x.png ", "x.png"),
        ("\n\u200b", "image.png"),
        ("", "image.png"),
        (None, "image.png"),
        ("x" * 300 + ".jpeg", "x" * (MAX_NAME - 5) + ".jpeg"),
        ("x." + "y" * 300, "x." + "y" * (MAX_NAME - 2)),
    ],
)
def test_the_name_that_people_see_is_one_line_of_bounded_length(library: Library, name: str | None, shown: str) -> None:
    record = library.service().upload(UploadRequest(PICTURE, "ann", name))
    assert record.filename == shown
    assert len(record.key.split("/")) == 4


def test_metadata_is_kept_as_given(library: Library) -> None:
    metadata: Metadata = {"campaign": "autumn", "n": [1, None]}
    assert library.service().upload(UploadRequest(PICTURE, "ann", "x.png", metadata)).metadata == metadata


# Who uploads


def test_without_a_name_the_identity_is_the_owner(library: Library) -> None:
    assert library.service("bo").upload(UploadRequest(PICTURE, None)).user_id == "bo"


def test_an_unverified_identity_may_be_overridden_and_a_verified_one_may_not(library: Library) -> None:
    assert library.service("ann").upload(UploadRequest(PICTURE, "bo")).user_id == "bo"
    assert library.service("ann", verified=True).upload(UploadRequest(PICTURE, "ann")).user_id == "ann"
    library.asked.clear()
    with pytest.raises(WrongUser, match="ann's, not bo's"):
        library.service("ann", verified=True).upload(UploadRequest(PICTURE, "bo"))
    assert library.asked == []
