"""How many requests each operation sends, whichever way they take: none that is not needed, and never a HEAD."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagedesk.core.query import StoreFilter
from imagedesk.service.uploading import UploadRequest
from tests.contract.aws_servers import AwsProfileFactory, aws_credentials, blank_aws_profile, moto_server_url
from tests.end_to_end.faulty_library import WAYS, FaultyLibrary, faulty_library
from tests.end_to_end.plain_library import ME

__all__ = ["aws_credentials", "blank_aws_profile", "moto_server_url"]

UPLOAD = {"PUT object": 2, "PutItem": 1}


@pytest.fixture(params=WAYS)
def library(
    request: pytest.FixtureRequest, blank_aws_profile: AwsProfileFactory, tmp_path: Path
) -> Iterator[FaultyLibrary]:
    with faulty_library(blank_aws_profile(), tmp_path, request.param) as opened:
        yield opened


def sent(library: FaultyLibrary) -> Counter[str]:
    calls = Counter(library.faults.calls)
    library.faults.begin()
    return calls


def test_each_operation_sends_no_more_than_it_needs(library: FaultyLibrary, tmp_path: Path) -> None:
    service = library.service
    sent(library)
    record = service.upload(UploadRequest(library.new_picture("large"), ME, "x.png"))
    assert sent(library) == UPLOAD
    service.download(record, tmp_path)
    assert sent(library) == {"GET object": 1}
    service.thumbnail(record, 20)
    assert sent(library) == {"GET object": 1}
    service.share(record)
    assert sent(library) == {}
    service.show(record.image_id)
    assert sent(library) == {"GetItem": 1}
    service.delete(record.image_id)
    assert sent(library) == {"GetItem": 1, "DeleteItem": 1, "DELETE object": 2}
    service.list_images(StoreFilter())
    assert sent(library)["Scan"] == 1


def test_a_retried_upload_looks_at_what_is_there_once(library: FaultyLibrary) -> None:
    service = library.service
    picture, image_id = library.new_picture("small"), service.new_image_id(ME)
    for _ in range(2):
        sent(library)
        service.upload(UploadRequest(picture, ME, "x.png", image_id=image_id))
    assert sent(library) == {"PUT object": 2, "GET object": 2, "PutItem": 1}
