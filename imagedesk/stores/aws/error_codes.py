"""The error codes of S3, DynamoDB and STS, each with the error and the sentence that it means to a person.

Codes and their meaning: "Error responses" (Amazon S3 API Reference), "Error handling with DynamoDB" and "Common Errors"
(Amazon DynamoDB Developer Guide and API Reference, AWS STS API Reference). A HEAD has no body: its code is the status.
``answers`` fills the words in braces in.
"""

from __future__ import annotations

from collections.abc import Mapping

from imagedesk.core.errors import (
    AccessDenied,
    AlreadyExists,
    CorruptObject,
    FileTooLarge,
    ImageDeskError,
    InvalidCredentials,
    InvalidSettings,
    LibraryNotSetUp,
    NotFound,
    SessionExpired,
    StoreUnavailable,
)


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOT_OFFERED = _codes(
    "NotImplemented UnknownOperationException MethodNotAllowed UnsupportedOperation InvalidAction NotSupported "
    "UnsupportedOperationException UnsupportedArgument 405 501"
)
"""A server that lacks an operation says one of these."""

_RULES: tuple[tuple[type[ImageDeskError], str, frozenset[str]], ...] = (
    (InvalidCredentials, "{endpoint} does not accept the credentials{of_profile} ({code}): check the access key id and "
     "the secret access key.", _codes(
        "InvalidAccessKeyId SignatureDoesNotMatch UnrecognizedClientException AuthFailure InvalidClientTokenId "
        "MissingAuthenticationToken MissingAuthenticationTokenException IncompleteSignature "
        "IncompleteSignatureException "
        "InvalidSignatureException InvalidSecurity InvalidToken NotSignedUp OptInRequired AccountProblem "
        "CredentialsNotSupported MissingSecurityHeader MissingSecurityElement InvalidClientTokenIdException "
        "AccessKeyIdDoesNotExist UnauthorizedAccess UnauthorizedAccessError MalformedSecurityHeader InvalidSignature "
        "UnsupportedSignature AuthorizationQueryParametersError TokenCodeInvalidError 401 Unauthorized")),
    (SessionExpired, "Your AWS session has ended: run “{sign_in_command}” or renew the credentials, then try again.",
     _codes("ExpiredToken ExpiredTokenException TokenRefreshRequired UnauthorizedException RequestExpired")),
    (InvalidCredentials, "{endpoint} refuses without saying why, as it does when a session has ended: renew the "
     "credentials ({sign_in_command}), then try again.", _codes("400.Head")),
    (AccessDenied, "You may not do that on the {holder} (the action {action} is refused): ask whoever looks after the "
     "account for that permission{owner_hint}.", _codes(
        "AccessDenied AccessDeniedException AllAccessDisabled Forbidden 403 NotAuthorized UnauthorizedOperation "
        "UnauthorizedAccessException InvalidPayer NotDeviceOwnerError InvalidBucketOwnerAWSAccountID UnexpectedIPError "
        "TagPolicyException CrossLocationLoggingProhibited")),
    (AccessDenied, "You may not use the KMS key that encrypts the {holder} (the action {action} is refused): ask "
     "whoever looks after the account to permit it (“imagedesk policy --kms-key KEY” prints what to grant; the key's "
     "own policy must permit it, too).", _codes("AccessDenied.kms KMSAccessDeniedException KMS.AccessDeniedException")),
    (AccessDenied, "The KMS key that encrypts the {holder} cannot be used ({code}: {message}): ask whoever looks "
     "after the account to enable or restore it.", _codes(
        "KMS.DisabledException KMS.NotFoundException KMSKeyNotAccessibleFault KMS.KMSInvalidStateException "
        "KMS.InvalidKeyUsageException KMSInvalidKeyUsageException")),
    (LibraryNotSetUp, "There is no {holder} at {endpoint}: run `{setup_command}`, or check the name and the "
     "region.", _codes(
        "NoSuchBucket ResourceNotFoundException TableNotFoundException IndexNotFoundException NoSuchTable "
        "GlobalTableNotFoundException")),
    (InvalidSettings, "The {holder} is not in the region {region}: choose its region with --region{region_hint}.",
     _codes("PermanentRedirect TemporaryRedirect Redirect AuthorizationHeaderMalformed IncorrectEndpoint 301 307 "
            "PermanentRedirectControlError IllegalLocationConstraintException InvalidLocationConstraint "
            "RegionDisabledException InvalidRegion")),
    (StoreUnavailable, "{endpoint} asks to slow down: wait a moment, then try again.", _codes(
        "SlowDown Throttling ThrottlingException ThrottledException RequestThrottled RequestThrottledException "
        "TooManyRequestsException TooManyRequests ProvisionedThroughputExceededException RequestLimitExceeded "
        "BandwidthLimitExceeded LimitExceededException PriorRequestNotComplete TransactionInProgressException "
        "EC2ThrottledException ProvisionedThroughputExceeded ReplicatedWriteConflictException "
        "Busy 429 BackupInUseException LimitExceeded")),
    (StoreUnavailable, "{endpoint} has a problem of its own ({code}): try again in a moment.", _codes(
        "InternalError InternalServerError InternalFailure InternalServerException ServiceUnavailable "
        "ServiceUnavailableException RequestTimeout RequestTimeoutException OperationAborted 500 502 503 504 408 "
        "ConnectionClosedByRequester ResponseInterrupted RequestAbortedException DeviceNotActiveError "
        "BadGateway GatewayTimeout TransactionConflictException TransactionCanceledException "
        "IDPCommunicationError ReplicaNotFoundException ContinuousBackupsUnavailableException")),
    (StoreUnavailable, "The clock of this computer is {skew}: set it right, then try again.",
     _codes("RequestTimeTooSkewed RequestInTheFuture")),
    (StoreUnavailable, "{endpoint} does not offer what is needed ({operation}: {code}).", NOT_OFFERED),
    (NotFound, "What was asked for is not there: it may have been deleted meanwhile.",
     _codes("NoSuchKey NoSuchVersion 404 NotFound NoSuchUpload NotModified 304")),
    (NotFound, "The {holder} has no such configuration ({code}).", _codes(
        "NoSuchBucketPolicy NoSuchLifecycleConfiguration NoSuchPublicAccessBlockConfiguration NoSuchTagSet "
        "ServerSideEncryptionConfigurationNotFoundError OwnershipControlsNotFoundError NoSuchCORSConfiguration "
        "ObjectLockConfigurationNotFoundError NoSuchObjectLockConfiguration ReplicationConfigurationNotFoundError "
        "NoSuchWebsiteConfiguration NoLoggingStatusForKey NoSuchAccessPoint NoSuchAsyncRequest "
        "NoSuchMultiRegionAccessPoint EndpointNotFound NoSuchResource")),
    (AlreadyExists, "That name already holds something else in the {holder}.", _codes(
        "PreconditionFailed 412 409 Conflict ConditionalRequestConflict ConditionalCheckFailedException "
        "DuplicateItemException IdempotentParameterMismatchException ClientTokenConflict")),
    (InvalidSettings, "The {holder} cannot be made at {endpoint} ({code}): it belongs to somebody else or is in use. "
     "Choose another name.", _codes(
        "BucketAlreadyExists BucketAlreadyOwnedByYou ResourceInUseException TableAlreadyExistsException "
        "TableInUseException TooManyBuckets TooManyAccessPoints TooManyMultiRegionAccessPoints "
        "TooManyMultiRegionAccessPointregionsError BucketNotEmpty BucketHasAccessPointsAttached "
        "AccessPointAlreadyOwnedByYou InvalidBucketState")),
    (CorruptObject, "What was sent to {endpoint} did not arrive as it was sent ({code}): try again.", _codes(
        "BadDigest InvalidDigest XAmzContentSHA256Mismatch XAmzContentChecksumMismatch IncompleteBody "
        "MissingContentLength RequestTimeTooLong")),
    (FileTooLarge, "{endpoint} refuses a file of that size ({code}).",
     _codes("EntityTooLarge RequestEntityTooLargeException InlineDataTooLarge MaxMessageLengthExceeded "
            "MaxPostPreDataLengthExceededError ItemCollectionSizeLimitExceededException 413")),
    (StoreUnavailable, "The picture lies in an archive: restore it in the S3 console first.",
     _codes("InvalidObjectState ObjectAlreadyInActiveTierError RestoreAlreadyInProgress")),
    (InvalidSettings, "{service} cannot work with the {holder} as it is asked ({code}: {message}): check the names and "
     "that the table's key is image_id.", _codes(
        "InvalidBucketName ValidationException ValidationError SerializationException InvalidRequest InvalidArgument "
        "MalformedXML KeyTooLongError KeyTooLong MetadataTooLarge InvalidParameterValue InvalidParameterCombination "
        "InvalidParameter InvalidURI InvalidRange InvalidPart TooManyParts InvalidStorageClass MalformedPolicy "
        "MalformedQueryString MissingAction MissingParameter MissingRequestBodyError InvalidQueryParameter 400 416 "
        "BadRequest InvalidEndpointException InvalidObjectName XMinioInvalidObjectName EncryptionTypeMismatch "
        "InvalidWriteOffset RequestHeaderSectionTooLarge InvalidTag AmbiguousGrantByEmailAddress InvalidEncryption "
        "InvalidEncryptionAlgorithmError RequestIsNotMultiPartContent InvalidSessionException "
        "PointInTimeRecoveryUnavailableException PolicyNotFoundException "
        "MalformedPolicyDocument PackedPolicyTooLarge InvalidIdentityToken InvalidAuthorizationMessageException "
        "MissingAttachment InvalidHTTPRequest InvalidHostHeader "
        "MalformedHttpRequestException "
        "AccessControlListNotSupported EntityTooSmall IllegalVersioningConfigurationException InvalidAccessPoint "
        "IncorrectNumberOfFilesInPostRequest InvalidAccessPointAliasError InvalidAddressingHeader InvalidHttpMethod "
        "InvalidBucketAclWithObjectOwnership InvalidPartOrder InvalidPolicyDocument InvalidSOAPRequest "
        "InvalidTargetBucketForLogging MalformedACLError MalformedPOSTRequest RequestTorrentOfBucketError "
        "UnexpectedContent UserKeyMustBeSpecified UnresolvableGrantByEmailAddress NoTransformationDefined "
        "TooManyTags")),
)  # fmt: skip
CREDENTIAL_CALLS = _codes(
    "AssumeRole AssumeRoleWithWebIdentity AssumeRoleWithSAML GetSessionToken GetRoleCredentials CreateToken "
    "CreateTokenWithIAM RegisterClient StartDeviceAuthorization CreateOAuth2Token"
)
"""Operations by which botocore fetches credentials on its way to a call of ours: what they answer is no fault of the
bucket or the table."""
SIGN_IN_AGAIN = _codes(
    "UnauthorizedException ExpiredToken ExpiredTokenException InvalidGrantException ExpiredTradeInTokenException "
    "IDPRejectedClaim InvalidIdentityToken UnauthorizedClientException InvalidClientException"
)
"""What those say when a sign-in has ended."""
RULES: Mapping[str, tuple[type[ImageDeskError], str]] = {
    code: (kind, sentence) for kind, sentence, codes in _RULES for code in codes
}
