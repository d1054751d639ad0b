"""AWS::EC2::EIP. Its physical id, and so Ref, is the address."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Allocate the address."""
    named = ("Address", "Domain", "NetworkBorderGroup", "PublicIpv4Pool")
    answer = work.client("ec2").allocate_address(
        **{name: properties[name] for name in named if name in properties},
        TagSpecifications=work.tag_specifications("elastic-ip", properties.get("Tags", ())),
    )
    return str(answer["PublicIp"])


def settle(work: Work, physical_id: str, properties: Properties) -> None:
    """Associate the address with the instance, where one is given."""
    if "InstanceId" in properties:
        work.client("ec2").associate_address(
            AllocationId=_allocation(work, physical_id), InstanceId=properties["InstanceId"]
        )


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    return {"AllocationId": _allocation(work, physical_id), "PublicIp": physical_id}


def find(work: Work, properties: Properties) -> str | None:
    """Return the address that an interrupted creation made."""
    found = work.client("ec2").describe_addresses(Filters=work.own)["Addresses"]
    return found[0]["PublicIp"] if found else None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Release the address."""
    with missing_is_fine():
        work.client("ec2").release_address(AllocationId=_allocation(work, physical_id))


def _allocation(work: Work, address: str) -> str:
    (found,) = work.client("ec2").describe_addresses(PublicIps=[address])["Addresses"]
    return str(found["AllocationId"])
