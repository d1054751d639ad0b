"""AWS::IAM::ManagedPolicy."""

import json
from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine, unless_missing
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Create the policy."""
    named = ("Path", "Description")
    answer = work.client("iam").create_policy(
        PolicyName=_name(work, properties),
        PolicyDocument=json.dumps(properties["PolicyDocument"]),
        **{name: properties[name] for name in named if name in properties},
    )
    return str(answer["Policy"]["Arn"])


def settle(work: Work, physical_id: str, properties: Properties) -> None:
    """Attach the policy to each role, user and group."""
    iam = work.client("iam")
    for role in properties.get("Roles", ()):
        iam.attach_role_policy(RoleName=role, PolicyArn=physical_id)
    for user in properties.get("Users", ()):
        iam.attach_user_policy(UserName=user, PolicyArn=physical_id)
    for group in properties.get("Groups", ()):
        iam.attach_group_policy(GroupName=group, PolicyArn=physical_id)


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    return {"PolicyArn": physical_id}


def find(work: Work, properties: Properties) -> str | None:
    """Return the policy that an interrupted creation made."""
    path = properties.get("Path", "/")
    arn = f"arn:{work.caller.partition}:iam::{work.caller.account}:policy{path}{_name(work, properties)}"
    return arn if unless_missing(lambda: work.client("iam").get_policy(PolicyArn=arn)) else None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Detach the policy from everybody, and delete it."""
    iam = work.client("iam")
    with missing_is_fine():
        holders = iam.list_entities_for_policy(PolicyArn=physical_id)
        for role in holders["PolicyRoles"]:
            iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=physical_id)
        for user in holders["PolicyUsers"]:
            iam.detach_user_policy(UserName=user["UserName"], PolicyArn=physical_id)
        for group in holders["PolicyGroups"]:
            iam.detach_group_policy(GroupName=group["GroupName"], PolicyArn=physical_id)
        iam.delete_policy(PolicyArn=physical_id)


def _name(work: Work, properties: Properties) -> str:
    return str(properties.get("ManagedPolicyName", work.name(128)))
