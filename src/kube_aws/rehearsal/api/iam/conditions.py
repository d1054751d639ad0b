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
        "aws:SourceAccount",
        "aws:TagKeys",
        "ec2:CreateAction",
        "ec2:InstanceID",
        "ec2:SourceInstanceARN",
        "elasticloadbalancing:CreateAction",
        "iam:AWSServiceName",
        "iam:PassedToService",
        "iam:PermissionsBoundary",
        "route53:ChangeResourceRecordSetsActions",
        "route53:ChangeResourceRecordSetsNormalizedRecordNames",
        "route53:ChangeResourceRecordSetsRecordTypes",
    )
)
PREFIXES = ("aws:RequestTag/", "aws:ResourceTag/", "kms:EncryptionContext:")


class UnknownError(Exception):
    """A policy uses what this evaluator does not know; its text names it."""


def _equal(wanted: str, value: str, context: Context) -> bool:
    # A variable's value counts letter by letter here, and so do wildcards outside of variables.
    return matches(wanted.replace("*", "${*}").replace("?", "${?}"), value, context)


_COMPARISONS: dict[str, Callable[[str, str, Context], bool]] = {
    "StringEquals": _equal,
    "StringLike": matches,
    "ArnEquals": arn_matches,
}
_QUANTIFIERS = {"": any, "ForAnyValue": any, "ForAllValues": all}


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
    quantifier, _, name = operator.rpartition(":")
    if name not in _COMPARISONS or quantifier not in _QUANTIFIERS:
        raise UnknownError(f"the condition operator {operator}")
    value = context.get(known.get(key.lower(), key), ())
    values = [value] if isinstance(value, str) else value
    return _QUANTIFIERS[quantifier](
        any(_COMPARISONS[name](one, given, context) for one in wanted) for given in values
    )


def _listed(wanted: Any) -> list[str]:
    return wanted if isinstance(wanted, list) else [wanted]
