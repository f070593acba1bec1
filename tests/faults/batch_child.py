"""One run of a mixed batch on a library, in a process that may be killed at any moment.

    python -m tests.faults.batch_child FOLDER [PROFILE]

The library is embedded in ``FOLDER/library``, unless PROFILE gives the fields of one on S3 and DynamoDB as JSON; that
one transfers in a process of its own, as the window's does. Takes
in ``FOLDER/source``, uploads it, deletes what is named ``gone``, downloads the rest to ``FOLDER/target``; each start
goes on from what it finds. Prints ``begun`` when its modules are loaded, ``finished`` when nothing is left to do.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from imagedesk.catalogue.sync import LibrarySync
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.changes import LibraryChange
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile
from imagedesk.libraries import OpenLibrary, open_library
from imagedesk.service.uploading import content_hash
from imagedesk.transfer_process import apart
from imagedesk.transfers.intake import walk
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from imagedesk.transfers.transfer import DuplicateAnswer, TransferState
from imagedesk.workers.transfer_run import TransferRun
from tests.fakes.picture_reader import FakePictureReader

THREADS = 4


def opened(folder: Path, profile: str | None) -> OpenLibrary:
    """As the window opens it: a catalogue that mirrors is brought up to date, deletions that had begun are finished."""
    chosen = AwsProfile(**json.loads(profile)) if profile else None
    library = open_library(
        chosen or EmbeddedProfile(name="here", title="Here", folder=folder / "library"),
        FakePictureReader(),
        typed_user="ann",
        with_catalogue=True,
        cache_folder=folder / "cache",
    )
    if chosen:
        assert library.catalogue is not None
        LibrarySync(library.records, library.catalogue).full(lambda _seen: None, CancelToken())
    library.service.finish_deletions()
    return library


def main(folder: Path, profile: str | None = None) -> None:
    print("begun", flush=True)  # noqa: T201
    library = opened(folder, profile)
    assert library.catalogue is not None
    queue = TransferQueue(TransferJournal(folder / "data" / "transfers.sqlite"))
    transfers = apart(library, "ann", None)
    run = TransferRun(
        queue, library.service, library.catalogue.apply, library.catalogue.find_by_sha256, transfers=transfers
    )

    def work() -> None:
        def one_thread(_number: int) -> None:
            while (running := queue.take(0)) is not None:
                bug = run.run(running)
                assert bug is None, bug

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(one_thread, range(THREADS)))
        queue.write_journal()

    taken, removed = folder / "data" / "taken", folder / "data" / "removed"
    if not taken.exists():
        batch = queue.new_batch()
        queue.answer_duplicates(DuplicateAnswer.SKIP, batch)
        for chunk in walk([folder / "source"], CancelToken(), chunk=10):
            queue.add_uploads(chunk.files, "ann", library.service.new_image_id, batch=batch)
        taken.touch()
    work()
    records = [library.catalogue.get(image_id) for image_id in library.catalogue.all_ids()]
    kept = [record for record in records if record is not None and not record.filename.startswith("gone")]
    for record in records:
        if record is not None and record not in kept:
            library.service.delete(record.image_id, "ann")
            library.catalogue.apply(LibraryChange(removed=(record.image_id,)))
    removed.touch()
    there = {content_hash(path, None) for path in (folder / "target").iterdir() if not path.name.startswith(".")}
    queue.add_downloads([record for record in kept if record.sha256 not in there], folder / "target")
    work()
    failed = [transfer.reason for transfer in queue.snapshot() if transfer.state is TransferState.FAILED]
    assert not failed, failed
    if transfers is not None:
        transfers.close()
    queue.journal.close()
    library.close()
    print("finished", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
