"""Instances are found by any address of their interfaces."""

from moto.ec2 import utils


def ec2_instance_filters() -> None:
    """Know the filter that cloud controllers use for a node's address; moto fails with status 500."""
    utils.filter_dict_attribute_mapping |= {
        "network-interface.addresses.private-ip-address": "private_ip",
        "network-interface.network-interface-id": "network_interfaces.id",
    }
