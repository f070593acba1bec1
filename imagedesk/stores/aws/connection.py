"""One library's way to AWS or to a server that speaks its protocols: boto3's session and clients, made when needed.

Objects, records, identity and set-up share one connection. Credentials come from boto3's own chain, those of a server
that is not Amazon's also from a source of keys; here they are never stored, shown or logged. A fault of the credentials
drops the session, so that the next call finds renewed ones.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import boto3
from botocore.config import Config
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.exceptions import NoCredentialsError

from imagedesk.core.endpoints import check_transport, is_aws_endpoint
from imagedesk.core.errors import InvalidSettings
from imagedesk.core.profiles import AwsProfile
from imagedesk.core.server_keys import ServerKeys
from imagedesk.stores.aws.faults import Place, Translated, comes_from_credentials
from imagedesk.stores.aws.foreign_answers import check_is_json, check_is_object, check_is_s3
from imagedesk.stores.aws.lean_path import LeanPath, lean_path
from imagedesk.stores.aws.lean_table import LeanTable, lean_table
from imagedesk.stores.aws.limiter import StoreLimiter
from imagedesk.stores.aws.limiters import Limiters
from imagedesk.stores.aws.raw_answers import take_pages_as_they_are
from imagedesk.stores.aws.role_sessions import AskForCode, prepare_roles
from imagedesk.stores.aws.session_end import end_of_session
from imagedesk.stores.aws.upload_body import begin_upload

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sts import STSClient

Service = Literal["s3", "dynamodb", "sts"]
_TITLES: dict[Service, str] = {"s3": "S3", "dynamodb": "DynamoDB", "sts": "STS"}
_FALLBACK_REGION = "us-east-1"  # what a compatible server signs with when nobody says otherwise
_TRANSPORT: dict[str, Any] = {
    "retries": {"mode": "standard", "total_max_attempts": 4},
    "connect_timeout": 5,
    "read_timeout": 30,
    "max_pool_connections": 128,  # as many as transfers may run at once; each is opened when it is needed
    "tcp_keepalive": True,
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who the credentials belong to, as GetCallerIdentity says."""

    account: str
    arn: str


