"""The instance types, in the zones where they are to run."""

from collections.abc import Collection, Iterator
from typing import Any

from kube_aws.cluster.topology import controllers, pools
from kube_aws.finding import Finding
from kube_aws.preflight.given import Given


def wanted(given: Given) -> list[tuple[str, str, str]]:
    """Key of cluster.yaml, instance type and zone of everything that is to run."""
    cluster = given.cluster
    return [
        *(
            ("controllerInstanceType", cluster.controller_instance_type, controller.zone.name)
            for controller in controllers(cluster)
        ),
        *(
            ("workerInstanceType", pool.instance_type, zone.name)
            for pool in pools(cluster)
            for zone in pool.zones
        ),
    ]


def details(given: Given, others: Collection[str] = ()) -> dict[str, dict[str, Any]]:
    """What EC2 tells of the cluster's types, or of others, by name; one that the region lacks is left out.

    A filter, not InstanceTypes: an unknown name there fails the whole call.
    """
    types = sorted(others or {instance_type for _, instance_type, _ in wanted(given)})
    answer = given.aws.ask(
        "ec2", "describe_instance_types", Filters=[{"Name": "instance-type", "Values": types}]
    )
    return {found["InstanceType"]: found for found in answer["InstanceTypes"]}


def check(given: Given) -> Iterator[Finding]:
    """Each type is offered in its zone, and for spot where workers are to be spot."""
    types = sorted({instance_type for _, instance_type, _ in wanted(given)})
    offerings = given.aws.ask(
        "ec2",
        "describe_instance_type_offerings",
        LocationType="availability-zone",
        Filters=[{"Name": "instance-type", "Values": types}],
    )["InstanceTypeOfferings"]
    offered = {(offer["InstanceType"], offer["Location"]) for offer in offerings}
    for key, instance_type, zone in wanted(given):
        if (instance_type, zone) not in offered:
            elsewhere = sorted(place for name, place in offered if name == instance_type)
            yield given.error(
                "instance-type-not-offered",
                key,
                f"{instance_type} is not offered in {zone}",
                f"It is in {', '.join(elsewhere)}."
                if elsewhere
                else f"{given.cluster.region} does not have it at all; t3.medium is nearly everywhere.",
            )
    for pool in pools(given.cluster):
        found = details(given).get(pool.instance_type)
        if pool.spot_price and found and "spot" not in found.get("SupportedUsageClasses", ["spot"]):
            yield given.error(
                "instance-type-no-spot",
                "workerInstanceType",
                f"{pool.instance_type} does not run as spot",
                "Choose another type, or leave workerSpotPrice out.",
            )
