"""The way to the internet in an existing VPC."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from kube_aws.aws.errors import code
from kube_aws.finding import Finding
from kube_aws.preflight.given import Given


def check(given: Given) -> Iterator[Finding]:
    """The route table that the subnets get belongs to the VPC, and its default route leads out.

    Without routeTableId that is the VPC's main table.
    """
    vpc_id, named = given.cluster.vpc_id, given.cluster.route_table_id
    if vpc_id is None:
        return
    key = "routeTableId" if named else "vpcId"
    try:
        tables = _tables(given, vpc_id, named)
    except ClientError as error:
        if code(error) != "InvalidRouteTableID.NotFound":
            raise
        yield given.error("route-table-missing", key, f"there is no route table {named}")
        return
    for table in tables:
        table_id = table["RouteTableId"]
        if table["VpcId"] != vpc_id:
            what = f"{table_id} belongs to {table['VpcId']}, not to {vpc_id}"
            yield given.error("route-table-vpc", key, what, f"Name a route table of {vpc_id}.")
            continue
        gateways = [_gateway(route) for route in table["Routes"] if _is_default(route)]
        if not gateways:
            yield given.error(
                "default-route-missing",
                key,
                f"{table_id} has no working route to 0.0.0.0/0, so nodes could download nothing",
                f"aws ec2 create-route --route-table-id {table_id} --gateway-id …"
                " --destination-cidr-block 0.0.0.0/0",
            )
        elif not gateways[0].startswith("igw-"):
            yield given.error(
                "default-route-private",
                key,
                f"the default route of {table_id} leads to {gateways[0]}, not to an internet gateway,"
                " so nobody could reach the controller's public address",
                "Set routeTableId to a table with a default route to an igw-….",
            )


def _tables(given: Given, vpc_id: str, named: str | None) -> list[dict[str, Any]]:
    if named:
        answer = given.aws.ask("ec2", "describe_route_tables", RouteTableIds=[named])
    else:
        filters = [
            {"Name": "vpc-id", "Values": [vpc_id]},
            {"Name": "association.main", "Values": ["true"]},
        ]
        answer = given.aws.ask("ec2", "describe_route_tables", Filters=filters)
    return list(answer["RouteTables"])


def _is_default(route: dict[str, Any]) -> bool:
    return route.get("DestinationCidrBlock") == "0.0.0.0/0" and route.get("State", "active") == "active"


def _gateway(route: dict[str, Any]) -> str:
    kinds = ("GatewayId", "NatGatewayId", "TransitGatewayId", "NetworkInterfaceId", "InstanceId")
    return next((route[kind] for kind in kinds if route.get(kind)), "something else")
