"""Every single change of a policy for the worse or the better: each must make some vector fail.

Left alone are the partition and the service of a resource, which an action fixes, and ``Sid``, which means nothing.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

Policy = dict[str, Any]


class Mutant(NamedTuple):
    """``action`` is the one that changed, if one did: vectors about it are the first to tell."""

    title: str
    policy: Policy
    action: str = ""


def mutants(policy: Policy, known_actions: frozenset[str]) -> Iterator[Mutant]:
    yield Mutant("an older version, without variables", {**policy, "Version": "2008-10-17"})
    for number, statement in enumerate(policy["Statement"]):
        sid = statement["Sid"]
        yield Mutant(f"{sid}: dropped", _with(policy, number, None))
        yield Mutant(f"{sid}: denied", _with(policy, number, {**statement, "Effect": "Deny"}))
        for title, actions, action in _other_actions(statement["Action"], known_actions):
            yield Mutant(f"{sid}: {title}", _with(policy, number, {**statement, "Action": actions}), action)
        for title, resources in _other_resources(statement["Resource"]):
            yield Mutant(f"{sid}: {title}", _with(policy, number, {**statement, "Resource": resources}))
        for title, condition in _other_conditions(statement.get("Condition", {})):
            yield Mutant(f"{sid}: {title}", _with(policy, number, {**statement, "Condition": condition}))


def _with(policy: Policy, number: int, statement: dict[str, Any] | None) -> Policy:
    statements = copy.deepcopy(policy["Statement"])
    statements[number : number + 1] = [] if statement is None else [statement]
    return {**policy, "Statement": statements}


def _other_actions(actions: list[str], known: frozenset[str]) -> Iterator[tuple[str, list[str], str]]:
    for action in actions:
        rest = [other for other in actions if other != action]
        yield f"without {action}", rest, action
        service, _, name = action.partition(":")
        verb = re.match(r"[A-Z][a-z]+", name)
        assert verb is not None
        for wide in dict.fromkeys((f"{service}:*", f"{service}:{verb[0]}*", f"{action}*", "*")):
            newly = {other for other in known if _matches(other, wide)} - set(actions)
            if newly:  # else it grants nothing new: there is no such action
                yield f"{action} widened to {wide}", [*rest, wide], min(newly)
    service = actions[0].partition(":")[0]
    for action in sorted(known - set(actions)):
        if action.startswith(f"{service}:"):
            yield f"with {action}", [*actions, action], action


def _matches(action: str, wide: str) -> bool:
    return action.startswith(wide.rstrip("*"))


def _other_resources(resources: list[str]) -> Iterator[tuple[str, list[str]]]:
    for resource in resources:
        rest = [other for other in resources if other != resource]
        yield f"without {resource}", rest
        for wide in dict.fromkeys(_widened_arn(resource)):
            yield f"{resource} widened to {wide}", [*rest, wide]


def _widened_arn(resource: str) -> Iterator[str]:
    yield "*"
    yield resource[:-2] + "*" if resource.endswith("/*") else f"{resource}*"
    variables = re.findall(r"\$\{[^}]+\}", resource)  # what separates within one separates nothing
    parts = re.split(r"([:/])", re.sub(r"\$\{[^}]+\}", "$", resource))
    for place in range(6, len(parts), 2):
        if parts[place] not in {"", "*"}:
            for wide in ([*parts[:place], "*", *parts[place + 1 :]], [*parts[:place], "*"]):
                yield "".join(wide).replace("$", variables[0] if variables else "$")


def _other_conditions(condition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for operator, keys in condition.items():
        rest = {other: value for other, value in condition.items() if other != operator}
        yield f"without {operator}", rest
        assert len(keys) == 1
        ((key, value),) = keys.items()
        if operator.startswith("ForAllValues:"):
            yield "for any value", {**rest, operator.replace("ForAllValues", "ForAnyValue"): keys}
            plain = operator.partition(":")[2]
            yield "for one value", {**rest, plain: {**rest.get(plain, {}), **keys}}
        if operator.startswith("ForAnyValue:"):
            yield "for all values", {**rest, operator.replace("ForAnyValue", "ForAllValues"): keys}
        for other in _other_values(value):
            yield f"{key} {other}", {**rest, operator: {key: other}}


def _other_values(value: str | list[str]) -> Iterator[str | list[str]]:
    if isinstance(value, list):
        yield from ([other] for single in value for other in _other_values(single))
        yield []
    elif value in {"true", "false"}:
        yield "true" if value == "false" else "false"
    elif (variable := re.search(r"\$\{[^}]+\}", value)) is None:
        yield from _other_texts(value)
    else:
        yield "*"
        yield value.replace(variable[0], "*")
        yield value.replace("!", "").replace(":$", "$")
        yield variable[0]


def _other_texts(value: str) -> Iterator[str]:
    """Of a value without variables: each of its parts, and what surrounds it, left open."""
    yield from ("*", f"{value}*", f"*{value}")
    parts = re.split(r"([./])", value)
    for place in range(0, len(parts), 2):
        yield "".join([*parts[:place], "*", *parts[place + 1 :]])
