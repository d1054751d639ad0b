"""Auto Scaling: groups, and what launching their instances needs."""

from typing import Any

from moto.autoscaling.models import autoscaling_backends

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.accesses import ec2
from kube_aws.rehearsal.api.iam.accesses.tags import carried, listed, requested
from kube_aws.rehearsal.api.principal import Principal


def accesses(call: Call, principal: Principal) -> list[Access]:
    """The accesses that a call needs.

    A launch template is checked as if the caller ran its instances itself: EC2 Auto Scaling User Guide,
    "Control EC2 launch template usage". The launches themselves are the service-linked role's.
    """
    if call.name.startswith("Describe"):
        return [Access(call.action, "*")]
    given = call.parameters
    if call.name in ("CreateOrUpdateTags", "DeleteTags"):
        names = {tag["ResourceId"] for tag in given["Tags"]}
        tags = requested(listed(given["Tags"]))
    else:
        names = {given["AutoScalingGroupName"]} if "AutoScalingGroupName" in given else set()
        tags = requested(listed(given.get("Tags")))
    if not names:
        return [Access(call.action, None)]
    found = [
        Access(call.action, arn, {**tags, **carried(own)})
        for arn, own in (_group(call, principal, name) for name in sorted(names))
    ]
    template = given.get("LaunchTemplate") or (
        given.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {}).get("LaunchTemplateSpecification")
    )
    if template:
        found += ec2.launching(call, principal, {"LaunchTemplate": template}, principal.account)
    return found


def _group(call: Call, principal: Principal, name: str) -> tuple[str, dict[str, str]]:
    groups: Any = autoscaling_backends[principal.account][call.region].autoscaling_groups
    if name in groups:
        return groups[name].arn, listed(groups[name].tags)
    start = f"arn:{principal.partition}:autoscaling:{call.region}:{principal.account}"
    return f"{start}:autoScalingGroup:*:autoScalingGroupName/{name}", {}
