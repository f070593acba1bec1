"""IAM's decision about one request, for exactly the elements and operators that the program's policies use.

From "Policy evaluation logic", "IAM JSON policy elements: Condition operators" and "Multivalued context keys" (AWS IAM
User Guide). Anything else in a policy raises: the evaluator must not be right by accident.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_ELEMENTS = {"Sid", "Effect", "Action", "Resource", "Condition"}
_WITH_VARIABLES = "2012-10-17"


@dataclass(frozen=True)
class IamRequest:
    """``context`` holds the condition keys of the request: text, or a tuple for a key of several values."""

    action: str
    resource: str
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


def allows(policy: Mapping[str, Any], request: IamRequest) -> bool:
    """An explicit Deny wins; without an Allow everything is denied."""
    context = request.context if policy["Version"] == _WITH_VARIABLES else None
    effects = {statement["Effect"] for statement in policy["Statement"] if _applies(statement, request, context)}
    assert effects <= {"Allow", "Deny"}
    return "Allow" in effects and "Deny" not in effects


_Context = Mapping[str, str | tuple[str, ...]] | None


def _applies(statement: Mapping[str, Any], request: IamRequest, variables: _Context) -> bool:
    assert set(statement) <= _ELEMENTS
    return (
        any(_is_like(request.action.lower(), action.lower()) for action in statement["Action"])
        and any(_is_like_arn(request.resource, resource, variables) for resource in statement["Resource"])
        and all(
            _holds(operator, request.context.get(key), values, variables)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _holds(operator: str, found: str | tuple[str, ...] | None, values: Any, variables: _Context) -> bool:
    wanted = [values] if isinstance(values, str) else list(values)
    present = () if found is None else (found,) if isinstance(found, str) else found
    if operator == "Null":  # a key without a value counts as absent
        return all((not present) == (value == "true") for value in wanted)
    quantifier, _, test = operator.rpartition(":")
    assert test == "StringLike", operator
    matches = [any(_is_like_filled(value, pattern, variables) for pattern in wanted) for value in present]
    match quantifier:
        case "ForAllValues":
            return all(matches)  # also of none: that is what the Null condition is for
        case "ForAnyValue" | "":
            return any(matches)
    raise AssertionError(operator)


def _is_like_filled(value: str, pattern: str, variables: _Context) -> bool:
    filled = _filled(pattern, variables)
    return filled is not None and _is_like(value, filled)


def _is_like_arn(arn: str, pattern: str, variables: _Context) -> bool:
    """Each of the six parts by itself; a wildcard matches across slashes but not across these colons."""
    filled = _filled(pattern, variables)
    if filled is None or filled == "*":
        return filled == "*"
    parts, patterns = arn.split(":", 5), filled.split(":", 5)
    return len(patterns) == 6 and all(map(_is_like, parts, patterns))


def _filled(pattern: str, variables: _Context) -> str | None:
    """With the variables' values, or None where one has none: then nothing matches. The values are of alphabets
    without wildcards."""
    if variables is None:
        return pattern
    filled = pattern
    for name in _VARIABLE.findall(pattern):
        value = variables.get(name)
        if not isinstance(value, str):
            return None
        assert not set(value) & set("*?$")
        filled = filled.replace(f"${{{name}}}", value)
    return filled


def _is_like(value: str, pattern: str) -> bool:
    return _glob(pattern).fullmatch(value) is not None


@lru_cache(maxsize=4096)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern), re.DOTALL)
