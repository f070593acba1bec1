"""What every object store promises: the sentences of ``core.ports.ObjectStore``, one test each."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists, Cancelled, CorruptObject, LinksNotOffered, NotFound, SourceChanged
from imagedesk.core.ports import ObjectDescription, ObjectStore
from tests.contract.conftest import Stores

KEY = "images/ann/01HSAMPLE/harbour.jpg"
DATA = bytes(range(256)) * 40
LARGE = DATA * 300  # several chunks, or several reads, whatever a store's are

HARMLESS_BUT_ODD_KEYS = [
    "images/ann/01H/with spaces and + plus.jpg",
    "images/ann/01H/høst – 東京 😀.jpg",
    "images/ann/01H/cafe\u0301.jpg",
    "images/a.b_c@d+e=f,g-h/01H/x.jpg",
    "images/ann/01H/it's (2) [3] {4} & ~!$^`;.jpg",
    "images/ann/01H/..dots...jpg",
    "images/ann/01H/" + "n" * 116 + ".jpg",
    "thumbnails/ann/01H.webp",
]


def describe(data: bytes, **changes: str) -> ObjectDescription:
    facts = {"user_id": "ann", "image_id": "ann!01HSAMPLE", "filename": "harbour.jpg", **changes}
    digest = facts.pop("sha256", hashlib.sha256(data).hexdigest())
    return ObjectDescription("image/jpeg", len(data), digest, **facts)


def test_what_was_put_is_read_back(objects: ObjectStore) -> None:
    objects.put(KEY, DATA, describe(DATA))
    assert objects.read(KEY, len(DATA)) == DATA


def test_a_file_is_put_like_bytes(objects: ObjectStore, tmp_path: Path) -> None:
    source = tmp_path / "source.jpg"
    source.write_bytes(LARGE)
    objects.put(KEY, source, describe(LARGE))
    assert objects.read(KEY, len(LARGE)) == LARGE
    assert source.read_bytes() == LARGE


def test_progress_ends_at_the_size(objects: ObjectStore, tmp_path: Path) -> None:
    source, put, got = tmp_path / "source.jpg", list[int](), list[int]()
    source.write_bytes(LARGE)
    objects.put(KEY, source, describe(LARGE), put.append)
    objects.download(KEY, tmp_path / "target", got.append)
    assert put[-1] == got[-1] == len(LARGE)
    assert max(put) == max(got) == len(LARGE)


@pytest.mark.parametrize("key", HARMLESS_BUT_ODD_KEYS)
def test_keys_may_hold_what_names_hold(objects: ObjectStore, tmp_path: Path, key: str) -> None:
    objects.put(key, DATA, describe(DATA, filename=key.rpartition("/")[2]))
    assert objects.read(key, len(DATA)) == DATA
    objects.delete(key)
    with pytest.raises(NotFound):
        objects.read(key, len(DATA))


def test_names_in_a_description_may_be_anything(objects: ObjectStore) -> None:
    names = ["høst 東京 😀.jpg", 'a "b" \\ c.jpg', "line\nbreak\r\t.jpg", "x" * 300 + ".jpg", "\u202egpj.exe", " . "]
    for number, name in enumerate(names):
        key = f"images/ann/{number}/image.jpg"
        objects.put(key, DATA, describe(DATA, filename=name))
        assert objects.read(key, len(DATA)) == DATA


def test_the_same_bytes_again_are_a_success(objects: ObjectStore) -> None:
    objects.put(KEY, DATA, describe(DATA))
    objects.put(KEY, DATA, describe(DATA))
    assert objects.read(KEY, len(DATA)) == DATA


@pytest.mark.parametrize("other", [b"other bytes", DATA[:-1] + b"!"])
def test_other_bytes_under_a_taken_key_are_refused(objects: ObjectStore, other: bytes) -> None:
    objects.put(KEY, DATA, describe(DATA))
    with pytest.raises(AlreadyExists):
        objects.put(KEY, other, describe(other))
    assert objects.read(KEY, len(DATA)) == DATA


@pytest.mark.parametrize("as_file", [False, True])
def test_a_source_that_is_not_what_it_said_is_refused_and_leaves_nothing(
    objects: ObjectStore, tmp_path: Path, as_file: bool
) -> None:
    said = hashlib.sha256(b"something else").hexdigest()
    source = tmp_path / "source.jpg"
    source.write_bytes(DATA)
    with pytest.raises(SourceChanged):
        objects.put(KEY, source if as_file else DATA, describe(DATA, sha256=said))
    with pytest.raises(NotFound):
        objects.read(KEY, len(DATA))
    objects.put(KEY, DATA, describe(DATA))


@pytest.mark.parametrize("now", [DATA[:-100], DATA + b"more"])
def test_a_file_that_shrank_or_grew_is_refused_and_leaves_nothing(
    objects: ObjectStore, tmp_path: Path, now: bytes
) -> None:
    source = tmp_path / "source.jpg"
    source.write_bytes(now)
    with pytest.raises(SourceChanged):
        objects.put(KEY, source, describe(DATA))
    with pytest.raises(NotFound):
        objects.read(KEY, len(DATA))


def test_a_put_cancelled_midway_leaves_nothing(objects: ObjectStore, tmp_path: Path) -> None:
    source, cancel = tmp_path / "source.jpg", CancelToken()
    source.write_bytes(LARGE)
    with pytest.raises(Cancelled):
        objects.put(KEY, source, describe(LARGE), lambda _done: cancel.cancel(), cancel)
    with pytest.raises(NotFound):
        objects.read(KEY, len(LARGE))
    objects.put(KEY, source, describe(LARGE))
    assert objects.read(KEY, len(LARGE)) == LARGE


def test_a_put_cancelled_before_it_began_leaves_nothing(objects: ObjectStore) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        objects.put(KEY, DATA, describe(DATA), cancel=cancel)
    with pytest.raises(NotFound):
        objects.read(KEY, len(DATA))


def test_giving_up_what_did_not_end_touches_no_object(objects: ObjectStore) -> None:
    objects.put(KEY, DATA, describe(DATA), resumable=True)
    objects.discard_unfinished(KEY.rpartition("/")[0] + "/")
    objects.discard_unfinished("images/nobody/")
    assert objects.read(KEY, len(DATA)) == DATA


def test_read_refuses_more_than_its_limit(objects: ObjectStore) -> None:
    objects.put(KEY, DATA, describe(DATA))
    with pytest.raises(CorruptObject):
        objects.read(KEY, len(DATA) - 1)


def test_what_is_not_there_is_not_found(objects: ObjectStore, tmp_path: Path) -> None:
    objects.put(KEY, DATA, describe(DATA))
    for key in ("images/ann/01HSAMPLE/other.jpg", "images/ann/other/harbour.jpg", "images/ann/01HSAMPLE"):
        with pytest.raises(NotFound):
            objects.read(key, 100)
        with pytest.raises(NotFound):
            objects.download(key, tmp_path / "target")


@pytest.mark.parametrize("data", [DATA, LARGE, b"x"])
def test_a_download_writes_the_bytes_and_returns_their_digest(
    objects: ObjectStore, tmp_path: Path, data: bytes
) -> None:
    objects.put(KEY, data, describe(data))
    target = tmp_path / "target.jpg"
    target.write_bytes(b"what was there before" * 1000)
    assert objects.download(KEY, target) == hashlib.sha256(data).hexdigest()
    assert target.read_bytes() == data


def test_a_download_is_cancelled_midway(objects: ObjectStore, tmp_path: Path) -> None:
    objects.put(KEY, LARGE, describe(LARGE))
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        objects.download(KEY, tmp_path / "target", lambda _done: cancel.cancel(), cancel)


def test_delete_removes_one_object_and_forgives_an_absent_one(objects: ObjectStore) -> None:
    other = "images/ann/01HSAMPLE/other.jpg"
    objects.put(KEY, DATA, describe(DATA))
    objects.put(other, DATA, describe(DATA))
    objects.delete(KEY)
    objects.delete(KEY)
    with pytest.raises(NotFound):
        objects.read(KEY, len(DATA))
    assert objects.read(other, len(DATA)) == DATA
    objects.put(KEY, b"new", describe(b"new"))
    assert objects.read(KEY, 3) == b"new"


def test_a_url_names_the_store_and_the_key(stores: Stores) -> None:
    stores.objects.put(KEY, DATA, describe(DATA))
    url = stores.objects.url(KEY)
    assert url.startswith("file://" if stores.kind == "embedded" else "s3://")
    assert url.endswith(KEY)


def test_a_local_path_is_the_file_itself(stores: Stores) -> None:
    stores.objects.put(KEY, DATA, describe(DATA))
    path = stores.objects.local_path(KEY)
    assert (path is not None) == (stores.kind == "embedded")
    assert path is None or path.read_bytes() == DATA


def test_a_link_ends_when_it_says_or_none_is_offered(stores: Stores) -> None:
    stores.objects.put(KEY, DATA, describe(DATA))
    if stores.kind == "embedded":
        with pytest.raises(LinksNotOffered):
            stores.objects.presign(KEY, "harbour.jpg", "image/jpeg", timedelta(hours=1))
        return
    link = stores.objects.presign(KEY, "harbour.jpg", "image/jpeg", timedelta(hours=1))
    assert abs(link.expires_at - datetime.now(UTC) - timedelta(hours=1)) < timedelta(minutes=5)
    assert "harbour.jpg" in link.url
