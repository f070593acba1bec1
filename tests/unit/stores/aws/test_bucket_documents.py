"""A bucket's documents: what counts as protected, and that nothing of others is lost."""

from __future__ import annotations

from typing import Any

import pytest

from imagedesk.stores.aws.bucket_documents import (
    encryption_rule,
    encrypts_with,
    ends_uploads,
    holds_tls_only,
    with_ended_uploads,
    with_tls_only,
)

ARN = "arn:aws:s3:::images"
EQUIVALENT: dict[str, Any] = {
    "Sid": "NoPlainHttp",
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": ["s3:*"],
    "Resource": [f"{ARN}/*", ARN],
    "Condition": {"Bool": {"aws:SecureTransport": ["false"]}},
}
OTHER = {"Sid": "Readers", "Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:GetObject",
         "Resource": f"{ARN}/*"}  # fmt: skip
ENDS = {"ID": "x", "Status": "Enabled", "Filter": {}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3}}


def test_our_statement_is_recognised_and_so_is_one_that_says_the_same() -> None:
    assert holds_tls_only(with_tls_only({}, ARN), ARN)
    assert holds_tls_only({"Statement": EQUIVALENT}, ARN)
    assert not holds_tls_only({"Statement": [OTHER]}, ARN)
    assert not holds_tls_only({}, ARN)


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Allow"},
        {"Principal": {"AWS": "123456789012"}},
        {"Action": ["s3:GetObject"]},
        {"Resource": [f"{ARN}/*"]},
        {"Resource": ["arn:aws:s3:::other", "arn:aws:s3:::other/*"]},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Condition": {"Bool": {"aws:SecureTransport": "false"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        {"Condition": {}},
    ],
)
def test_a_statement_that_says_less_is_not_enough_even_under_our_name(change: dict[str, Any]) -> None:
    weaker = {**EQUIVALENT, **change, "Sid": "ImageDeskTlsOnly"}
    assert not holds_tls_only({"Statement": [weaker]}, ARN)
    assert holds_tls_only(with_tls_only({"Statement": [weaker]}, ARN), ARN)
    assert weaker not in with_tls_only({"Statement": [weaker]}, ARN)["Statement"]


def test_what_others_wrote_in_the_policy_stays() -> None:
    there = {"Version": "2008-10-17", "Id": "team", "Statement": OTHER}
    joined = with_tls_only(there, ARN)
    assert (joined["Version"], joined["Id"], joined["Statement"][0]) == ("2008-10-17", "team", OTHER)
    assert with_tls_only({}, ARN)["Version"] == "2012-10-17"


def test_an_enabled_rule_for_all_objects_ends_uploads() -> None:
    assert ends_uploads([ENDS])
    assert ends_uploads([{**ENDS, "Filter": {"Prefix": ""}}])
    assert ends_uploads([{**{k: v for k, v in ENDS.items() if k != "Filter"}, "Prefix": ""}])


@pytest.mark.parametrize(
    "change",
    [
        {"Status": "Disabled"},
        {"Filter": {"Prefix": "logs/"}},
        {"Filter": {"And": {"Prefix": "", "ObjectSizeGreaterThan": 5}}},
        {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 30}},
        {"AbortIncompleteMultipartUpload": {}},
    ],
)
def test_a_rule_that_ends_less_is_not_enough(change: dict[str, Any]) -> None:
    rules = [{**ENDS, **change}]
    assert not ends_uploads(rules)
    assert ends_uploads(with_ended_uploads(rules))
    assert rules[0] in with_ended_uploads(rules)


def test_our_rule_comes_once_and_rules_of_the_older_form_are_rewritten() -> None:
    old = {"ID": "old", "Prefix": "logs/", "Status": "Enabled", "Expiration": {"Days": 30}}
    rules = with_ended_uploads(with_ended_uploads([old]))
    assert [rule["ID"] for rule in rules] == ["old", "imagedesk-abort-unfinished-uploads"]
    newer = {"ID": "old", "Filter": {"Prefix": "logs/"}, "Status": "Enabled", "Expiration": {"Days": 30}}
    assert rules[0] == newer


@pytest.mark.parametrize("key", ["1234-abcd", "alias/images", "arn:aws:kms:eu-west-1:123456789012:key/1234-abcd"])
def test_a_key_is_recognised_as_it_was_given(key: str) -> None:
    assert encrypts_with([encryption_rule(key)], key)
    assert not encrypts_with([encryption_rule(key)], "another")
    assert not encrypts_with([encryption_rule(None)], key)
    assert encrypts_with([encryption_rule(key)], None)
    assert not encrypts_with([], None)


def test_a_key_by_its_id_is_the_one_of_that_arn() -> None:
    arn = "arn:aws:kms:eu-west-1:123456789012:key/1234-abcd"
    assert encrypts_with([encryption_rule(arn)], "1234-abcd")
    assert encrypts_with([encryption_rule("1234-abcd")], arn)
    assert encrypts_with([encryption_rule("arn:aws:kms:eu-west-1:123456789012:alias/images")], "alias/images")
