"""Rules of numbers: addresses must suffice for the nodes."""

from collections.abc import Iterator

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.rules.problem import Problem, stated
from kube_aws.cluster.topology import controllers, pools


def pod_networks(cluster: Cluster) -> Iterator[Problem]:
    """Each node gets a /24 of podCIDR; without one its pods get no address."""
    nodes, networks = _nodes(cluster), 2 ** max(0, 24 - cluster.pod_cidr.prefixlen)
    if nodes > networks:
        yield Problem(
            "pod-networks",
            (("podCIDR",), ("workerCount",)),
            f"{stated(cluster, 'pod_cidr')} has a /24 for {networks} nodes; the cluster has {nodes}",
            f"Take /{24 - (nodes - 1).bit_length()} or larger.",
        )


def addresses(cluster: Cluster) -> Iterator[Problem]:
    """AWS keeps five addresses of each subnet ("Subnet CIDR blocks")."""
    nodes, free = _nodes(cluster), max(0, cluster.instance_cidr.num_addresses - 5)
    # Beside the one that EC2 gives to every instance.
    assigned = len(controllers(cluster)) if cluster.controller_address == "assigned" else 0
    if nodes + assigned > free:
        yield Problem(
            "subnet-addresses",
            (("instanceCIDR",), ("workerCount",)),
            f"{stated(cluster, 'instance_cidr')} has addresses for {free - assigned} nodes;"
            f" the cluster has {nodes}",
        )


def _nodes(cluster: Cluster) -> int:
    return len(controllers(cluster)) + sum(pool.count for pool in pools(cluster))
