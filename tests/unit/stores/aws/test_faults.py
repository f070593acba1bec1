"""Every exception of botocore and every error code of the services has a sentence."""

from __future__ import annotations

import inspect
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import boto3
import pytest
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError
from urllib3 import exceptions as urllib3

from imagedesk.core import errors
from imagedesk.stores.aws.answers import is_not_offered
from imagedesk.stores.aws.error_codes import RULES
from imagedesk.stores.aws.faults import Place, fault_of, is_mapped, translated

PLACE = Place(
    "S3",
    "https://s3.eu-west-1.amazonaws.com",
    "bucket “images”",
    "imagedesk setup --library team",
    "eu-west-1",
    "design",
)
CALLS = {
    "s3": ["PutObject", "GetObject", "HeadObject", "DeleteObject", "CreateBucket", "ListObjectsV2",
           "PutBucketPolicy", "GetBucketPolicy"],
    "dynamodb": ["PutItem", "GetItem", "DeleteItem", "BatchGetItem", "Query", "Scan", "CreateTable", "UpdateTable",
                 "DescribeTable", "DescribeContinuousBackups", "UpdateContinuousBackups"],
    "sts": ["GetCallerIdentity"],
}  # fmt: skip
# "Error responses" (Amazon S3 API Reference), "Error handling with DynamoDB", "Common Errors" (AWS STS): those that a
# service model does not list.
DOCUMENTED = """
    AccessDenied AccountProblem AllAccessDisabled AuthorizationHeaderMalformed BadDigest BucketAlreadyExists
    BucketAlreadyOwnedByYou ConditionalRequestConflict CredentialsNotSupported EntityTooLarge ExpiredToken
    IllegalLocationConstraintException IncompleteBody IncorrectEndpoint InternalError InvalidAccessKeyId
    InvalidArgument InvalidBucketName InvalidBucketState InvalidDigest InvalidEncryptionAlgorithmError
    InvalidLocationConstraint InvalidObjectState InvalidPayer InvalidRange InvalidRequest InvalidSecurity
    InvalidStorageClass InvalidToken InvalidURI KeyTooLongError MalformedPolicy MalformedXML
    MaxMessageLengthExceeded MetadataTooLarge MethodNotAllowed MissingContentLength MissingSecurityHeader
    NoSuchBucket NoSuchKey NoSuchVersion NotImplemented NotSignedUp OperationAborted PermanentRedirect
    PreconditionFailed Redirect RequestTimeout RequestTimeTooSkewed ServiceUnavailable SignatureDoesNotMatch
    SlowDown TemporaryRedirect TokenRefreshRequired TooManyBuckets XAmzContentSHA256Mismatch
    XAmzContentChecksumMismatch 400.Head 301 400 403 404 405 409 412 416 429 500 501 502 503 504
    AccessDeniedException ConditionalCheckFailedException IncompleteSignatureException
    ItemCollectionSizeLimitExceededException LimitExceededException MissingAuthenticationTokenException
    ProvisionedThroughputExceededException RequestLimitExceeded ResourceInUseException ResourceNotFoundException
    ThrottlingException UnrecognizedClientException ValidationException InternalServerError InternalFailure
    ServiceUnavailableException UnknownOperationException SerializationException InvalidSignatureException
    TransactionConflictException IncompleteSignature InvalidAction InvalidClientTokenId
    InvalidParameterCombination InvalidParameterValue InvalidQueryParameter MalformedQueryString MissingAction
    MissingAuthenticationToken MissingParameter NotAuthorized OptInRequired RequestExpired Throttling
    ValidationError RegionDisabledException ExpiredTokenException AuthFailure KMS.DisabledException
    KMS.NotFoundException
"""


def answer(code: str, operation: str = "PutObject", status: int = 400, **details: Any) -> boto.ClientError:
    headers = details.pop("headers", {})
    response: Any = {
        "Error": {"Code": code, **details},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers},
    }
    return boto.ClientError(response, operation)


def exception_classes() -> list[type[Exception]]:
    return [
        kind
        for _, kind in inspect.getmembers(boto, inspect.isclass)
        if issubclass(kind, Exception)
        and not issubclass(kind, Warning)
        and kind.__module__ == boto.__name__
        and kind is not boto.BotoCoreError
    ]


@pytest.mark.parametrize("kind", exception_classes())
def test_every_exception_of_botocore_is_mapped(kind: type[Exception]) -> None:
    assert is_mapped(kind)


