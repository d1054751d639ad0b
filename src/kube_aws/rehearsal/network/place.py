"""What of a cloud has a place in a VPC's network, and under which addresses."""

import ipaddress

from kube_aws.rehearsal.cloud import Cloud, Instance, Subnet, Vpc


def machines(cloud: Cloud, vpc: str) -> list[Instance]:
    """The instances in a VPC's network, by id: all that are not terminated."""
    there = (one for one in cloud.instances if one.interface.vpc == vpc and one.state != "terminated")
    return sorted(there, key=lambda one: one.id)


def public_addresses(cloud: Cloud, vpc: Vpc) -> dict[str, str]:
    """The private address that each public one leads to; one in a subnet without internet leads nowhere."""
    reached = {subnet.id for subnet in vpc.subnets if subnet.internet}
    interfaces = (one.interface for one in machines(cloud, vpc.id))
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
