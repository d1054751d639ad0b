"""From moto's network interfaces to those of machines and load balancers."""

from typing import Any

from kube_aws.rehearsal.cloud import Interface


def interface(nic: Any) -> Interface:
    """A network interface of moto's."""
    others = (address["PrivateIpAddress"] for address in nic.private_ip_addresses)
    return Interface(
        id=nic.id,
        vpc=nic.subnet.vpc_id,
        subnet=nic.subnet.id,
        mac=nic.mac_address,
        addresses=(
            nic.private_ip_address,
            *(address for address in others if address != nic.private_ip_address),
        ),
        public=_public(nic),
        groups=tuple(dict.fromkeys(group.id for group in nic.group_set)),
        source_dest_check=nic.source_dest_check,
    )


def _public(nic: Any) -> dict[str, str]:
    """moto knows the primary address's; for those of others see patches/ec2_secondary_public.py."""
    own = {nic.private_ip_address: nic.public_ip} if nic.public_ip else {}
    elastic = (one for one in nic.ec2_backend.addresses if one.eni is nic and one.secondary)
    return own | {one.secondary: one.public_ip for one in elastic}
