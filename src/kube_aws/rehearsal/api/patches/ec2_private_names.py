"""Private DNS names carry the region."""

from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface


def ec2_private_names() -> None:
    """Name an interface `ip-10-0-0-50.eu-west-1.compute.internal`; moto has ec2.internal for every region.

    Source: VPC User Guide, "DNS attributes for your VPC".
    """
    moto_init = NetworkInterface.__init__

    def init(interface: Any, backend: Any, *args: Any, **kwargs: Any) -> None:
        moto_init(interface, backend, *args, **kwargs)
        if backend.region_name == "us-east-1" or not hasattr(interface, "private_dns_name"):
            return
        former = interface.private_dns_name
        interface.private_dns_name = former.replace("ec2.internal", f"{backend.region_name}.compute.internal")
        for address in interface.private_ip_addresses:
            if address.get("PrivateDnsName") == former:
                address["PrivateDnsName"] = interface.private_dns_name

    NetworkInterface.__init__ = init
