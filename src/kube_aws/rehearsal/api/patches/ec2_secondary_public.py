"""An elastic address may lead to a secondary private address."""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_ip_addresses import ElasticAddress, ElasticAddressBackend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.responses import EC2Response
from moto.ec2.utils import generate_dns_from_ip, random_eip_association_id


def ec2_secondary_public() -> None:
    """Associate with the private address that is named, from wherever the elastic one was; moto always takes
    the primary. `secondary` of an elastic address is the private one that it leads to, None for the primary.

    Source: EC2 API Reference, AssociateAddress.
    """
    moto_associate = EC2Response.associate_address
    moto_disassociate = ElasticAddressBackend.disassociate_address
    moto_listed = NetworkInterface.instance_private_ip_address_list.fget
    moto_private = ElasticAddress.private_ip_address.fget

    def associate(response: Any) -> Any:
        backend, private = response.ec2_backend, response._get_param("PrivateIpAddress")
        interface = backend.enis.get(response._get_param("NetworkInterfaceId"))
        if interface is None or private in (None, interface.private_ip_address):
            return moto_associate(response)
        (elastic,) = backend.address_by_allocation([response._get_param("AllocationId")])
        _lead(elastic, interface, private)
        return ActionResult({"AssociationId": elastic.association_id})

    def disassociate(backend: Any, address: str | None = None, association_id: str | None = None) -> None:
        for one in backend.addresses:
            if one.secondary and (one.public_ip == address or one.association_id == association_id):
                one.eni = one.instance = one.association_id = one.secondary = None
                return
        moto_disassociate(backend, address, association_id)

    def listed(interface: Any) -> Any:
        there = {one.secondary: one for one in interface.ec2_backend.addresses if one.eni is interface}
        addresses = moto_listed(interface)
        for one in addresses:
            if elastic := there.get(one["PrivateIpAddress"]):
                one["Association"] = {
                    "allocationId": elastic.allocation_id,
                    "associationId": elastic.association_id,
                    "publicIp": elastic.public_ip,
                    "publicDnsName": generate_dns_from_ip(elastic.public_ip),
                    "ipOwnerId": interface.owner_id,
                }
        return addresses

    ElasticAddress.secondary = None
    ElasticAddress.private_ip_address = property(lambda one: one.secondary or moto_private(one))
    ElasticAddressBackend.disassociate_address = disassociate
    EC2Response.associate_address = associate
    NetworkInterface.instance_private_ip_address_list = property(listed)


def _lead(elastic: Any, interface: Any, private: str) -> None:
    if private not in [one["PrivateIpAddress"] for one in interface.private_ip_addresses]:
        raise EC2ClientError("InvalidParameterValue", f"{private} is not an address of {interface.id}.")
    if elastic.association_id:
        interface.ec2_backend.disassociate_address(association_id=elastic.association_id)
    elastic.eni, elastic.instance, elastic.secondary = interface, interface.instance, private
    elastic.association_id = random_eip_association_id()
