"""Opening a library for the window: who one is, online and offline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk import session
from imagedesk.catalogue.known_identity import FILE_NAME
from imagedesk.core.errors import StoreUnavailable
from imagedesk.core.ownership import Identity
from imagedesk.core.profiles import AwsProfile
from imagedesk.libraries import OpenLibrary
from imagedesk.libraries import open_library as really_open
from imagedesk.session import OpenedLibrary, Who, close_unused, open_for_window
from tests.fakes.picture_reader import FakePictureReader

ANN = Identity("ann", True, "arn:aws:iam::1:user/ann")


class Cloud:
    """Answers who one is, or cannot be reached."""

    def __init__(self) -> None:
        self.reachable = True

    def identity(self) -> Identity:
        if not self.reachable:
            raise StoreUnavailable("The library cannot be reached: check the network.")
        return ANN


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    cloud = Cloud()

    def open_it(*arguments: object, **options: object) -> OpenLibrary:
        library = really_open(*arguments, **options)  # type: ignore[arg-type]
        library.service._identity = cloud
        return replace(library, is_embedded=False)

    monkeypatch.setattr(session, "open_library", open_it)
    return cloud


def open_once(tmp_path: Path) -> OpenedLibrary:
    profile = AwsProfile("aws", region="us-east-1", s3_endpoint_url="http://127.0.0.1:9")
    opened = open_for_window(profile, FakePictureReader(), Who(None, None), tmp_path / "data", tmp_path / "cache")
    close_unused(opened)
    return opened


def test_a_library_that_answers_is_opened_without_a_fault(cloud: Cloud, tmp_path: Path) -> None:
    opened = open_once(tmp_path)
    assert (opened.identity, opened.fault) == (ANN, None)


def test_a_library_out_of_reach_opens_as_whoever_one_was_and_says_why(cloud: Cloud, tmp_path: Path) -> None:
    open_once(tmp_path)
    cloud.reachable = False
    opened = open_once(tmp_path)
    assert opened.identity == ANN
    assert isinstance(opened.fault, StoreUnavailable)


def test_a_library_never_seen_before_cannot_be_opened_out_of_reach(cloud: Cloud, tmp_path: Path) -> None:
    cloud.reachable = False
    with pytest.raises(StoreUnavailable):
        open_once(tmp_path)


@pytest.mark.parametrize("kept", ["", "[]", '{"user_id": "a/b", "verified": true, "source": ""}', "\x00"])
def test_a_kept_identity_that_cannot_be_used_counts_as_none(cloud: Cloud, tmp_path: Path, kept: str) -> None:
    open_once(tmp_path)
    (tmp_path / "cache" / FILE_NAME).write_text(kept)
    cloud.reachable = False
    with pytest.raises(StoreUnavailable):
        open_once(tmp_path)
