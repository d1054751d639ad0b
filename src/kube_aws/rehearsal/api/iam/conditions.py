"""The conditions of a statement, as far as a cluster's policies use them.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators", and "Multivalued context keys".
"""

from collections.abc import Callable, Mapping
from typing import Any

from kube_aws.rehearsal.api.iam.access import Access, Context
from kube_aws.rehearsal.api.iam.patterns import arn_matches, matches

KEYS = frozenset(
    (
        "aws:CalledVia",
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:RequestedRegion",
        "aws:SourceAccount",
        "aws:TagKeys",
        "aws:userid",
        "aws:username",
        "ec2:CreateAction",
        "ec2:InstanceID",
        "ec2:Region",
        "ec2:SourceInstanceARN",
        "elasticloadbalancing:CreateAction",
        "iam:AWSServiceName",
        "iam:PassedToService",
        "iam:PermissionsBoundary",
        "iam:PolicyARN",
        "kms:CallerAccount",
        "kms:EncryptionContextKeys",
        "kms:GrantIsForAWSResource",
        "kms:ViaService",
        "route53:ChangeResourceRecordSetsActions",
        "route53:ChangeResourceRecordSetsNormalizedRecordNames",
        "route53:ChangeResourceRecordSetsRecordTypes",
    )
)
PREFIXES = (
    "aws:RequestTag/",
    "aws:ResourceTag/",
    "ec2:ResourceTag/",
    "iam:ResourceTag/",
    "elasticloadbalancing:ResourceTag/",
    "autoscaling:ResourceTag/",
    "kms:EncryptionContext:",
)


class UnknownError(Exception):
    """A policy uses what this evaluator does not know; its text names it."""


def _equal(wanted: str, value: str, context: Context) -> bool:
    # A variable's value counts letter by letter here, and so do wildcards outside of variables.
    return matches(wanted.replace("*", "${*}").replace("?", "${?}"), value, context)


def _equal_in_any_case(wanted: str, value: str, context: Context) -> bool:
    return _equal(wanted.lower(), value.lower(), context)


_COMPARISONS: dict[str, tuple[Callable[[str, str, Context], bool], bool]] = {
    "StringEquals": (_equal, True),
    "StringNotEquals": (_equal, False),
    "StringEqualsIgnoreCase": (_equal_in_any_case, True),
    "StringLike": (matches, True),
    "StringNotLike": (matches, False),
    "ArnEquals": (arn_matches, True),
    "ArnLike": (arn_matches, True),
    "ArnNotEquals": (arn_matches, False),
    "ArnNotLike": (arn_matches, False),
    "Bool": (_equal_in_any_case, True),
}
"""How a value is compared, and whether the operator is fulfilled by a match or by its absence."""


def fulfilled(conditions: Mapping[str, Mapping[str, Any]], access: Access) -> bool:
    """Whether all conditions of a statement are fulfilled. Raises UnknownError."""
    return all(
        _one(operator, key, _listed(wanted), access.context)
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _one(operator: str, key: str, wanted: list[str], context: Context) -> bool:
    known = {name.lower(): name for name in KEYS}
    if key.lower() not in known and not key.startswith(PREFIXES):
        raise UnknownError(f"the condition key {key}")
    value = context.get(known.get(key.lower(), key))
    if operator == "Null":
        return wanted == [str(value is None).lower()]

    quantifier, _, rest = operator.rpartition(":")
    name = rest.removesuffix("IfExists")
    if name not in _COMPARISONS or quantifier not in ("", "ForAllValues", "ForAnyValue"):
        raise UnknownError(f"the condition operator {operator}")
    compare, by_match = _COMPARISONS[name]
    if value is None:
        return rest != name or quantifier == "ForAllValues" or (not by_match and not quantifier)
    values = [value] if isinstance(value, str) else list(value)
    found = [any(compare(one, given, context) for one in wanted) == by_match for given in values]
    if quantifier == "ForAllValues" or not (by_match or quantifier):
        return all(found)
    return any(found)


def _listed(wanted: Any) -> list[str]:
    return [_text(one) for one in wanted] if isinstance(wanted, list) else [_text(wanted)]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
