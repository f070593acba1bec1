"""The one place where what boto3, botocore and urllib3 raise becomes an error of ``core.errors``, chained.

``Translated`` surrounds every call. What was raised on this computer's side of the wire (no connection, no credentials,
a broken configuration) is mapped here by class; what a server answered is mapped by its code in ``answers``.
"""

from __future__ import annotations

import ssl
import traceback
from collections.abc import Callable
from typing import TypeAlias

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError
from urllib3 import exceptions as urllib3

from imagedesk.core.errors import (
    CorruptObject,
    ImageDeskError,
    InvalidCredentials,
    InvalidSettings,
    SessionExpired,
    StoreUnavailable,
)
from imagedesk.core.plain_text import plain
from imagedesk.stores.aws.answers import Place, fault_of_answer

__all__ = ["Place", "Translated", "comes_from_credentials", "fault_of", "is_mapped"]

_Maker: TypeAlias = Callable[[Exception, Place], ImageDeskError]
_BOTO_ERRORS = (
    boto.BotoCoreError,
    boto.ClientError,
    boto.UndefinedModelAttributeError,
    ResponseParserError,
    urllib3.HTTPError,
    ssl.SSLError,
)

# botocore has no class for it: whatever renews the credentials (environment, credential process) gave ended ones again.
_STILL_EXPIRED = "refreshed credentials are still expired"

_CREDENTIAL_MODULES = frozenset({"botocore.credentials", "botocore.tokens"})


class Translated:
    """A context that raises the errors of boto3 as ours. ``place`` is asked only when there is one; ``refused`` is
    called when the credentials are not, or no longer, good. (No generator: it surrounds every call.)"""

    def __init__(self, place: Callable[[], Place], refused: Callable[[], None] | None = None) -> None:
        self._place = place
        self._refused = refused

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if not isinstance(error, Exception):
            return
        ours = self._ours(error)
        if isinstance(ours or error, SessionExpired | InvalidCredentials) and self._refused is not None:
            self._refused()
        if ours is not None:
            raise ours from error

    def _ours(self, error: Exception) -> ImageDeskError | None:
        if isinstance(error, _BOTO_ERRORS):
            return fault_of(error, self._place())
        if isinstance(error, ImageDeskError) or not comes_from_credentials(error):
            return None
        maker = _sign_in_again if _STILL_EXPIRED in str(error) else _credential_source
        return maker(error, self._place())


def comes_from_credentials(error: BaseException) -> bool:
    """Whether it was raised while botocore looked for credentials, which lets through what files and programs of the
    AWS configuration cause: a credential process that is not there or prints no JSON, a token file that is gone."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__") in _CREDENTIAL_MODULES for frame, _ in frames)


def fault_of(error: Exception, place: Place) -> ImageDeskError:
    """What ``error`` means to a person."""
    if isinstance(error, boto.ClientError):
        return fault_of_answer(error, place)
    return _maker_for(type(error))(error, place)


def is_mapped(kind: type[Exception]) -> bool:
    """Whether a rule of its own, or of a base below botocore's root, speaks for the class."""
    return issubclass(kind, boto.ClientError) or _maker_for(kind) is not _unexpected


def _maker_for(kind: type[Exception]) -> _Maker:
    return next((_MAKERS[base] for base in kind.__mro__ if base in _MAKERS), _unexpected)


def _unreachable(error: Exception, place: Place) -> ImageDeskError:
    cause = getattr(error, "kwargs", {}).get("error")
    if isinstance(cause, urllib3.NameResolutionError) or "resolve" in str(cause).lower():
        return StoreUnavailable(
            f"The name of {place.endpoint} cannot be found: check the endpoint, and that this computer is online."
        )
    return StoreUnavailable(
        f"Nothing answers at {place.endpoint}: start the server, or check the endpoint and the network."
    )


def _connect_timeout(_error: Exception, place: Place) -> ImageDeskError:
    return StoreUnavailable(f"{place.endpoint} does not answer: check the endpoint, the network and any firewall.")


