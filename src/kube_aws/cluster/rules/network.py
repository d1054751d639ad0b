"""Rules of addresses: which networks hold which, and which must not overlap."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import islice

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.rules.problem import Problem, stated
from kube_aws.cluster.topology import controllers

_RESERVED = tuple(map(IPv4Network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")))
"""What no network of a cluster may use: this host, loopback, link-local, multicast and above."""


def vpc(cluster: Cluster) -> Iterator[Problem]:
    """AWS, "VPC CIDR blocks": /16 to /28."""
    yield from _size(cluster, "vpc_cidr", 16, 28, "a VPC")
    yield from _reserved(cluster, "vpc_cidr")


def subnet(cluster: Cluster) -> Iterator[Problem]:
    """The cluster's subnet lies in the VPC; AWS, "Subnet CIDR blocks": /16 to /28."""
    yield from _size(cluster, "instance_cidr", 16, 28, "a subnet")
    if not cluster.instance_cidr.subnet_of(cluster.vpc_cidr):
        yield Problem(
            "subnet-vpc",
            (("instanceCIDR",), ("vpcCIDR",)),
            f"{stated(cluster, 'instance_cidr')} is not inside {stated(cluster, 'vpc_cidr')}",
            f"For example instanceCIDR: {cluster.vpc_cidr[0]}/{max(24, cluster.vpc_cidr.prefixlen)}",
        )


def controller_address(cluster: Cluster) -> Iterator[Problem]:
    """AWS keeps the first four addresses of a subnet and its last ("Subnet CIDR blocks")."""
    for controller in controllers(cluster):
        network, address = controller.zone.cidr, controller.address
        keys = (("controllerIP",), ("instanceCIDR",))
        take = f"Take one from {network[4]} to {network[-2]}." if network.prefixlen < 29 else ""
        if address not in network:
            what = f"{stated(cluster, 'controller_ip')} is not inside {stated(cluster, 'instance_cidr')}"
            yield Problem("controller-subnet", keys, what, take)
        elif address in (*islice(network, 4), network[-1]):
            what = f"{stated(cluster, 'controller_ip')} is an address that AWS keeps in {network}"
            yield Problem("controller-reserved", keys, what, take)


def pods_and_services(cluster: Cluster) -> Iterator[Problem]:
    """Pods, Services and the VPC have addresses of their own.

    Sizes: the controller-manager gives nodes a /24 each and holds 16 bits of them at the most;
    the API server wants the Services' network from /12 on.
    """
    yield from _size(cluster, "pod_cidr", 8, 24, "the pods' network")
    yield from _size(cluster, "service_cidr", 12, 28, "the Services' network")
    yield from _reserved(cluster, "pod_cidr")
    yield from _reserved(cluster, "service_cidr")
    for one, other in (
        ("pod_cidr", "vpc_cidr"),
        ("service_cidr", "vpc_cidr"),
        ("service_cidr", "pod_cidr"),
    ):
        if getattr(cluster, one).overlaps(getattr(cluster, other)):
            yield Problem(
                "overlap",
                (_path(one), _path(other)),
                f"{stated(cluster, one)} overlaps {stated(cluster, other)}",
            )


def dns_address(cluster: Cluster) -> Iterator[Problem]:
    """The first address of serviceCIDR is the API's; a network's own and its last go to no Service."""
    network, address = cluster.service_cidr, cluster.dns_service_ip
    keys = (("dnsServiceIP",), ("serviceCIDR",))
    if address not in network:
        what = f"{stated(cluster, 'dns_service_ip')} is not inside {stated(cluster, 'service_cidr')}"
        yield Problem("dns-service", keys, what)
    elif address == network[1]:
        what = f"{stated(cluster, 'dns_service_ip')} is the first address of {network}, which is the API's"
        yield Problem("dns-service", keys, what)
    elif address in (network[0], network[-1]):
        what = f"{stated(cluster, 'dns_service_ip')} is an end of {network}, which no Service gets"
        yield Problem("dns-service", keys, what)


def allowed_networks(cluster: Cluster) -> Iterator[Problem]:
    """A security group refuses the same rule twice."""
    for field in ("api_allowed_cidrs", "ssh_allowed_cidrs"):
        networks = getattr(cluster, field)
        for index, network in enumerate(networks):
            if network in networks[:index]:
                (key,) = _path(field)
                yield Problem("network-twice", ((key, index), (key,)), f"{key} names {network} twice")


def route_table(cluster: Cluster) -> Iterator[Problem]:
    """A route table belongs to a VPC."""
    if cluster.route_table_id and not cluster.vpc_id:
        yield Problem(
            "route-table",
            (("routeTableId",), ("vpcId",)),
            f"{stated(cluster, 'route_table_id')} needs vpcId, the VPC that it belongs to",
        )


def _size(cluster: Cluster, field: str, largest: int, smallest: int, holder: str) -> Iterator[Problem]:
    network = getattr(cluster, field)
    if not largest <= network.prefixlen <= smallest:
        yield Problem(
            "network-size",
            (_path(field),),
            f"{stated(cluster, field)} is not a size for {holder}: /{largest} to /{smallest}",
        )


def _reserved(cluster: Cluster, field: str) -> Iterator[Problem]:
    network = getattr(cluster, field)
    for reserved in _RESERVED:
        if network.overlaps(reserved):
            yield Problem(
                "network-reserved",
                (_path(field),),
                f"{stated(cluster, field)} overlaps {reserved}, which no network may use",
                "Take a private one: inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.",
            )


def _path(field: str) -> tuple[str]:
    return (str(Cluster.model_fields[field].alias),)
