"""The subnets of an existing VPC."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from kube_aws.cluster.topology import zones
from kube_aws.finding import Finding
from kube_aws.preflight.given import Given


def check(given: Given) -> Iterator[Finding]:
    """None overlaps with the cluster's own."""
    if given.cluster.vpc_id is None:
        return
    answer = given.aws.ask(
        "ec2", "describe_subnets", Filters=[{"Name": "vpc-id", "Values": [given.cluster.vpc_id]}]
    )
    for subnet in answer["Subnets"]:
        for zone in zones(given.cluster):
            if IPv4Network(subnet["CidrBlock"]).overlaps(zone.cidr):
                yield given.error(
                    "subnet-overlap",
                    "instanceCIDR",
                    f"{zone.cidr} overlaps with {subnet['CidrBlock']} of {subnet['SubnetId']}",
                    f"Choose addresses in {given.cluster.vpc_cidr} that no subnet has.",
                )
