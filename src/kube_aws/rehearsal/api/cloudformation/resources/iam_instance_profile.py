"""AWS::IAM::InstanceProfile."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine, unless_missing
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Create the profile."""
    name = _name(work, properties)
    given = {"Path": properties["Path"]} if "Path" in properties else {}
    work.client("iam").create_instance_profile(InstanceProfileName=name, **given)
    return name


def settle(work: Work, physical_id: str, properties: Properties) -> None:
    """Put the role into the profile."""
    iam = work.client("iam")
    profile = iam.get_instance_profile(InstanceProfileName=physical_id)["InstanceProfile"]
    inside = [role["RoleName"] for role in profile["Roles"]]
    for role in properties["Roles"]:
        if role not in inside:
            iam.add_role_to_instance_profile(InstanceProfileName=physical_id, RoleName=role)


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    profile = work.client("iam").get_instance_profile(InstanceProfileName=physical_id)["InstanceProfile"]
    return {"Arn": profile["Arn"]}


def find(work: Work, properties: Properties) -> str | None:
    """Return the profile that an interrupted creation made."""
    iam, name = work.client("iam"), _name(work, properties)
    return name if unless_missing(lambda: iam.get_instance_profile(InstanceProfileName=name)) else None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Take the roles out, and delete the profile."""
    iam = work.client("iam")
    with missing_is_fine():
        profile = iam.get_instance_profile(InstanceProfileName=physical_id)["InstanceProfile"]
        for role in profile["Roles"]:
            iam.remove_role_from_instance_profile(InstanceProfileName=physical_id, RoleName=role["RoleName"])
        iam.delete_instance_profile(InstanceProfileName=physical_id)


def _name(work: Work, properties: Properties) -> str:
    return str(properties.get("InstanceProfileName", work.name(128)))
