"""A network interface that is attached cannot be deleted."""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response


def ec2_interface_in_use() -> None:
    """Refuse DeleteNetworkInterface for an attached interface, also a load balancer's; moto takes it away.

    Source: EC2 API Reference, DeleteNetworkInterface: "You must detach the network interface before you can
    delete it"; error code InvalidParameterValue.
    """
    moto_delete = EC2Response.delete_network_interface

    def delete(response: Any) -> Any:
        interface_id = response._get_param("NetworkInterfaceId")
        interface = response.ec2_backend.get_network_interface(interface_id)
        if interface.instance is not None or interface.requester_managed:
            raise EC2ClientError(
                "InvalidParameterValue", f"Network interface '{interface_id}' is currently in use."
            )
        interface.subnet.del_subnet_ip(interface.private_ip_address)
        return moto_delete(response)

    EC2Response.delete_network_interface = delete
