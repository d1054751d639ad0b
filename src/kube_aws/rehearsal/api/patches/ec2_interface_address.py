"""A network interface's address is of its subnet, and its alone."""

from ipaddress import IPv4Address, IPv4Network
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend


def ec2_interface_address() -> None:
    """Refuse an address that is taken, reserved or outside; moto takes any, and draws taken ones by lot.

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
            _check(IPv4Address(wanted), network, taken)
        else:
            hosts = range(4, network.num_addresses - 1)
            wanted = next(str(network[n]) for n in hosts if str(network[n]) not in taken)
        made = moto_create(backend, place, wanted, *args, **given)
        place._subnet_ips.setdefault(wanted, None)  # else moto gives it to an instance too
        return made

    NetworkInterfaceBackend.create_network_interface = create


def _check(wanted: IPv4Address, network: IPv4Network, taken: set[str]) -> None:
    if wanted not in network:
        raise EC2ClientError(
            "InvalidParameterValue", "Address does not fall within the subnet's address range"
        )
    if int(wanted) - int(network.network_address) < 4 or wanted == network.broadcast_address:
        raise EC2ClientError("InvalidParameterValue", "Address is in subnet's reserved address range")
    if str(wanted) in taken:
        raise EC2ClientError("InvalidIPAddress.InUse", "The specified address is already in use.")
