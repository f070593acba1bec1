"""How others transfer the same files: s5cmd, the AWS CLI, and boto3 by itself; each as a way up and a way down."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.config import Config

from tests.benchmarks.null_server import file_name

BUCKET = "b"


@dataclass(frozen=True)
class Batch:
    """``source`` holds the files to send; each way down gets an empty folder."""

    source: Path
    files: int
    url: str
    threads: int

    @property
    def names(self) -> list[str]:
        return [file_name(number) for number in range(self.files)]


Way = Callable[[Batch, Path], None]


def s5cmd(tool: str) -> tuple[Way, Way]:
    start = [tool, "--log", "error", "--endpoint-url"]

    def up(batch: Batch, _folder: Path) -> None:
        subprocess.run([*start, batch.url, "cp", f"{batch.source}/*", f"s3://{BUCKET}/"], check=True)

    def down(batch: Batch, folder: Path) -> None:
        subprocess.run([*start, batch.url, "cp", f"s3://{BUCKET}/*", f"{folder}/"], check=True)

    return up, down


def aws_cli(tool: str) -> tuple[Way, Way]:
    start = [tool, "s3", "cp", "--recursive", "--only-show-errors", "--endpoint-url"]

    def up(batch: Batch, _folder: Path) -> None:
        subprocess.run([*start, batch.url, str(batch.source), f"s3://{BUCKET}/"], check=True)

    def down(batch: Batch, folder: Path) -> None:
        subprocess.run([*start, batch.url, f"s3://{BUCKET}/", str(folder)], check=True)

    return up, down


def boto3_files(threads: int, *, managed: bool) -> tuple[Way, Way]:
    def client(batch: Batch):  # type: ignore[no-untyped-def]
        config = Config(max_pool_connections=threads)
        return boto3.client("s3", region_name="us-east-1", endpoint_url=batch.url, config=config)

    def up(batch: Batch, _folder: Path) -> None:
        s3 = client(batch)

        def send(name: str) -> None:
            path = batch.source / name
            if managed:
                s3.upload_file(str(path), BUCKET, name)
            else:
                s3.put_object(Bucket=BUCKET, Key=name, Body=path.read_bytes())

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(send, batch.names))

    def down(batch: Batch, folder: Path) -> None:
        s3 = client(batch)

        def fetch(name: str) -> None:
            if managed:
                s3.download_file(BUCKET, name, str(folder / name))
            else:
                (folder / name).write_bytes(s3.get_object(Bucket=BUCKET, Key=name)["Body"].read())

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(fetch, batch.names))

    return up, down
