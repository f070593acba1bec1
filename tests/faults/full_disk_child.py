"""Every write of a transfer on a disk that is nearly full, which is the folder given; run by ``test_full_disk``.

Prints how many writes were refused. Each must be an environment fault in words, leave nothing half-written under a
name, and be possible again once there is room.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from imagedesk.core.camera_data import CameraData
from imagedesk.core.errors import DiskFull, EnvironmentFault
from imagedesk.core.file_names import NameClash
from imagedesk.core.ports import ObjectDescription
from imagedesk.core.profiles import EmbeddedProfile
from imagedesk.libraries import OpenLibrary, open_library
from imagedesk.pictures.stripping.remover import CameraDataRemover
from imagedesk.service.downloading import download_image
from imagedesk.service.uploading import UploadRequest
from imagedesk.stores.embedded.objects import FolderObjects
from imagedesk.transfers.intake import IntakeFile
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from tests.fakes.picture_reader import FakePictureReader, fake_picture
from tests.fakes.sample_records import sample_record
from tests.generated_pictures import make_picture

CHANCE = random.Random(5)


def opened(folder: Path) -> OpenLibrary:
    profile = EmbeddedProfile(name="here", title="Here", folder=folder / "library")
    return open_library(profile, FakePictureReader(), typed_user="ann", with_catalogue=True)


def picture(size: int) -> bytes:
    return fake_picture(salt=str(CHANCE.random())) + CHANCE.randbytes(size)


def fill(library: OpenLibrary, stored: dict[str, bytes]) -> int:
    """Upload smaller and smaller pictures until hardly a byte is left; how many were refused."""
    refused = 0
    for size in [150_000] * 30 + [20_000] * 20 + [2_000] * 60 + [50] * 60:
        data = picture(size)
        try:
            stored[library.service.upload(UploadRequest(data, "ann")).image_id] = data
        except EnvironmentFault:
            refused += 1
    return refused


def fill_up(ballast: Path) -> None:
    """To the last byte."""
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(100))


def check(folder: Path, library: OpenLibrary, stored: dict[str, bytes]) -> None:
    assert library.catalogue is not None
    assert set(library.catalogue.all_ids()) == set(stored)
    for image_id, data in stored.items():
        assert (folder / "library" / library.service.show(image_id).key).read_bytes() == data
    whole = {hashlib.sha256(data).hexdigest() for data in stored.values()}
    for path in (folder / "library" / "images").rglob("*"):
        assert not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() in whole, path


def uploads(folder: Path) -> int:
    library, stored = opened(folder), dict[str, bytes]()
    refused = fill(library, stored)
    check(folder, library, stored)
    fill_up(folder / "ballast")
    for image_id in list(stored)[:3]:
        library.service.delete(image_id, "ann")
        del stored[image_id]
    data = picture(100_000)
    stored[library.service.upload(UploadRequest(data, "ann")).image_id] = data
    check(folder, library, stored)
    library.close()
    again = opened(folder)
    check(folder, again, stored)
    for image_id in stored:
        again.service.delete(image_id, "ann")
    again.close()
    return refused


def downloads(folder: Path) -> int:
    refused, target = 0, folder / "target"
    target.mkdir()
    with tempfile.TemporaryDirectory() as elsewhere:
        objects = FolderObjects(Path(elsewhere))
        for number, size in enumerate((5_000_000, 3_100_000, 500_000)):
            data = CHANCE.randbytes(size)
            digest = hashlib.sha256(data).hexdigest()
            record = replace(sample_record(number, size=size), sha256=digest)
            description = ObjectDescription("image/png", size, digest, "ann", record.image_id, "x.png")
            objects.put(record.key, data, description)
            try:
                path = download_image(objects, record, target, lambda _done: None, None, NameClash.REPLACE)
            except DiskFull:
                refused += 1
            else:
                assert path.read_bytes() == data
                path.unlink()
            assert list(target.iterdir()) == []
    return refused


def copies(folder: Path) -> int:
    """Of photographs without their camera data, each larger than the room there is."""
    refused, scratch = 0, folder / "scratch"
    remover = CameraDataRemover(FakePictureReader())
    jpeg = make_picture("jpeg", camera=True)
    scan = b"\xff\xda\0\2"
    with tempfile.TemporaryDirectory() as elsewhere:
        source = Path(elsewhere) / "a.jpg"
        for size in (17_000_000, 20_000_000):
            source.write_bytes(jpeg.removesuffix(b"\xff\xd9") + scan + bytes(size) + b"\xff\xd9")
            try:
                with remover.cleaned(source, CameraData.ALL, scratch):
                    raise AssertionError("it cannot have fitted")
            except DiskFull:
                refused += 1
            assert list(scratch.iterdir()) == []
    return refused


def journal(folder: Path) -> int:
    queue, refused = TransferQueue(TransferJournal(folder / "journal" / "transfers.sqlite")), 0
    files = [IntakeFile(Path(f"/photos/{'x' * 200}{number}.png"), 1, 1) for number in range(100)]
    added = 0
    for number in range(500):
        ids = iter(range(100))
        try:
            added += len(queue.add_uploads(files, "ann", lambda user, n=number, i=ids: f"{user}!{n}-{next(i)}"))
        except EnvironmentFault:
            refused += 1
    assert len(queue.snapshot()) == added
    queue.journal.close()
    kept = TransferJournal(folder / "journal" / "transfers.sqlite")
    assert len(kept.unfinished()) == added
    kept.close()
    return refused


def main(folder: Path) -> None:
    counts = {}
    for work in (uploads, downloads, copies, journal):
        counts[work.__name__] = work(folder)
        assert counts[work.__name__] > 0, f"the disk was never full for {work.__name__}"
    print(counts)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
