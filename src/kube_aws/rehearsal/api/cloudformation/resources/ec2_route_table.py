"""AWS::EC2::RouteTable."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Create the route table."""
    answer = work.client("ec2").create_route_table(
        VpcId=properties["VpcId"],
        TagSpecifications=work.tag_specifications("route-table", properties.get("Tags", ())),
    )
    return str(answer["RouteTable"]["RouteTableId"])


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    return {"RouteTableId": physical_id}


def find(work: Work, properties: Properties) -> str | None:
    """Return the route table that an interrupted creation made."""
    found = work.client("ec2").describe_route_tables(Filters=work.own)["RouteTables"]
    return found[0]["RouteTableId"] if found else None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Delete the route table."""
    with missing_is_fine():
        work.client("ec2").delete_route_table(RouteTableId=physical_id)