class AwsConnection:
    """Thread-safe. Clients are shared by all threads; making one reads files only, calling one uses the network.
    ``keys`` is asked when the first client for a server that is not Amazon's is made; ``keys_from`` says in words where
    it has them from. ``ask_for_code`` asks a person for an MFA code, None where nobody can be asked."""

    def __init__(
        self,
        profile: AwsProfile,
        keys: Callable[[], ServerKeys] | None = None,
        keys_from: str = "that were typed",
        ask_for_code: AskForCode | None = None,
    ) -> None:
        self.profile = profile
        self._ask_for_code = ask_for_code
        self._key_source, self._keys_from = keys, keys_from
        self._keys: ServerKeys | None = None
        self._lock = threading.RLock()
        self._session: boto3.Session | None = None
        self._clients: dict[Service, Any] = {}
        self.limiters = Limiters(list(_TITLES))
        self._short: dict[Service, tuple[Any, Any]] = {}
        self._caller: Caller | None = None
        for name in ("boto3", "botocore", "urllib3"):
            # Their DEBUG log prints session tokens and signed URLs.
            logging.getLogger(name).setLevel(logging.INFO)

    def s3(self) -> S3Client:
        client: S3Client = self._client("s3")
        return client

    def lean(self) -> LeanPath | None:
        """The short way for objects, for what ``s3()`` would do; None where botocore must do it all."""
        found: LeanPath | None = self._short_way("s3", lean_path, self.profile.bucket)
        return found

    def lean_table(self) -> LeanTable | None:
        """The short way for items, for what ``dynamodb()`` would do; None where botocore must do it all."""
        found: LeanTable | None = self._short_way("dynamodb", lean_table, self.profile.table)
        return found

    def _short_way(self, service: Service, make: Callable[..., Any], place: str) -> Any:
        with self._lock:
            client = self._client(service)
            kept = self._short.get(service)
            if kept is None or kept[0] is not client:
                kept = client, make(client, self._credentials(service), place, self.limiter(service))
                self._short[service] = kept
            return kept[1]

    def limiter(self, service: Service) -> StoreLimiter:
        """The one that all requests to the service share."""
        return self.limiters[service]

    def dynamodb(self) -> DynamoDBClient:
        client: DynamoDBClient = self._client("dynamodb")
        return client

    @property
    def region(self) -> str:
        return str(self._client("s3").meta.region_name)

    @property
    def is_emulated(self) -> bool:
        """Whether objects or records live on a server that is not Amazon's, or another answers for Amazon's STS: then
        nobody is verified."""
        services: tuple[Service, ...] = ("s3", "dynamodb", "sts")
        return not all(is_aws_endpoint(self.endpoint(service)) for service in services)

    def endpoint(self, service: Service) -> str:
        """The URL in force: the profile's, the environment's or the region's own."""
        return str(self._client(service).meta.endpoint_url)

    def caller(self) -> Caller:
        """Ask STS once who calls; only real AWS can tell."""
        with self._lock:
            if self._caller is None:
                with self.translating("sts"):
                    client: STSClient = self._client("sts")
                    answer = client.get_caller_identity()
                    self._caller = Caller(account=answer["Account"], arn=answer["Arn"])
            return self._caller

    @property
    def expected_owner(self) -> dict[str, Any]:
        """The argument that makes S3 refuse a bucket of another account; empty until the account is known."""
        caller = self._caller
        return {} if caller is None else {"ExpectedBucketOwner": caller.account}

    def session_end(self) -> tuple[datetime | None, bool]:
        """When the credentials' session ends, if that is known, and whether there is a session at all."""
        credentials = self._credentials("s3")
        frozen = credentials.get_frozen_credentials()  # renews a session that is about to end
        if not isinstance(credentials, RefreshableCredentials):
            return None, frozen.token is not None
        return end_of_session(credentials), True

    def translating(self, service: Service) -> Translated:
        """Raise what botocore raises inside as errors of ``core.errors``."""
        return Translated(lambda: self._place(service), self._forget)

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        self._forget()

    def _forget(self) -> None:
        with self._lock:
            clients, self._clients = list(self._clients.values()), {}
            short, self._short = [way for _client, way in self._short.values()], {}
            self._session = self._caller = self._keys = None
        for way in short:
            if way is not None:
                way.close()
        for client in clients:
            client.close()

    def _client(self, service: Service) -> Any:
        with self._lock:
            if service not in self._clients:
                with Translated(lambda: self._place(service)):
                    self._clients[service] = self._made_client(service)
            return self._clients[service]

    def _made_client(self, service: Service) -> Any:
        given = self._given_endpoint(service)
        client = self._new_client(service, given, custom=given is not None and not is_aws_endpoint(given))
        endpoint = client.meta.endpoint_url
        try:
            check_transport(endpoint, allow_http=self.profile.allow_http)
            if is_aws_endpoint(endpoint) and self._chosen_region() is None:
                raise InvalidSettings(
                    "No AWS region is chosen: pass --region, or set AWS_REGION or the profile's region."
                )
        except InvalidSettings:
            client.close()
            raise
        if given is None and not is_aws_endpoint(endpoint):  # the environment named a server of its own
            client.close()
            client = self._new_client(service, None, custom=True)
        return client

    def _new_client(self, service: Service, endpoint: str | None, *, custom: bool) -> Any:
        options = dict(_TRANSPORT)
        if service == "s3":
            options["signature_version"] = "s3v4"
            # Compatible servers serve buckets by path, and some refuse the trailing checksums that boto3 adds; the
            # checksums that matter are our own.
            options["s3"] = {"addressing_style": "path" if custom else "auto"}
            if not custom or (endpoint or "").startswith("https:"):
                # TLS and the object's own checksum guard the body: it need not be read once more to be signed.
                options["s3"]["payload_signing_enabled"] = False
            if custom:
                options["request_checksum_calculation"] = "when_required"
                options["response_checksum_validation"] = "when_required"
        session: Any = self._opened_session()
        region = self._chosen_region() or _FALLBACK_REGION
        try:
            client = session.client(
                service, region_name=region, endpoint_url=endpoint, config=Config(**options), **self._keys_of(service)
            )
        except ValueError as error:
            if comes_from_credentials(error):
                raise
            raise InvalidSettings(f"The endpoint of {_TITLES[service]} is no URL: write http://host:port.") from error
        client.meta.events.register("before-send.s3.PutObject", begin_upload)
        client.meta.events.register("before-parse.dynamodb", check_is_object)
        client.meta.events.register("after-call.dynamodb", check_is_json)
        client.meta.events.register("after-call.s3", check_is_s3)
        if service == "dynamodb":
            take_pages_as_they_are(client)
        self.limiters[service].watch(client, service)
        return client

    def _keys_of(self, service: Service) -> dict[str, str]:
        """The arguments of a client that is to use typed keys; none where boto3's chain finds the credentials."""
        if self._key_source is None or not self._is_own_server(service):
            return {}
        with self._lock:
            self._keys = self._keys or self._key_source()
            return {"aws_access_key_id": self._keys.access_key, "aws_secret_access_key": self._keys.secret_key}

    def _is_own_server(self, service: Service) -> bool:
        given = self._given_endpoint(service)
        return given is not None and not is_aws_endpoint(given)

    def _credentials(self, service: Service) -> Credentials:
        if keys := self._keys_of(service):
            return Credentials(*keys.values())
        found = self._opened_session().get_credentials()
        if found is None:
            raise NoCredentialsError
        return found

    def _given_endpoint(self, service: Service) -> str | None:
        if service == "s3":
            return self.profile.s3_endpoint_url
        return self.profile.dynamodb_endpoint_url if service == "dynamodb" else None

    def _chosen_region(self) -> str | None:
        # boto3 reads AWS_DEFAULT_REGION only; the other AWS tools read AWS_REGION first.
        return self.profile.region or os.environ.get("AWS_REGION") or self._opened_session().region_name or None

    def _opened_session(self) -> boto3.Session:
        with self._lock:
            if self._session is None:
                self._session = boto3.Session(profile_name=self.profile.profile)
                named = self.profile.profile or os.environ.get("AWS_PROFILE")
                prepare_roles(self._session, named, self._ask_for_code)
            return self._session

    def _place(self, service: Service) -> Place:
        with self._lock:
            client = self._clients.get(service)
        endpoint = client.meta.endpoint_url if client else self._given_endpoint(service) or "the endpoint"
        holder = f"table “{self.profile.table}”" if service == "dynamodb" else f"bucket “{self.profile.bucket}”"
        return Place(
            service=_TITLES[service],
            endpoint=endpoint,
            holder=holder,
            setup_command=self.profile.setup_command,
            region=client.meta.region_name if client else self.profile.region or "",
            credentials_profile=self.profile.profile or os.environ.get("AWS_PROFILE"),
            keys_from=self._keys_from if self._key_source and self._is_own_server(service) else None,
        )
