"""AWS::EC2::Route."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]

_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def create(work: Work, properties: Properties) -> str:
    """Create the route."""
    work.client("ec2").create_route(**properties)
    return _physical_id(properties)


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    return {"CidrBlock": physical_id.split("|")[1]}


def find(work: Work, properties: Properties) -> str | None:
    """Return the route that an interrupted creation made."""
    (table,) = work.client("ec2").describe_route_tables(RouteTableIds=[properties["RouteTableId"]])[
        "RouteTables"
    ]
    destinations = [route.get(name) for route in table["Routes"] for name in _DESTINATIONS]
    made = _physical_id(properties)
    return made if made.split("|")[1] in destinations else None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Delete the route."""
    with missing_is_fine():
        work.client("ec2").delete_route(
            RouteTableId=properties["RouteTableId"],
            **{name: properties[name] for name in _DESTINATIONS if name in properties},
        )


def _physical_id(properties: Properties) -> str:
    destination = next((properties[name] for name in _DESTINATIONS if name in properties), "")
    return f"{properties['RouteTableId']}|{destination}"
