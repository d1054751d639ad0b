"""A policy with one thing less, and what is judged alike without it."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.policy import Decision, decide

Statement = dict[str, Any]

# All that the actions beside them know, wherever it is: `*` would say the same, but `validate` wants a type.
_ALL = {
    "arn:aws:autoscaling:*:*:autoScalingGroup:*",
    "arn:aws:cloudformation:*:*:stack/*",
    "arn:aws:dlm:*:*:policy/*",
    "arn:aws:ec2:*:*:*/*",
    "arn:aws:ecr:*:*:repository/*",
    "arn:aws:elasticloadbalancing:*:*:*",
    "arn:aws:iam::*:role/aws-service-role/*",
    "arn:aws:kms:*:*:key/*",
    "arn:aws:route53:::hostedzone/*",
}


def allowed(policy: list[Statement], accesses: Iterable[Access]) -> list[Access]:
    return [one for one in accesses if decide(policy, one) is Decision.ALLOWED]


def needless(policy: list[Statement], accesses: list[Access]) -> list[str]:
    """What could be taken from the policy without a change for any of the accesses, in words."""
    expected = allowed(policy, accesses)
    return [what for what, less in mutations(policy) if allowed(less, accesses) == expected]


def mutations(policy: list[Statement]) -> Iterator[tuple[str, list[Statement]]]:
    """Each action, resource, condition and value of a condition taken away, each resource widened to all;
    with what was done, in words."""
    for index, statement in enumerate(policy):
        name = statement.get("Sid", f"statement {index}")
        for what, changed in _of(statement):
            yield f"{name}: {what}", [*policy[:index], *changed, *policy[index + 1 :]]


def _of(statement: Statement) -> Iterator[tuple[str, list[Statement]]]:
    for element in ("Action", "Resource"):
        given = listed(statement.get(element, []))
        for one in given:
            left = [other for other in given if other != one]
            yield f"without {element} {one}", [statement | {element: left}] if left else []
            if element == "Resource" and one != "*" and one not in _ALL:
                yield f"with Resource * for {one}", [statement | {element: [*left, "*"]}]
    for operator, keys in statement.get("Condition", {}).items():
        for key, wanted in keys.items():
            changed = deepcopy(statement)
            del changed["Condition"][operator][key]
            yield f"without {operator} {key}", [changed]
            values = listed(wanted)
            for value in values if len(values) > 1 else ():
                changed = deepcopy(statement)
                changed["Condition"][operator][key] = [other for other in values if other != value]
                yield f"without {operator} {key} {value}", [changed]


def listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]
