"""What a cluster is made of: its zones, its controllers, its pools of workers and its add-ons.

Today each of the first three has one member; the stack, the node files and status read
the lists.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from kube_aws.cluster.model import Cluster

Role = Literal["controller", "worker"]
ROLES: tuple[Role, ...] = ("controller", "worker")
Architecture = Literal["amd64", "arm64"]


@dataclass(frozen=True, slots=True)
class Zone:
    """An availability zone and the subnet that the cluster has in it."""

    name: str
    cidr: IPv4Network


@dataclass(frozen=True, slots=True)
class Controller:
    """A numbered controller with its fixed private address."""

    index: int
    zone: Zone
    address: IPv4Address


@dataclass(frozen=True, slots=True)
class Pool:
    """Workers that are alike. `spot_price` is in dollars an hour; None: on demand."""

    name: str
    count: int
    instance_type: str
    root_volume_size: int
    spot_price: str | None
    zones: tuple[Zone, ...]


def kubernetes_tag(cluster_name: str) -> str:
    """The key of the tag whose value is `owned` on all that a cluster's own controllers may use and make.

    Source: cloud-provider-aws, pkg/providers/v1/tags.go.
    """
    return f"kubernetes.io/cluster/{cluster_name}"


def zones(cluster: Cluster) -> tuple[Zone, ...]:
    """The zones in the order of cluster.yaml."""
    return (Zone(cluster.availability_zone, cluster.instance_cidr),)


def controllers(cluster: Cluster) -> tuple[Controller, ...]:
    """The controllers by their number."""
    return (Controller(0, zones(cluster)[0], cluster.controller_ip),)


def pools(cluster: Cluster) -> tuple[Pool, ...]:
    """The pools of workers."""
    return (
        Pool(
            "worker",
            cluster.worker_count,
            cluster.worker_instance_type,
            cluster.worker_root_volume_size,
            cluster.worker_spot_price,
            zones(cluster),
        ),
    )


def architecture(instance_type: str) -> Architecture:
    """Graviton types carry a `g` after the generation's digit (t4g, c7gn), or are a1.

    Source: AWS, "Amazon EC2 instance type naming conventions".
    """
    return "arm64" if re.match(r"(a1|[a-z]+\d+[a-z]*g[a-z]*)\.", instance_type) else "amd64"


def add_ons(cluster: Cluster) -> list[str]:
    """The names of the add-ons that it has: what cluster.yaml enables, as far as what they need is there."""
    fields = type(cluster.addons).model_fields.items()
    enabled = [str(field.alias) for name, field in fields if getattr(cluster.addons, name).enabled]
    without = set()
    if not cluster.hosted_zone:
        without.add("external-dns")
    if "aws-cloud-controller-manager" not in enabled:
        without.add("aws-ebs-csi-driver")
    return [name for name in enabled if name not in without]


def api_name(cluster: Cluster) -> str:
    """The API's name in the cluster's private zone: it leads to the controllers' fixed addresses."""
    return f"api.{cluster.cluster_name}.internal"
