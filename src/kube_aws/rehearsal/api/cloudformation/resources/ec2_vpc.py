"""AWS::EC2::VPC."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Create the VPC."""
    named = ("CidrBlock", "InstanceTenancy")
    answer = work.client("ec2").create_vpc(
        **{name: properties[name] for name in named if name in properties},
        TagSpecifications=work.tag_specifications("vpc", properties.get("Tags", ())),
    )
    return str(answer["Vpc"]["VpcId"])


def settle(work: Work, physical_id: str, properties: Properties) -> None:
    """Set the DNS settings, one a call as EC2 wants it."""
    for name in ("EnableDnsSupport", "EnableDnsHostnames"):
        if name in properties:
            work.client("ec2").modify_vpc_attribute(VpcId=physical_id, **{name: {"Value": properties[name]}})


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    (vpc,) = work.client("ec2").describe_vpcs(VpcIds=[physical_id])["Vpcs"]
    associations = vpc.get("CidrBlockAssociationSet", [])
    return {
        "VpcId": physical_id,
        "CidrBlock": vpc["CidrBlock"],
        "CidrBlockAssociations": [association["AssociationId"] for association in associations],
    }


def find(work: Work, properties: Properties) -> str | None:
    """Return the VPC that an interrupted creation made."""
    found = work.client("ec2").describe_vpcs(Filters=work.own)["Vpcs"]
    return found[0]["VpcId"] if found else None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Delete the VPC."""
    with missing_is_fine():
        work.client("ec2").delete_vpc(VpcId=physical_id)
