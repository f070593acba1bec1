"""Ids, owners and object keys: what an id says, and what a key may be."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagedesk.core.errors import InvalidUser, MissingUser
from imagedesk.core.ownership import (
    checked_user_id,
    new_image_id,
    object_key,
    owner_in_id,
    owns_key,
    thumbnail_key,
    unique_part,
)

USER_IDS = st.from_regex(r"[A-Za-z0-9._@+=,-]{1,64}", fullmatch=True).filter(lambda user_id: user_id not in {".", ".."})
PART = "01HZX3V8K2M4N6P8Q0R2S4T6V8"


@pytest.mark.parametrize("user_id", ["ann", "ann@example.org", "a+b=c,d_e-f.g", "7", "x" * 64, "...", ".a"])
def test_a_user_name_of_the_contract_is_taken_unchanged(user_id: str) -> None:
    assert checked_user_id(user_id) == user_id


@pytest.mark.parametrize("user_id", [None, "", " ", "\t\n"])
def test_no_name_is_a_missing_user(user_id: str | None) -> None:
    with pytest.raises(MissingUser, match="--user"):
        checked_user_id(user_id)


@pytest.mark.parametrize(
    "user_id", ["a/b", "a\\b", "a!b", ".", "..", "x" * 65, "ann\n", "an n", "ann*", "Ann€", "ann\0", "a:b", "ａｎｎ"]
)
def test_a_name_that_would_leave_its_folder_or_its_id_is_refused(user_id: str) -> None:
    with pytest.raises(InvalidUser) as caught:
        checked_user_id(user_id)
    assert "\n" not in caught.value.message
    assert "\0" not in caught.value.message


@given(USER_IDS)
def test_the_owner_can_be_read_from_every_new_id(user_id: str) -> None:
    image_id = new_image_id(checked_user_id(user_id), PART)
    assert owner_in_id(image_id) == user_id
    assert unique_part(image_id) == PART


@pytest.mark.parametrize("image_id", ["8d0c1e4c-6f0e-4f0a-9a4e-2f6f3c1d7a55", "photo", ""])
def test_an_id_of_an_older_client_names_no_owner_and_is_its_own_unique_part(image_id: str) -> None:
    assert owner_in_id(image_id) is None
    assert unique_part(image_id) == image_id


def test_keys_have_the_form_of_the_contract() -> None:
    image_id = new_image_id("ann", PART)
    assert object_key(image_id, "ann", "../Høst 1.png") == f"images/ann/{PART}/Høst 1.png"
    assert object_key(image_id, "ann", "\n", ".jpg") == f"images/ann/{PART}/image.jpg"
    assert thumbnail_key(image_id, "ann") == f"thumbnails/ann/{PART}.webp"


@given(USER_IDS, st.text(max_size=400))
def test_a_key_has_four_parts_and_lies_below_its_owner_whatever_the_name(user_id: str, filename: str) -> None:
    image_id = new_image_id(user_id, PART)
    key = object_key(image_id, user_id, filename)
    assert len(key.split("/")) == 4
    assert key.rpartition("/")[2] not in {"", ".", ".."}
    assert len(key.encode()) <= 1024  # "Naming Amazon S3 objects"
    assert owns_key(user_id, key)
    assert owns_key(user_id, thumbnail_key(image_id, user_id))


@pytest.mark.parametrize(
    "key",
    [
        "images/anna/1/x.png",
        "images/an/1/x.png",
        "images/ann",
        "thumbnails/bo/1.webp",
        "exports/ann/x",
        "",
        "/images/ann/",
    ],
)
def test_keys_elsewhere_belong_to_somebody_else(key: str) -> None:
    assert not owns_key("ann", key)


@given(USER_IDS, USER_IDS)
def test_nobody_owns_the_keys_of_another(owner: str, other: str) -> None:
    key = object_key(new_image_id(owner, PART), owner, "x.png")
    assert owns_key(other, key) == (owner == other)


def test_the_mark_between_owner_and_part_is_no_character_of_a_user_id() -> None:
    assert re.fullmatch(r"[A-Za-z0-9._@+=,-]", "!") is None
    with pytest.raises(InvalidUser):
        checked_user_id("ann!01")
