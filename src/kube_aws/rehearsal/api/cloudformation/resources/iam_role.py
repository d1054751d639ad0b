"""AWS::IAM::Role."""

import json
from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine, unless_missing
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]

UPDATABLE = ("AssumeRolePolicyDocument", "Policies", "ManagedPolicyArns")


def create(work: Work, properties: Properties) -> str:
    """Create the role."""
    named = ("Path", "Description", "MaxSessionDuration", "PermissionsBoundary")
    name = _name(work, properties)
    tags = work.tags(properties.get("Tags", ()))
    work.client("iam").create_role(
        RoleName=name,
        AssumeRolePolicyDocument=_text(properties["AssumeRolePolicyDocument"]),
        **{key: properties[key] for key in named if key in properties},
        **({"Tags": tags} if tags else {}),
    )
    return name


def settle(work: Work, physical_id: str, properties: Properties) -> None:
    """Give the role its policies."""
    iam = work.client("iam")
    for policy in properties.get("Policies", ()):
        iam.put_role_policy(
            RoleName=physical_id,
            PolicyName=policy["PolicyName"],
            PolicyDocument=_text(policy["PolicyDocument"]),
        )
    for arn in properties.get("ManagedPolicyArns", ()):
        iam.attach_role_policy(RoleName=physical_id, PolicyArn=arn)


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    role = work.client("iam").get_role(RoleName=physical_id)["Role"]
    return {"Arn": role["Arn"], "RoleId": role["RoleId"]}


def find(work: Work, properties: Properties) -> str | None:
    """Return the role that an interrupted creation made."""
    name = _name(work, properties)
    return name if unless_missing(lambda: work.client("iam").get_role(RoleName=name)) else None


def update(work: Work, physical_id: str, properties: Properties, old: Properties) -> None:
    """Change the role's policies and who may take it."""
    iam = work.client("iam")
    if properties["AssumeRolePolicyDocument"] != old["AssumeRolePolicyDocument"]:
        iam.update_assume_role_policy(
            RoleName=physical_id, PolicyDocument=_text(properties["AssumeRolePolicyDocument"])
        )
    settle(work, physical_id, properties)
    kept = {policy["PolicyName"] for policy in properties.get("Policies", ())}
    for policy in old.get("Policies", ()):
        if policy["PolicyName"] not in kept:
            iam.delete_role_policy(RoleName=physical_id, PolicyName=policy["PolicyName"])
    for arn in set(old.get("ManagedPolicyArns", ())) - set(properties.get("ManagedPolicyArns", ())):
        iam.detach_role_policy(RoleName=physical_id, PolicyArn=arn)


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Delete the role and what hangs on it."""
    iam = work.client("iam")
    with missing_is_fine():
        for name in iam.list_role_policies(RoleName=physical_id)["PolicyNames"]:
            iam.delete_role_policy(RoleName=physical_id, PolicyName=name)
        for policy in iam.list_attached_role_policies(RoleName=physical_id)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=physical_id, PolicyArn=policy["PolicyArn"])
        iam.delete_role(RoleName=physical_id)


def _name(work: Work, properties: Properties) -> str:
    return str(properties.get("RoleName", work.name(64)))


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)
