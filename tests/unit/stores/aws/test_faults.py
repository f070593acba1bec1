"""Every exception of botocore and every error code of the services has a sentence."""

from __future__ import annotations

import ast
import inspect
import re
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker
from urllib3 import exceptions as urllib3

from imagedesk.core import errors
from imagedesk.stores import aws
from imagedesk.stores.aws.answers import is_not_offered
from imagedesk.stores.aws.error_codes import CREDENTIAL_CALLS, RULES
from imagedesk.stores.aws.faults import Place, Translated, fault_of, is_mapped

PLACE = Place(
    "S3",
    "https://s3.eu-west-1.amazonaws.com",
    "bucket “images”",
    "imagedesk setup --library team",
    "eu-west-1",
    "design",
)
SOURCES = sorted(Path(aws.__path__[0]).glob("*.py"))
CREDENTIAL_SERVICES = ("sts", "sso", "sso-oidc", "signin")
LISTS = ("s3_error_codes.txt", "common_error_codes.txt")  # of the documentation, each of which names its pages
# A HEAD has no body: its code is its status; a refused one of a session that has ended, too.
STATUSES = "301 304 400 400.Head 403 404 405 409 412 416 429 500 501 502 503 504"
# Of servers, some of which are older than the pages, and of signatures in the query.
ELSEWHERE = """
    NoSuchPublicAccessBlockConfiguration XAmzContentChecksumMismatch XAmzContentSHA256Mismatch InvalidSignatureException
    SerializationException ServiceUnavailableException TransactionConflictException ProvisionedThroughputExceeded
    AuthFailure RegionDisabledException Throttling UnauthorizedAccess
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


def documented(name: str) -> list[tuple[str, int]]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if not line.startswith("#"))
    return [(code, int(status)) for code, status in pairs]


@pytest.mark.parametrize(("code", "status"), [pair for name in LISTS for pair in documented(name)])
def test_every_documented_code_is_mapped(code: str, status: int) -> None:
    assert code in RULES
    assert "{" not in fault_of(answer(code, status=status, Message="details"), PLACE).message


@pytest.mark.parametrize("code", [*STATUSES.split(), *ELSEWHERE.split()])
def test_every_code_beside_the_lists_is_mapped(code: str) -> None:
    assert code in RULES


def test_every_code_that_the_model_of_s3_describes_is_mapped_and_on_the_list() -> None:
    """The description of the model's Error tells an older state of the page."""
    text = boto3.Session()._session.get_service_model("s3").shape_for("Error").members["Code"].documentation
    codes = {code for code in re.findall(r"<i>Code:</i>\s*([A-Za-z]+)", text) if len(code) > 1}  # one is "N/A"
    assert len(codes) > 70
    assert codes <= RULES.keys()
    assert codes <= {code for code, _ in documented("s3_error_codes.txt")}


def calls_of(service: str) -> set[str]:
    """The operations that the source calls, by the names of boto3's methods: none can be left out of a list."""
    client = boto3.client(service, region_name="us-east-1")  # type: ignore[call-overload]
    operations = client.meta.method_to_api_mapping
    client.close()
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]
    named = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {operations[name] for name in named if name in operations}


@pytest.mark.parametrize(
    ("service", "at_least"), [("s3", "PutObject"), ("dynamodb", "Query"), ("sts", "GetCallerIdentity")]
)
def test_every_error_in_the_models_of_our_calls_is_mapped(service: str, at_least: str) -> None:
    operations = calls_of(service)
    assert at_least in operations
    assert {shape.error_code for shape in error_shapes(service, operations)} <= RULES.keys()


def error_shapes(service: str, operations: set[str]) -> list[Any]:
    model = boto3.Session()._session.get_service_model(service)
    known = operations & set(model.operation_names)
    return [shape for operation in known for shape in model.operation_model(operation).error_shapes]


@pytest.mark.parametrize("code", [*ThrottledRetryableChecker._THROTTLED_ERROR_CODES, "429"])
def test_whatever_botocore_retries_as_throttling_asks_to_wait(code: str) -> None:
    assert "slow down" in fault_of(answer(code), PLACE).message


@pytest.mark.parametrize("code", [*TransientRetryableChecker._TRANSIENT_ERROR_CODES, "500", "502", "503", "504"])
def test_whatever_botocore_retries_as_passing_is_worth_another_try(code: str) -> None:
    assert isinstance(fault_of(answer(code), PLACE), errors.StoreUnavailable)


# The credential chain


@pytest.mark.parametrize("service", CREDENTIAL_SERVICES)
def test_no_fault_of_fetching_credentials_is_told_as_one_of_the_bucket(service: str) -> None:
    tried = 0
    for operation in CREDENTIAL_CALLS:
        for shape in error_shapes(service, {operation}):
            error = fault_of(answer(shape.error_code, operation, Message="no"), PLACE)
            assert isinstance(error, errors.InvalidCredentials | errors.SessionExpired | errors.StoreUnavailable)
            assert "bucket" not in error.message
            tried += 1
    assert tried > 3


def test_a_role_that_may_not_be_assumed_names_call_and_profile() -> None:
    message = "User: arn:x is not authorized to perform: sts:AssumeRole on resource: arn:y"
    error = fault_of(answer("AccessDenied", "AssumeRole", 403, Message=message), PLACE)
    assert isinstance(error, errors.InvalidCredentials)
    assert "for the profile “design” (AssumeRole: AccessDenied" in error.message


def test_a_sign_in_that_ended_while_a_role_is_assumed_names_the_command() -> None:
    error = fault_of(answer("ExpiredToken", "AssumeRole"), PLACE)
    assert isinstance(error, errors.SessionExpired)
    assert "aws sso login --profile design" in error.message


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
    with pytest.raises(errors.InvalidCredentials) as caught, Translated(lambda: PLACE):
        raise cause
    assert caught.value.__cause__ is cause
    assert "hunter2" not in caught.value.message


def test_our_own_bugs_pass_through() -> None:
    with pytest.raises(KeyError), Translated(lambda: PLACE):
        raise KeyError("Items")
