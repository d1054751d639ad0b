"""The quota for VPCs."""

from collections.abc import Iterator

from kube_aws.finding import Finding
from kube_aws.preflight.given import Given
from kube_aws.preflight.quota import mend, quota

_CODE = "L-F678F1CE"


def check(given: Given) -> Iterator[Finding]:
    """One more fits, where the stack makes its own."""
    if given.cluster.vpc_id is not None:
        return
    limit = quota(given, "vpc", _CODE)
    used = len(given.aws.ask("ec2", "describe_vpcs")["Vpcs"])
    if limit is not None and used >= limit:
        yield given.error(
            "quota-vpcs",
            "clusterName",
            f"the cluster makes a VPC; {used} of the region's {limit} are taken",
            f"Set vpcId to one that exists, or: {mend('vpc', _CODE)}",
        )
