"""Opening a library joins its stores with the service, reaches no network, and closes what it opened."""

from __future__ import annotations

import contextlib
import getpass
from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk.core.errors import CannotWrite, InvalidUser, LinksNotOffered, MissingUser
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile
from imagedesk.libraries import (
    OpenLibrary,
    TypedIdentity,
    login_name,
    open_library,
    set_up_library,
)
from imagedesk.library_choice import library_data_name
from imagedesk.service.uploading import UploadRequest
from tests.fakes.picture_reader import FakePictureReader, fake_picture

NOWHERE = AwsProfile(
    "team",
    region="eu-north-1",
    s3_endpoint_url="http://127.0.0.1:9",  # nothing answers there: a call would fail
    dynamodb_endpoint_url="http://127.0.0.1:9",
)


def opened(profile: AwsProfile | EmbeddedProfile, typed_user: str | None = None, **options: object) -> OpenLibrary:
    options.setdefault("with_catalogue", False)
    return open_library(profile, FakePictureReader(), typed_user=typed_user, **options)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> EmbeddedProfile:
    return EmbeddedProfile("pics", tmp_path / "pics")


def test_a_folder_is_made_on_first_use_and_found_again(folder: EmbeddedProfile) -> None:
    with contextlib.closing(opened(folder, "ann")) as library:
        record = library.service.upload(UploadRequest(fake_picture(), None, "x.png"))
        assert library.is_embedded
        assert not library.offers_links
        assert library.catalogue is not None
    with contextlib.closing(opened(folder, "bo")) as library:
        assert library.service.show(record.image_id) == record
        assert library.service.identity().user_id == "bo"
        with pytest.raises(LinksNotOffered):
            library.service.share(record)


def test_setting_a_folder_up_says_what_it_made_and_the_second_time_what_it_kept(folder: EmbeddedProfile) -> None:
    assert {step.state for step in set_up_library(folder)} == {"made"}
    assert {step.state for step in set_up_library(folder)} == {"kept"}


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotWrite):
        opened(EmbeddedProfile("x", tmp_path / "file" / "pics"), "ann")


def test_a_typed_user_comes_before_a_preferred_one_and_that_before_the_login(
    folder: EmbeddedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "login")
    for typed, preferred, expected in (("ann", "bo", "ann"), (None, "bo", "bo"), (None, None, "login")):
        with contextlib.closing(opened(folder, typed, preferred_user=preferred)) as library:
            identity = library.service.identity()
            assert (identity.user_id, identity.verified) == (expected, False)


def test_an_aws_library_opens_without_a_network_and_without_a_mirror_unless_asked(tmp_path: Path) -> None:
    with contextlib.closing(opened(NOWHERE, cache_folder=tmp_path)) as library:
        assert (library.catalogue, library.offers_links, library.is_embedded) == (None, True, False)
        assert library.location == "http://127.0.0.1:9 · images / image-metadata"
    assert list(tmp_path.iterdir()) == []
    with contextlib.closing(opened(NOWHERE, cache_folder=tmp_path, with_catalogue=True)) as library:
        assert library.catalogue is not None
    assert "catalogue.sqlite" in {path.name for path in tmp_path.iterdir()}


def test_the_location_is_short_where_it_can_be(folder: EmbeddedProfile) -> None:
    at_home = EmbeddedProfile("x", Path.home() / "Pictures" / "ImageDesk")
    for profile, expected in ((at_home, str(Path("Pictures", "ImageDesk"))), (folder, str(folder.folder))):
        with contextlib.closing(opened(profile)) as library:
            assert library.location == f"Library folder: {expected}"


# Names


@pytest.mark.parametrize(
    ("login", "expected"),
    [("ann", "ann"), ("Ann Å", "Ann__"), ("DOMAIN\\ann", "DOMAIN_ann"), ("x" * 80, "x" * 64)],
)
def test_the_login_name_is_brought_into_the_alphabet_of_user_ids(
    monkeypatch: pytest.MonkeyPatch, login: str, expected: str
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: login)
    assert login_name() == expected
    assert TypedIdentity(None).identity().user_id == expected


@pytest.mark.parametrize("error", [KeyError("uid 1000"), OSError("no name"), ImportError("pwd")])
def test_a_computer_without_login_names_asks_who_one_is(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def getuser() -> str:
        raise error

    monkeypatch.setattr(getpass, "getuser", getuser)
    with pytest.raises(MissingUser):
        TypedIdentity(None).identity()


def test_a_typed_name_is_checked() -> None:
    for name, expected in (("", MissingUser), (" ", MissingUser), ("a/b", InvalidUser)):
        with pytest.raises(expected):
            TypedIdentity(name).identity()


def test_what_this_computer_keeps_of_a_library_lies_under_a_name_of_its_place(tmp_path: Path) -> None:
    name = library_data_name(NOWHERE)
    assert name.startswith("team-")
    assert library_data_name(replace(NOWHERE, title="Renamed")) == name
    others = [
        replace(NOWHERE, bucket="b"),
        replace(NOWHERE, table="t"),
        replace(NOWHERE, region="r"),
        replace(NOWHERE, profile="p"),
        replace(NOWHERE, s3_endpoint_url=None),
        replace(NOWHERE, dynamodb_endpoint_url=None),
        EmbeddedProfile("team", tmp_path / "a"),
        EmbeddedProfile("team", tmp_path / "b"),
    ]
    assert len({name, *map(library_data_name, others)}) == 9


@pytest.mark.parametrize("name", ["../../x", "a/b", "team\n", "é" * 300, "", "CON"])
def test_that_name_is_a_plain_folder_name_whatever_the_library_is_called(name: str) -> None:
    found = library_data_name(replace(NOWHERE, name=name))
    assert found.isascii()
    assert found.replace("-", "").isalnum()
    assert len(found) <= 40
