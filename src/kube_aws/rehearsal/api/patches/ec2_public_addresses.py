"""Public addresses that look like such, and that nothing else has."""

import random

from moto.ec2.models import ec2_backends, elastic_ip_addresses, elastic_network_interfaces

PREFIX = "198.18"
"""Half of 198.18.0.0/15, which is for measurements: nothing on the internet has it (RFC 2544)."""


def ec2_public_addresses() -> None:
    """Give each elastic address, and each instance's public one, from 198.18.0.0/16, none of them twice.

    moto gives loopback addresses, by chance the same to two, and to instances those of a real region.
    """
    elastic_ip_addresses.random_ip = _free
    elastic_network_interfaces.random_public_ip = _free


def _free() -> str:
    regions = [region for account in ec2_backends.values() for region in account.values()]
    taken = {one.public_ip for region in regions for one in (*region.addresses, *region.enis.values())}
    while True:
        address = f"{PREFIX}.{random.randint(0, 255)}.{random.randint(1, 254)}"  # noqa: S311
        if address not in taken:
            return address
