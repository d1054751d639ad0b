"""What of a cloud has a place in a VPC's network, and under which addresses."""

import ipaddress

from kube_aws.rehearsal.cloud import BalancerNode, Cloud, Instance, Subnet, Vpc

Inhabitant = Instance | BalancerNode
"""What has a namespace, with an interface in a subnet."""


def inhabitants(cloud: Cloud, vpc: str) -> list[Inhabitant]:
    """What is in a VPC's network, by id: machines and the nodes of load balancers."""
    nodes = (node for balancer in cloud.balancers for node in balancer.nodes if node.interface.vpc == vpc)
    return sorted([*machines(cloud, vpc), *nodes], key=lambda one: one.id)


def machines(cloud: Cloud, vpc: str) -> list[Instance]:
    """The instances in a VPC's network: all that are not terminated."""
    return [one for one in cloud.instances if one.interface.vpc == vpc and one.state != "terminated"]


def public_addresses(cloud: Cloud, vpc: Vpc) -> dict[str, str]:
    """The private address that each public one leads to; one in a subnet without internet leads nowhere."""
    reached = {subnet.id for subnet in vpc.subnets if subnet.internet}
    interfaces = (one.interface for one in inhabitants(cloud, vpc.id))
    return {
        public: private
        for one in interfaces
        if one.subnet in reached
        for private, public in one.public.items()
    }


def gateway(subnet: Subnet) -> str:
    """The router's address in a subnet: its first but one. Source: VPC User Guide, "Subnet sizing"."""
    return str(ipaddress.ip_network(subnet.cidr)[1])


def resolver_address(vpc: Vpc) -> str:
    """The VPC's own resolver: its first address plus two. Source: VPC User Guide, "Amazon DNS server"."""
    return str(ipaddress.ip_network(vpc.cidr)[2])
