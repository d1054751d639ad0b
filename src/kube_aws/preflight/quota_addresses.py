"""The quota for elastic addresses."""

from collections.abc import Iterator

from kube_aws.cluster.topology import controllers
from kube_aws.finding import Finding
from kube_aws.preflight.given import Given
from kube_aws.preflight.quota import mend, quota

_CODE = "L-0263D0A3"


def check(given: Given) -> Iterator[Finding]:
    """One more fits: a single controller has an elastic address."""
    if len(controllers(given.cluster)) > 1:
        return
    limit = quota(given, "ec2", _CODE)
    used = len(given.aws.ask("ec2", "describe_addresses")["Addresses"])
    if limit is not None and used >= limit:
        yield given.error(
            "quota-addresses",
            "clusterName",
            f"the controller needs an elastic address; {used} of the region's {limit} are taken",
            f"Release one, or: {mend('ec2', _CODE)}",
        )
