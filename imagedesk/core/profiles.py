"""Library profiles: where a library is. Values only; ``settings`` reads and writes them, ``libraries`` opens them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

DEFAULT_BUCKET = "images"
DEFAULT_TABLE = "image-metadata"


@dataclass(frozen=True, slots=True)
class EmbeddedProfile:
    """A folder of this computer. ``name`` is what a person chose it by, ``title`` what the window shows."""

    name: str
    folder: Path
    title: str = "This computer"


@dataclass(frozen=True, slots=True)
class AwsProfile:
    """A bucket and a table. ``None`` leaves region, credentials profile and endpoints to boto3's own chain, which reads
    the environment's standard names and ``~/.aws/config``. ``allow_http`` permits plain http beyond loopback."""

    name: str
    bucket: str = DEFAULT_BUCKET
    table: str = DEFAULT_TABLE
    region: str | None = None
    profile: str | None = None
    s3_endpoint_url: str | None = None
    dynamodb_endpoint_url: str | None = None
    allow_http: bool = False
    title: str = "Team library (AWS)"


LibraryProfile: TypeAlias = EmbeddedProfile | AwsProfile
