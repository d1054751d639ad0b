"""IAM: roles, instance profiles, policies, users."""

from collections.abc import Mapping
from typing import Any

from moto.iam.models import iam_backends

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.accesses.tags import Keys, carried, listed, requested
from kube_aws.rehearsal.api.principal import Principal

_KINDS = (
    # The parameter that names it, the type in its ARN, moto's place for it.
    ("InstanceProfileName", "instance-profile", "instance_profiles"),
    ("RoleName", "role", "roles"),
    ("UserName", "user", "users"),
)
_WITHOUT_RESOURCES = (
    "GetAccountSummary",
    "ListAccountAliases",
    "ListInstanceProfiles",
    "ListPolicies",
    "ListRoles",
    "ListUsers",
)


def accesses(call: Call, principal: Principal) -> list[Access]:
    """The accesses that an IAM call needs."""
    given = call.parameters
    context = requested(listed(given.get("Tags"))) | _boundary(call, principal)
    if call.name in _WITHOUT_RESOURCES:
        return [Access(call.action, "*")]
    if call.name == "CreateServiceLinkedRole":
        service = given["AWSServiceName"]
        role = f"arn:{principal.partition}:iam::{principal.account}:role/aws-service-role/{service}/*"
        return [Access(call.action, role, {"iam:AWSServiceName": service})]
    found = _resource(call, principal)
    if found is None:
        return [Access(call.action, None, context)]
    arn, tags = found
    needed = [Access(call.action, arn, context | carried(tags))]
    if given.get("Tags") and call.name.startswith("Create"):
        kind = call.name.removeprefix("Create")
        needed.append(Access(f"iam:Tag{kind}", arn, requested(listed(given["Tags"]))))
    if call.name == "AddRoleToInstanceProfile":
        role = _named(principal, "role", "roles", given["RoleName"], None)[0]
        needed.append(Access("iam:PassRole", role, {"iam:PassedToService": "ec2.amazonaws.com"}))
    return needed


def _resource(call: Call, principal: Principal) -> tuple[str, dict[str, str]] | None:
    given = call.parameters
    for parameter, kind, place in _KINDS:
        if parameter in given:
            return _named(principal, kind, place, given[parameter], given.get("Path"))
    if "PolicyArn" in given:
        return str(given["PolicyArn"]), {}
    if "PolicyName" in given:
        path = given.get("Path", "/")
        return f"arn:{principal.partition}:iam::{principal.account}:policy{path}{given['PolicyName']}", {}
    if call.name in ("GetUser", "ListAccessKeys", "CreateAccessKey") and principal.user:
        return principal.arn, {}
    return None


def _named(
    principal: Principal, kind: str, place: str, name: str, path: str | None
) -> tuple[str, dict[str, str]]:
    known: Mapping[str, Any] = getattr(iam_backends[principal.account][principal.partition], place)
    for one in known.values():
        if one.name == name:
            return one.arn, listed(getattr(one, "tags", None))
    return f"arn:{principal.partition}:iam::{principal.account}:{kind}{path or '/'}{name}", {}


def _boundary(call: Call, principal: Principal) -> Keys:
    """iam:PermissionsBoundary: the one that the request sets, or the one that the role has."""
    given = call.parameters
    boundary = given.get("PermissionsBoundary")
    if boundary is None and "RoleName" in given:
        roles: Any = iam_backends[principal.account][principal.partition].roles
        held = [role.permissions_boundary_arn for role in roles.values() if role.name == given["RoleName"]]
        boundary = held[0] if held else None
    return {"iam:PermissionsBoundary": boundary} if boundary else {}