def _read_timeout(_error: Exception, place: Place) -> ImageDeskError:
    return StoreUnavailable(f"{place.endpoint} stopped answering: try again in a moment.")


def _cut(_error: Exception, place: Place) -> ImageDeskError:
    return StoreUnavailable(f"The connection to {place.endpoint} was cut: try again.")


def _proxy(_error: Exception, _place: Place) -> ImageDeskError:
    return StoreUnavailable("The proxy cannot be reached: check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.")


def _tls(error: Exception, place: Place) -> ImageDeskError:
    return StoreUnavailable(
        f"There is no secure connection to {place.endpoint} ({plain(str(error), 160)}): "
        "use a certificate that this computer trusts, or set AWS_CA_BUNDLE to the file of the authority that signed it."
    )


def _transport(error: Exception, place: Place) -> ImageDeskError:
    """HTTPClientError carries whatever else the HTTP library raised."""
    cause = getattr(error, "kwargs", {}).get("error")
    if isinstance(cause, urllib3.LocationParseError):
        return InvalidSettings(f"The endpoint {place.endpoint} is no URL: write http://host:port.")
    return _cut(error, place)


def _not_the_service(_error: Exception, place: Place) -> ImageDeskError:
    return StoreUnavailable(f"What answers at {place.endpoint} is not {place.service}: check the endpoint.")


def _no_credentials(_error: Exception, place: Place) -> ImageDeskError:
    if place.is_emulated:
        return InvalidCredentials(
            f"There are no credentials for {place.endpoint}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY "
            "(a local emulator takes any, “test” for example), or choose a credentials profile with --profile."
        )
    return InvalidCredentials(
        "There are no AWS credentials: sign in with “aws sso login” or “aws configure”, choose a credentials profile "
        "with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
    )


def _half_credentials(_error: Exception, _place: Place) -> ImageDeskError:
    return InvalidCredentials(
        "The AWS credentials are incomplete: set both the access key id and the secret access key."
    )


def _credential_source(_error: Exception, place: Place) -> ImageDeskError:
    # The cause may hold what a credential process printed: it stays out of the sentence.
    return InvalidCredentials(
        f"The AWS credentials could not be fetched{place.of_profile}: check that profile in the AWS configuration."
    )


def _sign_in_again(_error: Exception, place: Place) -> ImageDeskError:
    return SessionExpired(f"Your AWS session has ended: run “{place.sign_in_command}”, then try again.")


def _log_in_again(_error: Exception, place: Place) -> ImageDeskError:
    return SessionExpired(f"Your AWS session has ended: run “aws login{place.profile_option}”, then try again.")


def _no_profile(_error: Exception, place: Place) -> ImageDeskError:
    return InvalidSettings(
        f"The AWS configuration has no profile “{plain(place.credentials_profile or 'default')}”: "
        "correct its name, or add it with “aws configure”."
    )


def _configuration(error: Exception, _place: Place) -> ImageDeskError:
    return InvalidSettings(f"The AWS configuration cannot be used: {plain(str(error))}")


def _parameters(error: Exception, place: Place) -> ImageDeskError:
    return InvalidSettings(
        f"{place.service} cannot be asked for that: {plain(str(error))} Check the names of bucket and table."
    )


def _no_region(_error: Exception, _place: Place) -> ImageDeskError:
    return InvalidSettings("No AWS region is chosen: pass --region, or set AWS_REGION or the profile's region.")


def _damaged(_error: Exception, place: Place) -> ImageDeskError:
    return CorruptObject(f"What {place.endpoint} sent does not match its checksum: try again.")


def _not_ready(_error: Exception, place: Place) -> ImageDeskError:
    return StoreUnavailable(f"The {place.holder} did not become ready in time: try again in a minute.")


def _unexpected(error: Exception, place: Place) -> ImageDeskError:
    return StoreUnavailable(
        f"{place.service} could not be used ({type(error).__name__}: {plain(str(error), 160)}): "
        "try again; if it stays so, reinstall ImageDesk or report this."
    )


