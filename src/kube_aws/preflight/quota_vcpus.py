"""The quotas for running vCPUs, on demand and spot."""

from collections.abc import Iterator

from kube_aws.cluster.topology import controllers, pools
from kube_aws.finding import Finding
from kube_aws.preflight.given import Given
from kube_aws.preflight.instance_types import details
from kube_aws.preflight.quota import mend, quota

_STANDARD = frozenset("acdhimrtz")
"""Families that share the quotas; others have their own. Source: Amazon EC2, "On-Demand Instance quotas"."""
_ON_DEMAND, _SPOT = "L-1216C47A", "L-34B43A08"


def check(given: Given) -> Iterator[Finding]:
    """What runs and what is to come fit into the account's quotas."""
    needed = _needed(given)
    used = _used(given)
    for spot, quota_code, key in (
        (False, _ON_DEMAND, "controllerInstanceType"),
        (True, _SPOT, "workerSpotPrice"),
    ):
        if not needed[spot]:
            continue
        limit = quota(given, "ec2", quota_code)
        if limit is not None and used[spot] + needed[spot] > limit:
            kind = "spot" if spot else "on-demand"
            what = f"needs {needed[spot]} {kind} vCPUs; {used[spot]} of the account's {limit} are in use"
            yield given.error("quota-vcpus", key, f"the cluster {what}", mend("ec2", quota_code))


def _needed(given: Given) -> dict[bool, int]:
    """vCPUs by whether they are spot."""
    cluster = given.cluster
    needed = {False: 0, True: 0}
    wanted = [
        (False, len(controllers(cluster)), cluster.controller_instance_type),
        *((pool.spot_price is not None, pool.count, pool.instance_type) for pool in pools(cluster)),
    ]
    for spot, count, instance_type in wanted:
        found = details(given).get(instance_type)
        if found and instance_type[0] in _STANDARD:
            needed[spot] += count * found["VCpuInfo"]["DefaultVCpus"]
    return needed


def _used(given: Given) -> dict[bool, int]:
    """vCPUs that run in the region now, by whether they are spot."""
    answer = given.aws.ask(
        "ec2",
        "describe_instances",
        Filters=[{"Name": "instance-state-name", "Values": ["pending", "running"]}],
    )
    running = [instance for found in answer["Reservations"] for instance in found["Instances"]]
    used = {False: 0, True: 0}
    if not running:
        return used
    types = details(given, {instance["InstanceType"] for instance in running})
    for instance in running:
        if instance["InstanceType"][0] in _STANDARD:
            vcpus = types[instance["InstanceType"]]["VCpuInfo"]["DefaultVCpus"]
            used[instance.get("InstanceLifecycle") == "spot"] += vcpus
    return used
