"""The operations of the library as scenarios: what is there before, what meets a fault, and how it is made good.

``settle`` is told what the operation returned or raised, does what a person or the journal would do after a restart,
and brings the model up to date. What was acknowledged is checked at once: it must be so before anything is retried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagedesk.core.errors import NotFound
from imagedesk.core.findings import REPAIRABLE
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import StoreFilter
from imagedesk.service.uploading import UploadRequest
from tests.end_to_end.faulty_library import FaultyLibrary, attempted, digest, is_there
from tests.end_to_end.plain_library import ME


@dataclass(frozen=True, slots=True)
class Scenario:
    act: Callable[[], Any]
    settle: Callable[[Any], None]


def upload(library: FaultyLibrary, size: str) -> Scenario:
    """As the journal does it: under an id that was fixed before, again until it is done."""
    request, image_id, sha256 = _request(library, size)

    def again() -> ImageRecord:
        if is_there(library.service, image_id):
            return library.service.show(image_id)
        return library.service.upload(request)

    def settle(outcome: Any) -> None:
        library.expected[image_id] = sha256
        if isinstance(outcome, ImageRecord):
            library.faults.begin()
            library.verify_image(library.service.show(image_id))
        library.retried(again)

    return Scenario(lambda: library.service.upload(request), settle)


def upload_given_up(library: FaultyLibrary, size: str) -> Scenario:
    """Nobody tries again: the image is there whole or not at all, and the check decides which."""
    request, image_id, sha256 = _request(library, size)

    def settle(outcome: Any) -> None:
        library.retried(library.repair)
        library.repair()
        if isinstance(outcome, ImageRecord) or is_there(library.service, image_id):
            library.expected[image_id] = sha256

    return Scenario(lambda: library.service.upload(request), settle)


def _request(library: FaultyLibrary, size: str) -> tuple[UploadRequest, str, str]:
    data, image_id = library.new_picture(size), library.service.new_image_id(ME)
    return UploadRequest(data, ME, "x.png", {"n": 1}, image_id), image_id, digest(data)


def delete(library: FaultyLibrary, size: str) -> Scenario:
    """Deleted again if it failed; that it is not found by then is as good."""
    record = library.add(size)
    library.add("small")

    def settle(outcome: Any) -> None:
        del library.expected[record.image_id]
        if isinstance(outcome, ImageRecord):
            library.faults.begin()
            assert not is_there(library.service, record.image_id)
        library.retried(again)
        assert not is_there(library.service, record.image_id)

    def again() -> None:
        outcome = attempted(lambda: library.service.delete(record.image_id))
        assert isinstance(outcome, ImageRecord | NotFound), outcome

    return Scenario(lambda: library.service.delete(record.image_id), settle)


def delete_given_up(library: FaultyLibrary, size: str) -> Scenario:
    record = library.add(size)

    def settle(outcome: Any) -> None:
        library.retried(lambda: None)
        gone = not is_there(library.service, record.image_id)
        assert gone or not isinstance(outcome, ImageRecord)
        if gone:
            library.service.finish_deletions()
            del library.expected[record.image_id]

    return Scenario(lambda: library.service.delete(record.image_id), settle)


def download(library: FaultyLibrary, size: str) -> Scenario:
    record = library.add(size)
    folder = library.folder / "downloads"
    folder.mkdir(exist_ok=True)

    def settle(outcome: Any) -> None:
        files = list(folder.iterdir())
        assert files == ([outcome] if isinstance(outcome, Path) else []), "a half file was left"
        for file in files:
            assert digest(file.read_bytes()) == library.expected[record.image_id]
            file.unlink()
        library.retried(lambda: library.verify_image(record))

    return Scenario(lambda: library.service.download(record, folder), settle)


def thumbnail(library: FaultyLibrary, size: str) -> Scenario:
    record = library.add(size)
    return Scenario(
        lambda: library.service.thumbnail(record, 20),
        lambda _outcome: library.retried(lambda: library.service.thumbnail(record, 20)),
    )


def listing(library: FaultyLibrary, size: str) -> Scenario:
    """Page by page: the whole library or an error, never a part."""
    expected = [library.add(size) for _ in range(3)][::-1]

    def pages() -> list[ImageRecord]:
        first = library.service.list_images(StoreFilter(), 2)
        second = library.service.list_images(StoreFilter(), 2, first.next_cursor)
        return [*first.records, *second.records]

    def settle(outcome: Any) -> None:
        assert not isinstance(outcome, list) or outcome == expected
        library.retried(pages)

    return Scenario(pages, settle)


def share(library: FaultyLibrary, size: str) -> Scenario:
    record = library.add(size)

    def link() -> str:
        return library.service.share(library.service.show(record.image_id)).url

    return Scenario(link, lambda _outcome: library.retried(link))


def check(library: FaultyLibrary, size: str) -> Scenario:
    """A repair of everything at once, disturbed, and then repeated."""
    orphan, bare, thumbnail_only, no_original = (library.add(each) for each in (size, size, "small", "small"))
    del library.expected[thumbnail_only.image_id], library.expected[no_original.image_id]
    library.remove_object(bare.thumbnail_key)
    library.remove_object(thumbnail_only.key)
    library.remove_object(no_original.key)
    records, profile = library.connection.dynamodb(), library.connection.profile
    for record in (orphan, thumbnail_only):
        records.delete_item(TableName=profile.table, Key={"image_id": {"S": record.image_id}})
    library.connection.s3().create_multipart_upload(Bucket=profile.bucket, Key=f"images/{ME}/1/x.png")
    return Scenario(lambda: list(library.check.run(REPAIRABLE)), lambda _outcome: library.retried(lambda: None))


SCENARIOS: Mapping[str, Callable[[FaultyLibrary, str], Scenario]] = {
    "upload": upload,
    "upload, given up": upload_given_up,
    "delete": delete,
    "delete, given up": delete_given_up,
    "download": download,
    "thumbnail": thumbnail,
    "list": listing,
    "share": share,
    "check": check,
}
SIZED = ("upload", "upload, given up", "download")  # where the size of a picture makes a difference
TWICE = ("upload", "delete")  # what is retried, and may meet a second fault then
