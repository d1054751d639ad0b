"""AWS::EC2::LaunchTemplate."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine, unless_missing
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]

UPDATABLE = ("LaunchTemplateData", "VersionDescription")


def create(work: Work, properties: Properties) -> str:
    """Create the template with its first version."""
    named = ("LaunchTemplateData", "VersionDescription", "TagSpecifications")
    answer = work.client("ec2").create_launch_template(
        LaunchTemplateName=_name(work, properties),
        **{name: properties[name] for name in named if name in properties},
    )
    return str(answer["LaunchTemplate"]["LaunchTemplateId"])


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives; the version numbers are text."""
    (template,) = work.client("ec2").describe_launch_templates(LaunchTemplateIds=[physical_id])[
        "LaunchTemplates"
    ]
    return {
        "LaunchTemplateId": physical_id,
        "DefaultVersionNumber": str(template["DefaultVersionNumber"]),
        "LatestVersionNumber": str(template["LatestVersionNumber"]),
    }


def find(work: Work, properties: Properties) -> str | None:
    """Return the template that an interrupted creation made."""
    ec2, name = work.client("ec2"), _name(work, properties)
    found = unless_missing(lambda: ec2.describe_launch_templates(LaunchTemplateNames=[name]))
    return str(found["LaunchTemplates"][0]["LaunchTemplateId"]) if found else None


def update(work: Work, physical_id: str, properties: Properties, old: Properties) -> None:
    """Add a version with the new data; the default version stays."""
    named = ("LaunchTemplateData", "VersionDescription")
    work.client("ec2").create_launch_template_version(
        LaunchTemplateId=physical_id, **{name: properties[name] for name in named if name in properties}
    )


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Delete the template and its versions."""
    with missing_is_fine():
        work.client("ec2").delete_launch_template(LaunchTemplateId=physical_id)


def _name(work: Work, properties: Properties) -> str:
    return str(properties.get("LaunchTemplateName", f"{work.logical_id}_{work.suffix}"))
