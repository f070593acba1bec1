"""A thousand files up and down against one local S3 server: this service beside the AWS CLI, s5cmd and rclone.

    python -m tests.benchmarks.files --s3-endpoint URL --dynamodb-endpoint URL [--files 1000] [--bytes 200000]
        [--threads 8] [--rounds 1] [--aws PATH] [--s5cmd PATH] [--rclone PATH]

The credentials are those of the environment. The others copy files; the service also hashes, makes a thumbnail's object
and writes an item for each file (the decoder is left out: a fake reads the pictures), and verifies what it downloads.
The times are of whole runs; the ratios are to the service's.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from imagedesk.core.image_record import ImageRecord
from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from tests.benchmarks.requests import library
from tests.fakes.identity import FakeIdentity
from tests.fakes.picture_reader import FakePictureReader, fake_picture

Way = Callable[[Path], None]


def main() -> None:
    options = _options()
    with (
        contextlib.closing(library(options.s3_endpoint, options.dynamodb_endpoint)) as connection,
        tempfile.TemporaryDirectory() as folder,
    ):
        source = _made_files(Path(folder, "source"), options.files, options.bytes)
        ours = _Ours(
            StorageService(S3Objects(connection), DynamoRecords(connection), FakePictureReader(), FakeIdentity("ann")),
            options.threads,
        )
        bucket = f"s3://{connection.profile.bucket}"
        ways: dict[str, tuple[Way, Way]] = {"this service": (ours.up, ours.down), **_others(options, bucket)}
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for number in range(options.rounds):
            for name, (up, down) in ways.items():
                target = Path(folder, f"{name} {number}")
                target.mkdir()
                taken[name].append((_seconds(up, source), _seconds(down, target)))
                assert sum(1 for path in target.rglob("*") if path.is_file()) == options.files, name
                shutil.rmtree(target)
        _tell(taken, options)


class _Ours:
    def __init__(self, service: StorageService, threads: int) -> None:
        self._service, self._threads = service, threads
        self._records: list[ImageRecord] = []

    def up(self, source: Path) -> None:
        with ThreadPoolExecutor(self._threads) as pool:
            requests = [UploadRequest(path, "ann") for path in sorted(source.iterdir())]
            self._records = list(pool.map(self._service.upload, requests))

    def down(self, target: Path) -> None:
        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(lambda record: self._service.download(record, target), self._records))


def _others(options: argparse.Namespace, bucket: str) -> dict[str, tuple[Way, Way]]:
    ways: dict[str, tuple[Way, Way]] = {}
    url = options.s3_endpoint
    if options.aws:
        aws = [options.aws, "--endpoint-url", url, "s3", "cp", "--recursive", "--only-show-errors"]
        ways["AWS CLI"] = _copying(lambda a, b: [*aws, a, b], f"{bucket}/aws")
    if options.s5cmd:
        s5cmd = [options.s5cmd, "--endpoint-url", url, "--log", "error", "cp"]
        ways["s5cmd"] = (
            lambda source: _run([*s5cmd, f"{source}/", f"{bucket}/s5cmd/"]),
            lambda target: _run([*s5cmd, f"{bucket}/s5cmd/*", f"{target}/"]),
        )
    if options.rclone:
        remote = f":s3,provider=Other,env_auth=true,endpoint='{url}':{urlsplit(bucket).netloc}/rclone"
        rclone = [options.rclone, "copy", "--config", os.devnull, "--transfers", str(options.threads)]
        ways["rclone"] = (
            lambda source: _run([*rclone, str(source), remote]),
            lambda target: _run([*rclone, remote, str(target)]),
        )
    return ways


def _copying(command: Callable[[str, str], list[str]], place: str) -> tuple[Way, Way]:
    return lambda source: _run(command(str(source), place)), lambda target: _run(command(place, str(target)))


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={"AWS_REGION": "us-east-1", **os.environ})


def _seconds(way: Way, folder: Path) -> float:
    began = time.monotonic()
    way(folder)
    return time.monotonic() - began


def _made_files(folder: Path, count: int, size: int) -> Path:
    folder.mkdir()
    for number in range(count):
        head = fake_picture(400, 300, "image/png", str(number))
        Path(folder, f"{number:05}.png").write_bytes(head + os.urandom(size - len(head)))
    return folder


def _tell(taken: dict[str, list[tuple[float, float]]], options: argparse.Namespace) -> None:
    print(f"{options.files} files of {options.bytes} bytes, {options.threads} threads, median of {options.rounds}")
    print(f"{'':<14}{'up':>9}{'ratio':>8}{'down':>9}{'ratio':>8}")
    medians = {name: tuple(median(run[way] for run in runs) for way in (0, 1)) for name, runs in taken.items()}
    our_up, our_down = medians["this service"]
    for name, (up, down) in medians.items():
        print(f"{name:<14}{up:>7.1f} s{up / our_up:>8.2f}{down:>7.1f} s{down / our_down:>8.2f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name in ("--s3-endpoint", "--dynamodb-endpoint"):
        parser.add_argument(name, required=True)
    for name, number in (("--files", 1000), ("--bytes", 200_000), ("--threads", 8), ("--rounds", 1)):
        parser.add_argument(name, type=int, default=number)
    for program in ("aws", "s5cmd", "rclone"):
        parser.add_argument(f"--{program}", metavar="PATH", default=shutil.which(program))
    return parser.parse_args()


if __name__ == "__main__":
    main()