@pytest.mark.parametrize("kind", [ResponseParserError, ssl.SSLError, *urllib3.HTTPError.__subclasses__()])
def test_what_escapes_from_below_botocore_is_mapped(kind: type[Exception]) -> None:
    assert is_mapped(kind)


@pytest.mark.parametrize("code", DOCUMENTED.split())
def test_every_documented_code_is_mapped(code: str) -> None:
    assert code in RULES


def test_every_error_in_the_models_of_our_calls_is_mapped() -> None:
    missing = set()
    for service, operations in CALLS.items():
        client = boto3.client(service, region_name="us-east-1")  # type: ignore[call-overload]
        for operation in operations:
            for shape in client.meta.service_model.operation_model(operation).error_shapes:
                missing |= {shape.error_code} - RULES.keys()
        client.close()
    assert not missing


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_sentence_can_be_filled_in(code: str) -> None:
    message = fault_of(answer(code, Message="details"), PLACE).message
    assert "{" not in message
    assert message.endswith((".", ")"))


def test_an_unknown_code_is_shown() -> None:
    error = fault_of(answer("BrandNewTrouble", Message="never heard of"), PLACE)
    assert isinstance(error, errors.StoreUnavailable)
    assert error.message == "S3 refused the request with BrandNewTrouble: never heard of."


@pytest.mark.parametrize(("status", "kind"), [(403, errors.AccessDenied), (503, errors.StoreUnavailable)])
def test_an_unknown_code_with_a_known_status_means_the_status(status: int, kind: type[Exception]) -> None:
    assert type(fault_of(answer("Odd", status=status), PLACE)) is kind


def test_a_refused_action_is_named() -> None:
    told = answer(
        "AccessDeniedException", "PutItem", Message="User: arn:x is not authorized to perform: dynamodb:PutItem on y"
    )
    assert "the action dynamodb:PutItem is refused" in fault_of(told, PLACE).message
    assert "the action s3:GetObject is refused" in fault_of(answer("403", "HeadObject"), PLACE).message


def test_the_right_region_is_named() -> None:
    moved = answer("PermanentRedirect", headers={"x-amz-bucket-region": "eu-central-1"}, status=301)
    error = fault_of(moved, PLACE)
    assert isinstance(error, errors.InvalidSettings)
    assert "not in the region eu-west-1" in error.message
    assert "it is in eu-central-1" in error.message


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
        ("InvalidSignatureException", "Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z"),
        ("SignatureDoesNotMatch", "Signature not yet current: 20260101T000000Z is still later than ..."),
    ],
)
@pytest.mark.parametrize(("hours", "words"), [(-1, "60 minutes ahead"), (3, "3 hours behind")])
def test_a_wrong_clock_is_told_by_how_much(code: str, message: str, hours: int, words: str) -> None:
    server = format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)
    error = fault_of(answer(code, Message=message, headers={"date": server}, status=403), PLACE)
    assert isinstance(error, errors.StoreUnavailable)
    assert error.message == f"The clock of this computer is {words}: set it right, then try again."


def test_a_bucket_that_a_head_does_not_find_asks_for_set_up() -> None:
    assert isinstance(fault_of(answer("404", "HeadBucket", 404), PLACE), errors.LibraryNotSetUp)
    assert isinstance(fault_of(answer("404", "HeadObject", 404), PLACE), errors.NotFound)


def test_an_expired_session_names_the_command_to_renew_it() -> None:
    error = fault_of(answer("ExpiredToken"), PLACE)
    assert isinstance(error, errors.SessionExpired)
    assert "aws sso login --profile design" in error.message


@pytest.mark.parametrize(
    ("code", "status"), [("NotImplemented", 501), ("UnknownOperationException", 400), ("405", 405)]
)
def test_an_operation_that_a_server_lacks_is_told_from_a_refusal(code: str, status: int) -> None:
    assert is_not_offered(answer(code, status=status))
    assert not is_not_offered(answer("AccessDenied", status=403))


def test_the_cause_is_chained_and_what_a_credential_process_printed_stays_out() -> None:
    cause = boto.CredentialRetrievalError(provider="custom-process", error_msg="secret=hunter2")
    with pytest.raises(errors.InvalidCredentials) as caught, translated(lambda: PLACE):
        raise cause
    assert caught.value.__cause__ is cause
    assert "hunter2" not in caught.value.message


def test_our_own_bugs_pass_through() -> None:
    with pytest.raises(KeyError), translated(lambda: PLACE):
        raise KeyError("Items")
