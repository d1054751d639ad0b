"""AWS::EC2::EIPAssociation."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Associate the address."""
    given = {name: value for name, value in properties.items() if name != "EIP"}
    if "EIP" in properties:
        given["PublicIp"] = properties["EIP"]
    return str(work.client("ec2").associate_address(**given)["AssociationId"])


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    return {"Id": physical_id}


def find(work: Work, properties: Properties) -> str | None:
    """Return the association that an interrupted creation made."""
    if "AllocationId" in properties:
        asked = {"AllocationIds": [properties["AllocationId"]]}
    else:
        asked = {"PublicIps": [properties["EIP"]]}
    (address,) = work.client("ec2").describe_addresses(**asked)["Addresses"]
    return str(address["AssociationId"]) if "AssociationId" in address else None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Take the association away."""
    with missing_is_fine():
        work.client("ec2").disassociate_address(AssociationId=physical_id)
