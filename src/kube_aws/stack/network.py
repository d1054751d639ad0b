"""The network: a VPC with a way to the internet, or an existing one, and a subnet for each zone."""

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import Zone, zones
from kube_aws.stack.tags import name, of_kubernetes, tags


def network(cluster: Cluster) -> dict[str, object]:
    """The subnets, and all that they lie in unless `vpcId` names it."""
    own = _vpc(cluster) if cluster.vpc_id is None else {}
    return own | _subnets(cluster) | _route_tables(cluster)


def vpc(cluster: Cluster) -> object:
    """The VPC's id."""
    return cluster.vpc_id or {"Ref": "VPC"}


def subnet(cluster: Cluster, zone: Zone) -> str:
    """The logical name of the zone's subnet."""
    return f"Subnet{zones(cluster).index(zone)}"


def routes(cluster: Cluster) -> list[str]:
    """What must be there before an instance can reach the internet."""
    own = ["Route"] if cluster.vpc_id is None else []
    return own + list(_route_tables(cluster))


def _vpc(cluster: Cluster) -> dict[str, object]:
    return {
        "VPC": {
            "Type": "AWS::EC2::VPC",
            "Properties": {
                "CidrBlock": str(cluster.vpc_cidr),
                # A private hosted zone answers only where both are on.
                "EnableDnsSupport": True,
                "EnableDnsHostnames": True,
                "Tags": tags(name(cluster, "vpc")),
            },
        },
        "InternetGateway": {"Type": "AWS::EC2::InternetGateway"},
        "InternetGatewayAttachment": {
            "Type": "AWS::EC2::VPCGatewayAttachment",
            "Properties": {"VpcId": {"Ref": "VPC"}, "InternetGatewayId": {"Ref": "InternetGateway"}},
        },
        "RouteTable": {
            "Type": "AWS::EC2::RouteTable",
            "Properties": {"VpcId": {"Ref": "VPC"}},
        },
        "Route": {
            "Type": "AWS::EC2::Route",
            "DependsOn": "InternetGatewayAttachment",
            "Properties": {
                "RouteTableId": {"Ref": "RouteTable"},
                "DestinationCidrBlock": "0.0.0.0/0",
                "GatewayId": {"Ref": "InternetGateway"},
            },
        },
    }


def _subnets(cluster: Cluster) -> dict[str, object]:
    return {
        subnet(cluster, zone): {
            "Type": "AWS::EC2::Subnet",
            "Properties": {
                "VpcId": vpc(cluster),
                "CidrBlock": str(zone.cidr),
                "AvailabilityZone": zone.name,
                # Workers reach registries and AWS through the internet gateway, with an address each.
                "MapPublicIpOnLaunch": True,
                "Tags": tags(
                    name(cluster, zone.name)
                    | of_kubernetes(cluster)
                    | {"kubernetes.io/role/elb": "1", "kubernetes.io/role/internal-elb": "1"}
                ),
            },
        }
        for zone in zones(cluster)
    }


def _route_tables(cluster: Cluster) -> dict[str, object]:
    """The subnets' associations; none in an existing VPC whose main table is to be used."""
    table = {"Ref": "RouteTable"} if cluster.vpc_id is None else cluster.route_table_id
    if table is None:
        return {}
    return {
        f"{subnet(cluster, zone)}RouteTable": {
            "Type": "AWS::EC2::SubnetRouteTableAssociation",
            "Properties": {"SubnetId": {"Ref": subnet(cluster, zone)}, "RouteTableId": table},
        }
        for zone in zones(cluster)
    }
