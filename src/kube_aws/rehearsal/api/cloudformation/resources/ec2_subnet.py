"""AWS::EC2::Subnet."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]

_SETTINGS = ("MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation", "EnableDns64")


def create(work: Work, properties: Properties) -> str:
    """Create the subnet."""
    given = {name: value for name, value in properties.items() if name not in ("Tags", *_SETTINGS)}
    answer = work.client("ec2").create_subnet(
        **given, TagSpecifications=work.tag_specifications("subnet", properties.get("Tags", ()))
    )
    return str(answer["Subnet"]["SubnetId"])


def settle(work: Work, physical_id: str, properties: Properties) -> None:
    """Set what CreateSubnet does not take, one a call as EC2 wants it."""
    for name in _SETTINGS:
        if name in properties:
            work.client("ec2").modify_subnet_attribute(
                SubnetId=physical_id, **{name: {"Value": properties[name]}}
            )


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    (subnet,) = work.client("ec2").describe_subnets(SubnetIds=[physical_id])["Subnets"]
    return {
        "SubnetId": physical_id,
        "AvailabilityZone": subnet["AvailabilityZone"],
        "AvailabilityZoneId": subnet["AvailabilityZoneId"],
        "CidrBlock": subnet["CidrBlock"],
        "VpcId": subnet["VpcId"],
    }


def find(work: Work, properties: Properties) -> str | None:
    """Return the subnet that an interrupted creation made."""
    found = work.client("ec2").describe_subnets(Filters=work.own)["Subnets"]
    return found[0]["SubnetId"] if found else None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Delete the subnet."""
    with missing_is_fine():
        work.client("ec2").delete_subnet(SubnetId=physical_id)
