"""The hot calls of DynamoDB (an item written, items read by id), past botocore's events and parsers.

The same scheme as ``lean_path``: botocore says where the table is and how it signs; what the server answers is taken
from here where it is beyond doubt, its CRC-32 included; for all else (a throttle, a session that ended, a broken
connection) ``HandOver`` is raised, and the caller lets botocore do the same call, with its retries and its errors.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
import uuid
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.parsers import JSONParser

from imagedesk.stores.aws.answer_memory import LENT
from imagedesk.stores.aws.botocores_place import Place, place_of, pool_of
from imagedesk.stores.aws.foreign_answers import is_page_of
from imagedesk.stores.aws.hand_over import HandOver, Patience
from imagedesk.stores.aws.limiter import StoreLimiter, is_complaint
from imagedesk.stores.aws.signing import RequestSigner
from imagedesk.stores.aws.wire import FAILURES, Answer, Wire

log = logging.getLogger(__name__)

_TARGET = "DynamoDB_20120810"
_LARGEST = 32 * 1024 * 1024  # bytes of an answer; a page of items has 16 MB at most
_CONFLICT = "ConditionalCheckFailedException"


class LeanTable:
    """Thread-safe."""

    def __init__(
        self,
        place: Place,
        wire: Wire,
        credentials: Credentials,
        limiter: StoreLimiter,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._place = place
        self._wire = wire
        self._signer = RequestSigner(credentials, place.region, service="dynamodb")
        self._limiter = limiter
        self._patience = Patience(clock)

    def close(self) -> None:
        self._wire.close()

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer as it came. Raises HandOver; ClientError where a condition failed."""
        self._patience.check()
        self._limiter.hold()
        try:
            answer = self._send(operation, json.dumps(request).encode())
            content = _content(answer)
        except FAILURES as error:
            log.info("a %s is left to botocore: %s", operation, type(error).__name__)
            self._patience.handed_over()
            raise HandOver from error
        found = _object_in(content, answer)
        if found is None or (answer.status == 200 and not _is_answer(operation, found)):
            self._patience.handed_over()
            raise HandOver(answer.status)
        if answer.status == 200:
            self._patience.kept()
            self._limiter.answered()
            return found
        raise self._refused(operation, answer, content, found)

    def _send(self, operation: str, body: bytes) -> Answer:
        digest = hashlib.sha256(body).hexdigest()
        headers = {
            "host": self._place.host,
            "content-length": str(len(body)),
            "content-type": "application/x-amz-json-1.0",
            "accept-encoding": "identity",
            "x-amz-target": f"{_TARGET}.{operation}",
        }
        signed = self._signer.signed("POST", self._place.path, "", headers, digest)
        return self._wire.request("POST", self._place.path, signed, (body,))

    def _refused(self, operation: str, answer: Answer, content: bytes, found: Mapping[str, Any]) -> Exception:
        """The error that botocore would raise; HandOver where it should ask for itself."""
        code = str(found.get("__type", "")).rpartition("#")[2]
        if answer.status == 400 and code == _CONFLICT:
            parser: Any = JSONParser()
            response = {"status_code": answer.status, "headers": answer.headers, "body": content}
            parsed = parser.parse(response, None)
            if isinstance(found.get("Item"), dict):
                parsed["Item"] = found["Item"]
            return ClientError(parsed, operation)
        if is_complaint(answer.status, code):
            self._limiter.complained()
        self._patience.handed_over()
        return HandOver(answer.status)


def _content(answer: Answer) -> bytes:
    """Raises OSError for more than any answer has."""
    data = bytearray()
    try:
        for chunk in answer.chunks(LENT):
            data += chunk
            if len(data) > _LARGEST:
                raise OSError("The answer does not end.")
    finally:
        answer.close()
    return bytes(data)


def _object_in(content: bytes, answer: Answer) -> dict[str, Any] | None:
    """The JSON object that is the answer; None where it is none, or is damaged."""
    told = answer.headers.get("x-amz-crc32")
    if told is not None and told != str(zlib.crc32(content)):
        return None
    try:
        found = json.loads(content)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _is_answer(operation: str, found: Mapping[str, Any]) -> bool:
    """Whether it has the form that botocore would have given it."""
    if operation == "GetItem":
        item = found.get("Item", {})
        return isinstance(item, dict) and all(isinstance(value, dict) for value in item.values())
    return is_page_of(operation, found)


def lean_table(client: Any, credentials: Credentials, table: str, limiter: StoreLimiter) -> LeanTable | None:
    """None where botocore does something that is not done here: another algorithm, a proxy, endpoints that it looks
    for, insides that changed."""
    if client.meta.config.endpoint_discovery_enabled is True:
        return None
    mark = uuid.uuid4().hex

    def ask() -> None:
        client.get_item(TableName=table, Key={"image_id": {"S": mark}})

    try:
        place = place_of(client, "before-send.dynamodb.GetItem", ask, mark)
        pool = pool_of(client, place.url) if place is not None else None
    except (AttributeError, TypeError, KeyError):
        log.warning("this botocore is not known: items go its own, slower way", exc_info=True)
        return None
    return None if place is None or pool is None else LeanTable(place, Wire(pool), credentials, limiter)
