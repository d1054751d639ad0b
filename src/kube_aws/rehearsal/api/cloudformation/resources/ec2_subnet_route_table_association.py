"""AWS::EC2::SubnetRouteTableAssociation."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Associate the route table with the subnet."""
    answer = work.client("ec2").associate_route_table(
        RouteTableId=properties["RouteTableId"], SubnetId=properties["SubnetId"]
    )
    return str(answer["AssociationId"])


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    return {"Id": physical_id}


def find(work: Work, properties: Properties) -> str | None:
    """Return the association that an interrupted creation made."""
    tables = work.client("ec2").describe_route_tables(RouteTableIds=[properties["RouteTableId"]])[
        "RouteTables"
    ]
    for association in tables[0]["Associations"]:
        if association.get("SubnetId") == properties["SubnetId"]:
            return str(association["RouteTableAssociationId"])
    return None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Take the association away; the VPC's main route table then applies."""
    with missing_is_fine():
        work.client("ec2").disassociate_route_table(AssociationId=physical_id)