def _broken_installation(error: Exception, place: Place) -> ImageDeskError:
    return _unexpected(error, place)


_GROUPS: tuple[tuple[_Maker, tuple[type[Exception], ...]], ...] = (
    (_unreachable, (boto.EndpointConnectionError, boto.ConnectionError, urllib3.NewConnectionError)),
    (_connect_timeout, (boto.ConnectTimeoutError, urllib3.ConnectTimeoutError)),
    (_read_timeout, (boto.ReadTimeoutError, urllib3.ReadTimeoutError)),
    (_cut, (boto.ConnectionClosedError, boto.ResponseStreamingError, boto.IncompleteReadError, urllib3.HTTPError)),
    (_proxy, (boto.ProxyConnectionError, urllib3.ProxyError)),
    (_tls, (boto.SSLError, urllib3.SSLError, ssl.SSLError)),
    (_transport, (boto.HTTPClientError,)),
    (_not_the_service, (ResponseParserError, boto.AwsChunkedWrapperError, boto.UnseekableStreamError)),
    (_no_credentials, (boto.NoCredentialsError, boto.NoAuthTokenError)),
    (_half_credentials, (boto.PartialCredentialsError,)),
    (_credential_source, (
        boto.CredentialRetrievalError, boto.MetadataRetrievalError, boto.RefreshWithMFAUnsupportedError,
        boto.UnknownCredentialError,
    )),
    (_sign_in_again, (boto.TokenRetrievalError, boto.SSOError)),
    (_log_in_again, (boto.LoginError,)),
    (_no_profile, (boto.ProfileNotFound,)),
    (_no_region, (boto.NoRegionError,)),
    (_damaged, (boto.ChecksumError, boto.FlexibleChecksumError)),
    (_not_ready, (boto.WaiterError, boto.CapacityNotAvailableError)),
    (_parameters, (
        boto.ParamValidationError, boto.ValidationError, boto.MissingParametersError, boto.InvalidDNSNameError,
        boto.InvalidHostLabelError, boto.UnsupportedS3ArnError, boto.UnsupportedS3ControlArnError,
        boto.UnsupportedOutpostResourceError, boto.UnsupportedS3AccesspointConfigurationError,
    )),
    (_configuration, (
        boto.ConfigParseError, boto.ConfigNotFound, boto.InvalidConfigError, boto.UnknownTokenProviderError,
        boto.UnknownRegionError, boto.ServiceNotInRegionError, boto.BaseEndpointResolverError,
        boto.InvalidIMDSEndpointError, boto.InvalidIMDSEndpointModeError, boto.InvalidRetryConfigurationError,
        boto.InvalidS3AddressingStyleError, boto.UnsupportedS3ConfigurationError,
        boto.UnsupportedS3ControlConfigurationError, boto.InvalidEndpointDiscoveryConfigurationError,
        boto.InvalidS3UsEast1RegionalEndpointConfigError, boto.InvalidSTSRegionalEndpointsConfigError,
        boto.InvalidProxiesConfigError, boto.InvalidDefaultsMode, boto.InvalidEndpointConfigurationError,
        boto.EndpointProviderError, boto.InvalidChecksumConfigError, boto.UnknownSignatureVersionError,
        boto.UnsupportedSignatureVersionError,
    )),
    (_broken_installation, (
        boto.DataNotFoundError, boto.ApiVersionNotFoundError, boto.UnknownServiceStyle, boto.PaginationError,
        boto.OperationNotPageableError, boto.InvalidExpressionError, boto.WaiterConfigError,
        boto.UnknownClientMethodError, boto.StubResponseError, boto.MD5UnavailableError,
        boto.MissingDependencyException, boto.UndefinedModelAttributeError, boto.UnsupportedServiceProtocolsError,
    )),
)  # fmt: skip
_MAKERS: dict[type, _Maker] = {kind: maker for maker, kinds in _GROUPS for kind in kinds}
