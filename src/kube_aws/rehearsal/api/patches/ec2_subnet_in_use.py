"""A subnet with a network interface in it cannot be deleted."""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.subnets import SubnetBackend


def ec2_subnet_in_use() -> None:
    """Refuse to delete a subnet that interfaces are in; moto deletes it under them.

    Source: EC2 API Reference, DeleteSubnet and error code DependencyViolation.
    """
    moto_delete = SubnetBackend.delete_subnet

    def delete(backend: Any, subnet_id: str) -> Any:
        if any(interface.subnet.id == subnet_id for interface in backend.enis.values()):
            raise EC2ClientError(
                "DependencyViolation", f"The subnet '{subnet_id}' has dependencies and cannot be deleted."
            )
        return moto_delete(backend, subnet_id)

    SubnetBackend.delete_subnet = delete
