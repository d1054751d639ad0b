"""Policy documents: which of their statements speak about an access, and what they say.

Source: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements reference".
"""

import json
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from typing import Any

from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.conditions import UnknownError, fulfilled
from kube_aws.rehearsal.api.iam.patterns import arn_matches, matches
from kube_aws.rehearsal.api.principal import Principal

Statement = Mapping[str, Any]

_ELEMENTS = frozenset(("Sid", "Effect", "Principal", "Action", "Resource", "Condition"))


class Decision(Enum):
    """What policies say of an access."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "not allowed"
    DENIED = "denied"


@cache
def statements(document: str) -> tuple[Statement, ...]:
    """The statements of a policy document in JSON."""
    given = json.loads(document)["Statement"]
    return tuple(given if isinstance(given, list) else [given])


def decide(found: Iterable[Statement], access: Access) -> Decision:
    """What the statements say: a Deny outweighs every Allow. Raises UnknownError."""
    effects = {statement["Effect"] for statement in found if speaks_about(statement, access)}
    if "Deny" in effects:
        return Decision.DENIED
    return Decision.ALLOWED if "Allow" in effects else Decision.NOT_ALLOWED


def speaks_about(statement: Statement, access: Access) -> bool:
    """Whether action, resource and conditions of a statement fit. Raises UnknownError."""
    unknown = set(statement) - _ELEMENTS
    if unknown:
        raise UnknownError(f"the policy element {', '.join(sorted(unknown))}")
    return (
        _action_fits(statement, access)
        and _resource_fits(statement, access)
        and fulfilled(statement.get("Condition", {}), access)
    )


def names(statement: Statement, principal: Principal) -> str | None:
    """How a statement of a resource's policy names the caller: `directly`, `account`, or None for not.

    Naming the account (or its root) leaves it to the account's own IAM policies.
    """
    given = statement.get("Principal", {})
    if given == "*":
        return "directly"
    named = _listed(given.get("AWS", []))
    role = f"arn:{principal.partition}:iam::{principal.account}:role/"
    own = {principal.arn}
    if principal.role:
        own.add(principal.role_arn or f"{role}{principal.role}")
    if "*" in named or own & set(named):
        return "directly"
    root = f"arn:{principal.partition}:iam::{principal.account}:root"
    return "account" if {root, principal.account} & set(named) else None


def _action_fits(statement: Statement, access: Access) -> bool:
    return any(
        matches(pattern, access.action, access.context, ignore_case=True)
        for pattern in _listed(statement["Action"])
    )


def _resource_fits(statement: Statement, access: Access) -> bool:
    # A role's trust policy has no resource: it is about the role itself.
    patterns = _listed(statement.get("Resource", "*"))
    if "*" in patterns:
        return True
    if access.resource is None:
        raise UnknownError(f"the resources of {access.action}")
    return any(arn_matches(pattern, access.resource, access.context) for pattern in patterns)


def _listed(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else given
