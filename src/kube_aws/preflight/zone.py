"""The availability zones."""

from collections.abc import Iterator

from kube_aws.cluster.topology import zones
from kube_aws.finding import Finding
from kube_aws.preflight.given import Given


def check(given: Given) -> Iterator[Finding]:
    """Each exists for this account, and is available."""
    answer = given.aws.ask("ec2", "describe_availability_zones")["AvailabilityZones"]
    usable = {
        zone["ZoneName"]: zone["State"]
        for zone in answer
        if zone.get("ZoneType", "availability-zone") == "availability-zone"
    }
    for wanted in zones(given.cluster):
        state = usable.get(wanted.name)
        if state is None:
            yield given.error(
                "zone-missing",
                "availabilityZone",
                f"this account has no zone {wanted.name}",
                f"Zones of {given.cluster.region}: {', '.join(sorted(usable))}.",
            )
        elif state != "available":
            yield given.error(
                "zone-state", "availabilityZone", f"zone {wanted.name} is {state}", "Choose another zone."
            )
