"""A network interface's address is of its subnet, and its alone."""

from collections.abc import Container
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend
from moto.ec2.models.subnets import Subnet


def ec2_interface_address() -> None:
    """Refuse an address that is taken, reserved or outside, and draw none such; moto does both.

    Source: VPC User Guide, "Subnet CIDR blocks": the first four addresses and the last one are reserved;
    EC2 error codes InvalidIPAddress.InUse and InvalidParameterValue.
    """
    moto_create = NetworkInterfaceBackend.create_network_interface

    def create(backend: Any, subnet: Any, private_ip_address: Any, *args: Any, **given: Any) -> Any:
        place = backend.get_subnet(subnet) if isinstance(subnet, str) else subnet
        wanted = private_ip_address[0] if isinstance(private_ip_address, list) else private_ip_address
        taken = {
            address["PrivateIpAddress"]
            for interface in backend.enis.values()
            if interface.subnet.id == place.id
            for address in interface.private_ip_addresses
        }
        network = IPv4Network(place.cidr_block)
        if wanted:
            check(IPv4Address(wanted), network, taken)
        else:
            wanted = _free(network, taken)
        made = moto_create(backend, place, wanted, *args, **given)
        place._subnet_ips.setdefault(wanted, None)  # else moto gives it to an instance too
        return made

    def draw(subnet: Any, instance: Any) -> str:
        address = _free(IPv4Network(subnet.cidr_block), subnet._subnet_ips)
        subnet._subnet_ips[address] = instance
        return address

    NetworkInterfaceBackend.create_network_interface = create
    Subnet.get_available_subnet_ip = draw


def _free(network: IPv4Network, taken: Container[str]) -> str:
    hosts = (str(network[n]) for n in range(4, network.num_addresses - 1))
    return next(address for address in hosts if address not in taken)


def check(wanted: IPv4Address, network: IPv4Network, taken: Container[str]) -> None:
    """Raise EC2's error for an address that is outside its subnet, reserved or taken."""
    if wanted not in network:
        raise EC2ClientError(
            "InvalidParameterValue", "Address does not fall within the subnet's address range"
        )
    if int(wanted) - int(network.network_address) < 4 or wanted == network.broadcast_address:
        raise EC2ClientError("InvalidParameterValue", "Address is in subnet's reserved address range")
    if str(wanted) in taken:
        raise EC2ClientError("InvalidIPAddress.InUse", "The specified address is already in use.")
