"""The network interfaces that a load balancer has in its subnets, classic or network."""

from collections.abc import Mapping
from typing import Any

REQUESTER = "amazon-elb"
"""Source: User Guide for Classic Load Balancers, "Security groups"; EC2 User Guide, "Requester-managed
network interfaces": only their requester takes them away."""

_CLASSIC = "interface"
NETWORK = "network_load_balancer"
"""An interface's types. Source: EC2 API Reference, NetworkInterface."""


def follow(ec2: Any, balancer: Any, description: str, kind: str, subnets: Mapping[str, str | None]) -> None:
    """Give a load balancer an interface in each of its subnets, and in no other, with its security groups.

    `subnets` has the private address that is wanted in each, or None; an internet-facing balancer gets public
    addresses. Raises EC2's errors.
    """
    if not hasattr(balancer, "interfaces"):
        balancer.interfaces = {}
    for subnet in set(balancer.interfaces) - set(subnets):
        remove(ec2, balancer, subnet)
    for subnet, address in subnets.items():
        if subnet not in balancer.interfaces:
            made = ec2.create_network_interface(subnet, address, description=description)
            made.interface_type = kind
            made.requester_managed, made.requester_id = True, REQUESTER
            made.status = "in-use"
            if balancer.scheme == "internet-facing":
                made.public_ip_auto_assign = True
                made.start()
            balancer.interfaces[subnet] = made.id
    regroup(ec2, balancer)


def follow_classic(balancer: Any) -> None:
    """`follow` for a classic load balancer, whose subnets are its own."""
    subnets = dict.fromkeys(balancer.subnets)
    follow(balancer.ec2_backend, balancer, f"ELB {balancer.name}", _CLASSIC, subnets)


def regroup(ec2: Any, balancer: Any) -> None:
    """Give a load balancer's interfaces its security groups."""
    groups = [ec2.get_security_group_from_id(group) for group in balancer.security_groups]
    for interface in getattr(balancer, "interfaces", {}).values():
        ec2.enis[interface]._group_set = groups  # noqa: SLF001 (moto's only place for it)


def remove(ec2: Any, balancer: Any, subnet: str) -> None:
    """Take away the interface in a subnet, and free its addresses."""
    interface = ec2.enis[balancer.interfaces.pop(subnet)]
    interface.delete()
