"""Security groups of a cluster's load balancers, and who keeps one from being removed.

Source: EC2 API Reference, DeleteSecurityGroup; cloud-provider-aws, pkg/providers/v1, which makes a group for
each load balancer and lets it in with a rule of the workers' group.
"""

from collections.abc import Iterator, Set
from typing import Any

from kube_aws.aws.leftovers.leftover import Group
from kube_aws.cluster.topology import kubernetes_tag

_BALANCING = "amazon-elb"
"""Who asked for a load balancer's interfaces; they go by themselves, minutes after it."""


def groups(ec2: Any, cluster_name: str, vpc: str, stacks_own: Set[str]) -> Iterator[Group]:
    """The groups in a VPC that carry the cluster's tag, but for those of the stack."""
    filters = [
        {"Name": f"tag:{kubernetes_tag(cluster_name)}", "Values": ["owned"]},
        {"Name": "vpc-id", "Values": [vpc]},
    ]
    pages = ec2.get_paginator("describe_security_groups").paginate(Filters=filters)
    owned = [one for page in pages for one in page["SecurityGroups"]]
    for group in owned:
        name = group["GroupId"]
        if name not in stacks_own:
            others = {
                other["GroupId"]: naming
                for other in owned
                if other is not group and (naming := _naming(other["IpPermissions"], name))
            }
            yield Group("security group", name, group["GroupName"], "", others)


def _naming(permissions: list[dict[str, Any]], group: str) -> list[dict[str, Any]]:
    """What of a group's permissions names another group, as RevokeSecurityGroupIngress takes it."""
    return [
        {key: one[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in one}
        | {"UserIdGroupPairs": [{"GroupId": group}]}
        for one in permissions
        if any(pair.get("GroupId") == group for pair in one.get("UserIdGroupPairs", ()))
    ]


def kept_by(ec2: Any, group: str) -> str:
    """Who keeps a group, where that will not end by itself; "" otherwise."""
    interfaces = ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [group]}])
    foreign = [
        one["NetworkInterfaceId"]
        for one in interfaces["NetworkInterfaces"]
        if one.get("RequesterId") != _BALANCING
    ]
    if foreign:
        return f"{', '.join(foreign)} {'has' if len(foreign) == 1 else 'have'} it"
    filters = [{"Name": "ip-permission.group-id", "Values": [group]}]
    naming = [
        one["GroupId"]
        for one in ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
        if one["GroupId"] != group
    ]
    return f"a rule of {', '.join(naming)} names it" if naming else ""
