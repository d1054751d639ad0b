"""AWS::IAM::Policy: an inline policy, given to roles, users and groups."""

import json
from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Name the policy; it is `settle` that gives it to somebody."""
    return work.name(128)


def settle(work: Work, physical_id: str, properties: Properties) -> None:
    """Put the policy into each role, user and group."""
    iam = work.client("iam")
    policy = {
        "PolicyName": properties["PolicyName"],
        "PolicyDocument": json.dumps(properties["PolicyDocument"]),
    }
    for role in properties.get("Roles", ()):
        iam.put_role_policy(RoleName=role, **policy)
    for user in properties.get("Users", ()):
        iam.put_user_policy(UserName=user, **policy)
    for group in properties.get("Groups", ()):
        iam.put_group_policy(GroupName=group, **policy)


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    return {"Id": physical_id}


def find(work: Work, properties: Properties) -> str | None:
    """Return the same name: `settle` may give the policy twice."""
    return work.name(128)


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Take the policy out of each role, user and group."""
    iam, name = work.client("iam"), properties["PolicyName"]
    for role in properties.get("Roles", ()):
        with missing_is_fine():
            iam.delete_role_policy(RoleName=role, PolicyName=name)
    for user in properties.get("Users", ()):
        with missing_is_fine():
            iam.delete_user_policy(UserName=user, PolicyName=name)
    for group in properties.get("Groups", ()):
        with missing_is_fine():
            iam.delete_group_policy(GroupName=group, PolicyName=name)
