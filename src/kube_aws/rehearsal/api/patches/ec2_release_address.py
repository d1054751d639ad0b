"""An elastic address in use cannot be released."""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_ip_addresses import ElasticAddressBackend


def ec2_release_address() -> None:
    """Refuse to release an associated address; moto releases it.

    Source: EC2 API Reference, ReleaseAddress: disassociate it first, else InvalidIPAddress.InUse.
    """
    moto_release = ElasticAddressBackend.release_address

    def release(backend: Any, address: str | None = None, allocation_id: str | None = None) -> Any:
        for one in backend.addresses:
            if one.allocation_id == allocation_id and one.association_id:
                raise EC2ClientError("InvalidIPAddress.InUse", f"Address {one.public_ip} is in use.")
        return moto_release(backend, address, allocation_id)

    ElasticAddressBackend.release_address = release
