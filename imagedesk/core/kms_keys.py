"""A KMS key as a person names it, and how a policy names it: the key itself, and only by way of S3.

"Key identifiers (KeyId)", "Use aliases to control access to KMS keys" and "kms:ViaService" (AWS KMS Developer Guide).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from imagedesk.core.errors import InvalidSettings
from imagedesk.core.plain_text import plain

_ARN = re.compile(r"arn:([a-z-]+):kms:([a-z0-9-]+):([0-9]{12}):((?:key|alias)/.+)")
_ID, _ALIAS = re.compile(r"[A-Za-z0-9-]{1,128}"), re.compile(r"alias/[A-Za-z0-9/_-]{1,250}")


@dataclass(frozen=True, slots=True)
class KmsKey:
    """``place`` is partition, region and account, where an ARN tells them."""

    name: str
    place: tuple[str, str, str] | None = None

    @classmethod
    def of(cls, text: str) -> KmsKey:
        """Raises InvalidSettings for what is no id, ARN or alias: a wildcard in one would grant more than it says."""
        found = _ARN.fullmatch(text)
        name = found[4].removeprefix("key/") if found else text
        if not (_ID.fullmatch(name) or _ALIAS.fullmatch(name)):
            raise InvalidSettings(
                f"“{plain(text, 120)}” cannot be the KMS key: use its id, its ARN, or an alias such as alias/team."
            )
        return cls(name, (found[1], found[2], found[3]) if found else None)

    @property
    def is_alias(self) -> bool:
        return self.name.startswith("alias/")

    def arn(self, partition: str, region: str, account: str) -> str:
        """Of the key. An alias is no resource of what uses a key: then it is any key, and ``condition`` tells which."""
        place = self.place or (partition, region, account)
        return f"arn:{place[0]}:kms:{place[1]}:{place[2]}:key/{'*' if self.is_alias else self.name}"

    @property
    def condition(self) -> dict[str, Any]:
        return {"ForAnyValue:StringLike": {"kms:ResourceAliases": [self.name]}} if self.is_alias else {}

    def via_s3(self, region: str) -> str:
        """The value of kms:ViaService for S3 where the bucket is, which is where its key must be."""
        return f"s3.{self.place[1] if self.place else region}.amazonaws.com"
