"""Upload writes object, thumbnail and item in this order, and whatever fails leaves nothing visible that is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import (
    AccessDenied,
    AlreadyExists,
    Cancelled,
    DiskFull,
    EmptyFile,
    FileTooLarge,
    ImageDeskError,
    InvalidUser,
    MissingUser,
    NotAnImage,
    SourceChanged,
    StoreUnavailable,
    UnreadableFile,
)
from imagedesk.core.pictures import PreparedPicture, Source
from imagedesk.service import uploading
from imagedesk.service.uploading import UploadRequest
from tests.fakes.picture_reader import FakePictureReader, fake_picture
from tests.unit.service.conftest import PICTURE, Library

REQUEST = UploadRequest(PICTURE, "ann", "x.png")
DOWN = StoreUnavailable("Nothing answers.")


def repeated(library: Library) -> UploadRequest:
    """A request as the journal repeats it: its id is fixed."""
    return UploadRequest(PICTURE, "ann", "x.png", image_id=library.service().new_image_id("ann"))


def test_the_item_is_written_last(library: Library) -> None:
    library.service().upload(REQUEST)
    assert library.asked == ["put images", "put thumbnails", "add item"]


def test_objects_say_whose_they_are_so_that_an_orphan_can_be_finished(library: Library) -> None:
    record = library.service().upload(REQUEST)
    assert record.thumbnail_key is not None
    original, small = (library.objects.descriptions[key] for key in (record.key, record.thumbnail_key))
    assert (original.content_type, original.size, original.sha256) == ("image/png", len(PICTURE), record.sha256)
    assert (small.content_type, small.size) == ("image/webp", len(library.objects.contents[record.thumbnail_key]))
    for description in (original, small):
        assert (description.user_id, description.image_id, description.filename) == ("ann", record.image_id, "x.png")


def test_the_item_holds_a_colour_that_stands_for_the_picture(library: Library) -> None:
    record = library.service().upload(REQUEST)
    assert library.records.items[record.image_id].placeholder == "#808080"


def test_the_type_is_what_the_bytes_say_and_never_the_name(library: Library) -> None:
    data = fake_picture(content_type="image/gif")
    assert library.service().upload(UploadRequest(data, "ann", "x.png")).content_type == "image/gif"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (UploadRequest(PICTURE, ""), MissingUser),
        (UploadRequest(PICTURE, "  "), MissingUser),
        (UploadRequest(PICTURE, "a/b"), InvalidUser),
        (UploadRequest(b"", "ann"), EmptyFile),
        (UploadRequest(b"text", "ann", "x.png"), NotAnImage),
        (UploadRequest(Path("/nowhere/x.png"), "ann"), UnreadableFile),
        (UploadRequest(Path("/"), "ann"), UnreadableFile),
        (UploadRequest(Path("/" + "x" * 300), "ann"), UnreadableFile),
    ],
)
def test_a_refused_upload_reaches_no_store(
    library: Library, request_: UploadRequest, expected: type[ImageDeskError]
) -> None:
    with pytest.raises(expected):
        library.service().upload(request_)
    assert library.asked == []


def test_a_file_over_the_limit_is_refused_by_its_size_alone(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MAX_FILE_BYTES", len(PICTURE) - 1)
    file = tmp_path / "x.png"
    file.write_bytes(PICTURE)
    for source in (file, PICTURE):
        with pytest.raises(FileTooLarge):
            library.service().upload(UploadRequest(source, "ann"))
    assert (library.asked, library.pictures.calls) == ([], [])


# A fault at each step


@pytest.mark.parametrize(
    ("puts_before", "error"),
    [(0, DOWN), (1, DOWN), (0, DiskFull("Full.")), (1, AccessDenied("No.")), (1, KeyboardInterrupt())],
)
@pytest.mark.parametrize("after", [False, True])
def test_a_failed_put_leaves_no_item_and_rolls_back_what_was_stored(
    library: Library, puts_before: int, error: BaseException, after: bool
) -> None:
    fail_put(library, puts_before, error, after=after)
    with pytest.raises(type(error)):
        library.service().upload(REQUEST)
    assert library.records.items == {}
    # The put that failed may have arrived; of it something may be left, for the library check to find. While the store
    # is out of reach nothing is removed at all: a removal that arrives late would take what the retry has put by then.
    left = {"images/", "thumbnails/"} if error is DOWN and puts_before else {("images/", "thumbnails/")[puts_before]}
    assert all(key.startswith(tuple(left)) for key in library.orphans())
    assert bool(library.orphans()) is (after or (error is DOWN and puts_before == 1))


def fail_put(library: Library, puts_before: int, error: BaseException, *, after: bool = False) -> None:
    """Let some puts pass, then fail one."""
    plan, passed = library.objects.faults, 0
    original = plan.check

    def check(operation: str, *, after: bool = False) -> None:
        nonlocal passed
        if operation == "put" and passed < puts_before:
            passed += after
            return
        original(operation, after=after)

    plan.check = check  # type: ignore[method-assign]
    plan.fail_next("put", error, after=after)


def test_a_rollback_that_fails_too_tells_the_first_fault(library: Library) -> None:
    fail_put(library, 1, AccessDenied("The first."))
    library.objects.faults.fail_next("delete", DOWN)
    with pytest.raises(AccessDenied, match="The first"):
        library.service().upload(REQUEST)
    assert library.records.items == {}


def test_an_item_that_is_refused_takes_its_objects_with_it(library: Library) -> None:
    library.records.faults.fail_next("add", AlreadyExists("Another image has this id."))
    with pytest.raises(AlreadyExists):
        library.service().upload(REQUEST)
    assert (library.objects.contents, library.records.items) == ({}, {})


def test_an_item_that_could_not_be_written_leaves_orphans_since_the_write_may_still_arrive(library: Library) -> None:
    library.records.faults.fail_next("add", DOWN)
    with pytest.raises(StoreUnavailable):
        library.service().upload(REQUEST)
    assert library.records.items == {}
    assert len(library.orphans()) == 2


def test_a_commit_whose_answer_was_lost_is_a_success(library: Library) -> None:
    library.records.faults.fail_next("add", DOWN, after=True)
    record = library.service().upload(REQUEST)
    assert library.records.items == {record.image_id: record}
    library.check_whole()


def test_a_commit_that_cannot_be_looked_up_is_a_failure_and_nothing_is_removed(library: Library) -> None:
    library.records.faults.fail_next("add", DOWN, after=True)
    library.records.faults.fail_next("get", DOWN)
    with pytest.raises(StoreUnavailable):
        library.service().upload(REQUEST)
    assert len(library.records.items) == 1
    library.check_whole()


# Repeats with a fixed id


@pytest.mark.parametrize("operation", ["put", "add"])
def test_a_repeat_after_a_lost_answer_succeeds_once(library: Library, operation: str) -> None:
    request = repeated(library)
    plan = library.objects.faults if operation == "put" else library.records.faults
    plan.fail_next(operation, DOWN, after=True)
    if operation == "add":
        library.records.faults.fail_next("get", DOWN)
    with pytest.raises(StoreUnavailable):
        library.service().upload(request)
    record = library.service().upload(request)
    assert list(library.records.items) == [record.image_id]
    assert library.orphans() == set()
    library.check_whole()


@pytest.mark.parametrize("error", [DOWN, Cancelled(), KeyboardInterrupt()])
def test_a_repeat_that_fails_takes_nothing_from_the_image_that_is_there(library: Library, error: BaseException) -> None:
    request = repeated(library)
    first = library.service().upload(request)
    fail_put(library, 1, error)
    with pytest.raises(type(error)):
        library.service().upload(request)
    assert library.records.items == {first.image_id: first}
    library.check_whole()


def test_a_repeat_that_fails_removes_nothing_while_the_table_cannot_be_asked(library: Library) -> None:
    request = repeated(library)
    library.service().upload(request)
    fail_put(library, 1, DOWN)
    library.records.faults.fail_next("get", DOWN)
    with pytest.raises(StoreUnavailable):
        library.service().upload(request)
    library.check_whole()


def test_the_same_picture_under_another_name_and_a_taken_id_leaves_the_first_whole(library: Library) -> None:
    request = repeated(library)
    first = library.service().upload(request)
    with pytest.raises(AlreadyExists):
        library.service().upload(UploadRequest(PICTURE, "ann", "y.png", image_id=request.image_id))
    assert library.records.items == {first.image_id: first}
    assert library.orphans() == set()
    library.check_whole()


# Cancelling


class CancelsWhileReading(FakePictureReader):
    def __init__(self, cancel: CancelToken) -> None:
        super().__init__()
        self._cancel = cancel

    def prepare(self, source: Source, cancel: CancelToken | None = None) -> PreparedPicture:
        self._cancel.cancel()
        return super().prepare(source, cancel)


def cancelled_before(library: Library, cancel: CancelToken, step: str) -> None:
    """Arrange for the cancellation to come while the step before ``step`` is under way."""
    if step == "hash":
        cancel.cancel()
    elif step == "object":
        library.pictures = CancelsWhileReading(cancel)
    else:
        puts, wanted = 0, {"thumbnail": 1, "item": 2}[step]

        def check(operation: str, *, after: bool = False) -> None:
            nonlocal puts
            if operation == "put" and after:
                puts += 1
                if puts == wanted:
                    cancel.cancel()

        library.objects.faults.check = check  # type: ignore[method-assign]


@pytest.mark.parametrize("step", ["hash", "object", "thumbnail", "item"])
def test_an_upload_cancelled_at_any_step_leaves_nothing(library: Library, tmp_path: Path, step: str) -> None:
    cancel, source = CancelToken(), tmp_path / "x.png"
    source.write_bytes(PICTURE)
    cancelled_before(library, cancel, step)
    with pytest.raises(Cancelled):
        library.service().upload(UploadRequest(source, "ann"), cancel=cancel)
    assert (library.objects.contents, library.records.items) == ({}, {})
    assert "add item" not in library.asked


def test_progress_is_told_in_bytes_of_the_original(library: Library) -> None:
    done: list[int] = []
    data = PICTURE + bytes(200_000)
    library.service().upload(UploadRequest(data, "ann", "x.png"), done.append)
    assert done == sorted(done)
    assert done[-1] == len(data)


# Sources and names


def test_a_file_that_changes_while_it_is_uploaded_is_not_stored(library: Library, tmp_path: Path) -> None:
    source = tmp_path / "x.png"
    source.write_bytes(PICTURE)

    class Changes(FakePictureReader):
        def prepare(self, source: Source, cancel: CancelToken | None = None) -> PreparedPicture:
            prepared = super().prepare(source, cancel)
            Path(str(source)).write_bytes(PICTURE + b"more")
            return prepared

    library.pictures = Changes()
    with pytest.raises(SourceChanged):
        library.service().upload(UploadRequest(source, "ann"))
    assert (library.objects.contents, library.records.items) == ({}, {})
