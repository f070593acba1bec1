"""Library profiles: where a library is. Values only; ``settings`` reads and writes them, ``libraries`` opens them."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from imagedesk.core.plain_text import plain

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
    the environment's standard names and ``~/.aws/config``. ``allow_http`` permits plain http beyond loopback;
    ``kms_key`` (an id, an ARN or an alias) is what set-up encrypts the bucket with, None for S3's own keys.
    ``keys_in_keyring`` tells that the keys of the servers that are not Amazon's are in the system keyring."""

    name: str
    bucket: str = DEFAULT_BUCKET
    table: str = DEFAULT_TABLE
    region: str | None = None
    profile: str | None = None
    s3_endpoint_url: str | None = None
    dynamodb_endpoint_url: str | None = None
    allow_http: bool = False
    kms_key: str | None = None
    keys_in_keyring: bool = False
    title: str = "Team library (AWS)"

    @property
    def own_servers(self) -> tuple[str, ...]:
        """The endpoints that are not Amazon's, each once: keys can be typed for these only."""
        from imagedesk.core.endpoints import is_aws_endpoint  # needs a parser that the window's first paint waits for

        given = (self.s3_endpoint_url, self.dynamodb_endpoint_url)
        return tuple(dict.fromkeys(url for url in given if url and not is_aws_endpoint(url)))

    @property
    def setup_command(self) -> str:
        """What sets this very library up from a command line, however it was chosen."""
        options = {
            "--library": self.name,
            "--bucket": self.bucket,
            "--table": self.table,
            "--region": self.region,
            "--profile": self.profile,
            "--s3-endpoint-url": self.s3_endpoint_url,
            "--dynamodb-endpoint-url": self.dynamodb_endpoint_url,
            "--kms-key": self.kms_key,
        }
        given = [word for option, value in options.items() if value for word in (option, plain(value, 300))]
        return shlex.join(["imagedesk", "setup", *given])


LibraryProfile: TypeAlias = EmbeddedProfile | AwsProfile
