"""A network interface that is deleted lets go of its elastic addresses."""

from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend


def ec2_deleted_interface() -> None:
    """Disassociate them, as when an instance terminates; moto leaves them associated with what is gone.

    Source: EC2 User Guide, "Elastic IP addresses".
    """
    moto_delete = NetworkInterfaceBackend.delete_network_interface

    def delete(backend: Any, eni_id: str) -> None:
        for elastic in backend.addresses:
            if elastic.eni is not None and elastic.eni.id == eni_id:
                backend.disassociate_address(association_id=elastic.association_id)
        moto_delete(backend, eni_id)

    NetworkInterfaceBackend.delete_network_interface = delete
