"""A private address is one interface's, and moves where that is allowed."""

from ipaddress import IPv4Address, IPv4Network
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response

from kube_aws.rehearsal.api.patches.ec2_interface_address import check


def ec2_assigned_addresses() -> None:
    """Move a secondary address with its elastic one from another interface if AllowReassignment says so, and
    refuse what is not of the subnet, and any primary address; moto gives the address to both.

    Source: EC2 API Reference, AssignPrivateIpAddresses. The refusal's words are EC2's for an address that may
    not be reassigned; that it says the same of a primary one is assumed.
    """
    moto_assign = EC2Response.assign_private_ip_addresses

    def assign(response: Any) -> Any:
        backend = response.ec2_backend
        interface = backend.get_network_interface(response._get_param("NetworkInterfaceId"))
        network = IPv4Network(interface.subnet.cidr_block)
        for address in response._get_param("PrivateIpAddresses", []):
            check(IPv4Address(address), network, taken=())
            holder = _holder(backend, interface, address)
            if holder is None:
                interface.subnet._subnet_ips.setdefault(address, None)
                continue
            if address == holder.private_ip_address or not response._get_bool_param("AllowReassignment"):
                raise EC2ClientError(
                    "InvalidParameterValue", f"[{address}] assigned, but move is not allowed."
                )
            holder.private_ip_addresses = [
                one for one in holder.private_ip_addresses if one["PrivateIpAddress"] != address
            ]
            for elastic in backend.addresses:
                if elastic.eni is holder and elastic.secondary == address:
                    elastic.eni, elastic.instance = interface, interface.instance
        return moto_assign(response)

    EC2Response.assign_private_ip_addresses = assign


def _holder(backend: Any, interface: Any, address: str) -> Any | None:
    """The other interface of the subnet that has the address."""
    return next(
        (
            other
            for other in backend.enis.values()
            if other is not interface
            and other.subnet.id == interface.subnet.id
            and address in [one["PrivateIpAddress"] for one in other.private_ip_addresses]
        ),
        None,
    )
